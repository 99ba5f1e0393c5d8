"""Apps, middleware, database, templates and static files."""

from pathlib import Path

from openevent.embedded import places

from .env import BASE_DIR as BASE_DIR
from .env import DEBUG as DEBUG
from .env import IS_PRIVATE as IS_PRIVATE
from .env import VAR_DIR as VAR_DIR
from .env import env

ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["*"] if IS_PRIVATE else [])
ROOT_URLCONF = "openevent.urls"
WSGI_APPLICATION = "openevent.wsgi.application"
APPEND_SLASH = False  # the contract's paths have none
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
FORMAT_MODULE_PATH = "openevent.formats"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Our own apps from the lowest layer up (docs/architecture.md), then what they stand on.
INSTALLED_APPS = [
    "openevent.site",
    "openevent.jobs",
    "openevent.activity",
    "permissions",
    "openevent.api",
    "openevent.desk",
    "media",
    "messaging",
    "users",
    "events",
    "ticketing",
    "exports",
    "administration",
    "openevent.embedded",
    "unfold.apps.BasicAppConfig",
    "openevent.desk.admin_app.DeskAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "corsheaders",
    "rest_framework",
    "rest_framework_json_api",
]

MIDDLEWARE = [
    "openevent.api.middleware.RequestIdMiddleware",
    "openevent.health.answer_health_first",
    "media.leftovers.LeftoversMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "openevent.api.middleware.require_length",
    "openevent.api.middleware.ETagMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "openevent.api.middleware.FormLimitMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# PostgreSQL only. Without DATABASE_URL, the private server that `make run` starts.
_database = env.db_url("DATABASE_URL", default=places.database_url(VAR_DIR))
DATABASES = {
    "default": {
        **_database,
        "OPTIONS": {
            "connect_timeout": 5,  # seconds
            "tcp_user_timeout": 10_000,  # milliseconds until a silent server counts as gone
            "prepare_threshold": 5,  # runs on one connection until the read plan prepares it
            **_database.get("OPTIONS", {}),
        },
        "CONN_MAX_AGE": 600,  # seconds
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,  # writes open their own transaction, reads run in autocommit
    }
}

# What is kept on this machine lies in `public` and `private` below it.
FILES_ROOT = Path(env("FILES_ROOT", default="") or VAR_DIR)
# Where links of a private machine lead when they are made outside of a request.
PORT = env.int("PORT", default=8000)

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
# Collected with compressed copies beside them: the admin's style sheet is 330 kB.
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
# straight from the apps, where nothing was collected
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = IS_PRIVATE
