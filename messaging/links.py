"""Links in mails: they lead people into the web client."""

from urllib.parse import urlencode

from openevent import site


def into_frontend(path: str, **query: str) -> str:
    """Return the address of `path` in the web client, as the super admin set it."""
    base = (site.current().frontend_url or "").rstrip("/")
    return f"{base}/{path.lstrip('/')}" + (f"?{urlencode(query)}" if query else "")
