"""The broker and the cache: one Redis or Valkey, told to each library in its own spelling."""

from openevent.embedded import places

from .env import VAR_DIR, env

# redis://host:6379/0, rediss://..., or unix:///path/to/socket?db=0
REDIS_URL = env("REDIS_URL", default=places.redis_url(VAR_DIR))


def broker_url(url: str) -> str:
    """Return `url` as Celery spells it: a Unix socket is redis+socket:// there."""
    if url.startswith("unix://"):
        return "redis+socket://" + url.removeprefix("unix://").replace("?db=", "?virtual_host=")
    return url


CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "openevent",
        # seconds; who asks a cache that hangs goes on without
        "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1},
    }
}

# The rows in the database are the truth and a sweep re-sends what was lost, so a message may
# get lost, but publishing may never slow down or fail a request: no retry, one second at most.
CELERY_BROKER_URL = env("CELERY_BROKER_URL", default=broker_url(REDIS_URL))
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "max_retries": 0,
    "socket_connect_timeout": 1,
    "socket_timeout": 1,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
