"""The API: how it is spoken, and to whom."""

from .env import env

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["users.tokens.TokenAuthentication"],
    "DEFAULT_PARSER_CLASSES": ["openevent.api.parsers.PlainJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["openevent.api.renderers.PlainJSONRenderer"],
    "DEFAULT_PERMISSION_CLASSES": [],  # `permissions` decides; see docs/permissions.md
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "openevent.api.negotiation.AnyJSON",
    "EXCEPTION_HANDLER": "openevent.api.errors.exception_handler",
    "UNAUTHENTICATED_USER": "permissions.users.Anonymous",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
JSON_API_FORMAT_FIELD_NAMES = "dasherize"
JSON_API_FORMAT_TYPES = "dasherize"
JSON_API_PLURALIZE_TYPES = False

# Bytes of a request body, counted while it is read; a route may say more (uploads do).
API_MAX_BODY = 1_000_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 20_000_000
# Pixels of the largest image that is decoded, which takes up to four bytes for each.
IMAGE_MAX_PIXELS = 40_000_000

# Tokens travel in a header, never in a cookie, so any site may read what its visitor may read.
CORS_ALLOW_ALL_ORIGINS = env.bool("CORS_ALLOW_ALL_ORIGINS", default=True)
CORS_ALLOWED_ORIGINS = env.list("CORS_ALLOWED_ORIGINS", default=[])
CORS_ALLOW_CREDENTIALS = False
CORS_ALLOW_METHODS = ["GET", "HEAD", "POST", "PATCH", "PUT", "DELETE", "OPTIONS"]
CORS_ALLOW_HEADERS = [
    "accept",
    "authorization",
    "cache-control",
    "content-type",
    "idempotency-key",
    "if-none-match",
    "x-csrf-token",
    "x-request-id",
]
CORS_EXPOSE_HEADERS = ["etag", "location", "retry-after", "x-request-id"]
CORS_PREFLIGHT_MAX_AGE = 86400  # seconds
