"""Secrets, passwords, cookies and proxies."""

from openevent.embedded import places

from .env import IS_PRIVATE, VAR_DIR, env

# On a private machine its own secrets, which `make run` keeps in var/. A server must name them:
# what is missing here, `openevent.checks` refuses to start without.
MISSING_SETTINGS = [
    name
    for name in ("SECRET_KEY", "FIELD_KEYS", "ALLOWED_HOSTS")
    if not IS_PRIVATE and not env(name, default="").strip()
]
SECRET_KEY = env("SECRET_KEY", default="") or places.laptop_secret(VAR_DIR, "secret-key")
# Keys that seal secrets kept in the database; the first encrypts, all decrypt.
FIELD_KEYS = env.list("FIELD_KEYS", default=[]) or [places.laptop_secret(VAR_DIR, "field-key")]

AUTH_USER_MODEL = "users.User"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTHENTICATION_BACKENDS = ["users.backends.EmailBackend"]  # of Django's admin

# Seconds. With remember-me the access token is short and a refresh token renews it.
ACCESS_TOKEN_LIFETIME = 24 * 3600
SHORT_ACCESS_TOKEN_LIFETIME = 90 * 60
REFRESH_TOKEN_LIFETIME = 365 * 24 * 3600

# How often, in how many seconds: users/throttles.py says what is counted, and why three times.
THROTTLES = {
    "password-by-account-and-address": (10, 15 * 60),
    "password-by-address": (100, 15 * 60),
    "password-by-account": (200, 3600),
    "second-factor": (5, 15 * 60),
    "email-check": (60, 15 * 60),
    "registration": (60, 3600),
    "mail-request": (30, 15 * 60),
    "mail-to-address": (3, 3600),
    # how often the people of one session, and those of all sessions of an event, are told of it
    "mail-of-session": (10, 3600),
    "mail-of-event": (1000, 24 * 3600),
    # invitations to work or to speak: what one address gets, and what one person sends
    "invitation-to-address": (10, 24 * 3600),
    "invitation-by-person": (500, 24 * 3600),
    # what one person asks those who organize events and groups
    "question-by-person": (50, 24 * 3600),
    "social-sign-in": (60, 15 * 60),
}

# Addresses (CIDR) of proxies whose X-Forwarded-For is believed; nobody's by default.
TRUSTED_PROXIES = env.list("TRUSTED_PROXIES", default=[])

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not IS_PRIVATE
SESSION_COOKIE_HTTPONLY = True
# A provider of accounts sends the browser back by a link, with this cookie; a form of another
# site comes without it.
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "users.pages.frame.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=0)
if env.bool("BEHIND_TLS_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"
# Addresses are unique among living accounts and whatever their case: a constraint of ours says
# so, which these two checks do not see.
SILENCED_SYSTEM_CHECKS = ["auth.E003", "auth.W004"]
