"""Under which scheme and host public files are reached."""

from openevent import site
from openevent.api.addresses import server


def files(own: str | None = None) -> str:
    """Return the address that public files get: `static-domain`, else this server's `own`."""
    domain = (site.current().static_domain or "").strip().rstrip("/")
    if not domain:
        return own or server()
    return domain if "://" in domain else f"https://{domain}"
