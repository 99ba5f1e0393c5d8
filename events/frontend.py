"""Addresses of pages in the web client, for mails."""

from openevent import site


def page(path: str) -> str:
    """Return the address of the page at `path` ("/e/abcd1234")."""
    return f"{(site.current().frontend_url or '').rstrip('/')}{path}"
