"""Under which scheme and host this server is reached."""

from django.conf import settings

from openevent import site
from permissions import current


def server() -> str:
    """Return the address of this server, as `https://events.example.org`.

    It is what the request being answered calls it. Outside of one (in a job) it is the first
    of `ALLOWED_HOSTS`, and on a private machine `localhost`.
    """
    request = current.request()
    if request is not None:
        return f"{request.scheme}://{request.get_host()}"
    named = [host for host in settings.ALLOWED_HOSTS if host.strip("*.")]
    if not named:
        return f"http://localhost:{settings.PORT}"
    scheme = "https" if settings.SECURE_PROXY_SSL_HEADER else "http"
    return f"{scheme}://{named[0].lstrip('*.')}"


def files() -> str:
    """Return the address that public files get: `static-domain`, else this server's own."""
    domain = (site.current().static_domain or "").strip().rstrip("/")
    if not domain:
        return server()
    return domain if "://" in domain else f"https://{domain}"
