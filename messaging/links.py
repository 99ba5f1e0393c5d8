"""Addresses of pages in the web client, for mails."""

from urllib.parse import urlencode

from openevent import site


def page(path: str, **query: str) -> str:
    """Return the address of the page at `path` ("/e/abcd1234"), with `query` after it."""
    base = (site.current().frontend_url or "").rstrip("/")
    return f"{base}{path}" + (f"?{urlencode(query)}" if query else "")
