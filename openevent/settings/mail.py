"""Mail: the server that takes it, or the log of whoever has none."""

from .env import env

# smtp+tls://user:password@host:587, smtp+ssl://...:465, smtp://...:25. A user's "@" is %40.
_server = env.email_url("EMAIL_URL", default="consolemail://")
EMAIL_BACKEND = _server["EMAIL_BACKEND"]
EMAIL_HOST = _server["EMAIL_HOST"] or ""
EMAIL_PORT = _server["EMAIL_PORT"] or 25
EMAIL_HOST_USER = _server["EMAIL_HOST_USER"] or ""
EMAIL_HOST_PASSWORD = _server["EMAIL_HOST_PASSWORD"] or ""
EMAIL_USE_TLS = _server.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = _server.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 10  # seconds
