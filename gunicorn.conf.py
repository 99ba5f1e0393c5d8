"""The web server, `gunicorn openevent.wsgi`; docs/deployment.md lists the variables."""

import json
import os
from typing import Any

from gunicorn import util

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
# One request at a time and process: threads would wait for each other's Python.
worker_class = "sync"
timeout = 60  # seconds until a request that hangs is given up with its process
limit_request_line = 8190  # bytes; clients write whole filters into their URLs
graceful_timeout = 30  # seconds for requests to end when the server stops

# Restart when a file of ours changes: for whoever works on it.
reload = os.environ.get("RELOAD", "") not in ("", "0")
# Otherwise load the program once and fork: half the start, and a misconfigured one ends at once.
preload_app = not reload

accesslog = "-"
access_log_format = '%(h)s "%(r)s" %(s)s %(B)s bytes %(M)s ms [%({x-request-id}o)s]'
control_socket_disable = True


def refuse(sock: Any, status: int, reason: str, message: str) -> None:
    """Answer what is no HTTP, or too long, as the API answers: with an errors document."""
    error = {"status": status, "title": reason, "detail": message or reason, "source": {}}
    body = json.dumps({"errors": [error], "jsonapi": {"version": "1.0"}})
    head = (
        f"HTTP/1.1 {status} {reason}",
        "Connection: close",
        "Content-Type: application/vnd.api+json",
        f"Content-Length: {len(body)}",
    )
    util.write_nonblock(sock, "\r\n".join((*head, "", body)).encode())


util.write_error = refuse  # there is no setting for its page
