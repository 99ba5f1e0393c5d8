"""A request through Django's WSGI handler: every middleware, no network."""

import io
from collections.abc import Callable, Iterator
from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler

Environ = dict[str, Any]


def environ(path: str, token: str | None = None) -> Environ:
    """Return a GET of `path` as a web server would hand it on; `token` signs in."""
    path_info, _, query = path.partition("?")
    headers = {
        "HTTP_HOST": "events.example.org",
        "HTTP_ACCEPT": "application/vnd.api+json",
        "HTTP_ACCEPT_ENCODING": "gzip, deflate, br",
        "HTTP_USER_AGENT": "bench",
    }
    if token is not None:
        headers["HTTP_AUTHORIZATION"] = f"JWT {token}"
    return {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": path_info,
        "QUERY_STRING": query,
        "SERVER_NAME": "events.example.org",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "192.0.2.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.multithread": False,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        **headers,
    }


class NotServedError(Exception):
    """A request was answered with another status than 200."""


class Client:
    """Sends requests to Django's handler, with the URLs of one URLconf or another."""

    def __init__(self) -> None:
        self._handler = WSGIHandler()

    def get(self, urlconf: str, asked: Environ) -> bytes:
        """Return the body of the answer.

        :raises NotServedError: its status is not 200.
        """
        return b"".join(self.stream(urlconf, asked))

    def stream(self, urlconf: str, asked: Environ) -> Iterator[bytes]:
        """Iterate over the parts of the answer's body, as a server sends them.

        :raises NotServedError: its status is not 200.
        """
        settings.ROOT_URLCONF = urlconf
        status = _Status()
        parts: Any = self._handler({**asked, "wsgi.input": io.BytesIO()}, status)
        try:
            if not status.text.startswith("200 "):
                raise NotServedError(f"{status.text}: {b''.join(parts)[:2000]!r}")
            yield from parts
        finally:
            parts.close()


class _Status:
    """WSGI's `start_response`, of which only the status is of interest."""

    text = ""

    def __call__(self, status: str, *_: object) -> Callable[[bytes], object]:
        self.text = status
        return io.BytesIO().write
