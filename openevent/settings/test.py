"""The settings of a test run: the base, on servers of its own, with cheap passwords.

`tests/conftest.py` starts the servers and gives each process its database. All of it follows
from two environment variables, so a process that a test starts finds the same ones.
"""

import os
import secrets
from pathlib import Path

from openevent.settings import *  # noqa: F403

from .celery import broker_url

# Names this run; the first process makes it up and the others inherit it.
TEST_RUN = os.environ.setdefault("OPENEVENT_TEST_RUN", secrets.token_hex(4))
# `gw0`, `gw1`, ... with xdist; `main` without, and in xdist's controller.
TEST_WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
# Data and sockets of the run's private servers: a short path, as sockets need one.
TEST_SERVERS = Path(f"/tmp/openevent-test-{os.geteuid()}-{TEST_RUN}")  # noqa: S108  made private

FILES_ROOT = TEST_SERVERS / f"files-{TEST_WORKER}"

DEBUG = False
WHITENOISE_AUTOREFRESH = True  # straight from the apps: nothing was collected
ALLOWED_HOSTS = ["*"]
SECRET_KEY = "a key that everybody knows, for tests only"  # noqa: S105
MISSING_SETTINGS = []
FIELD_KEYS = ["dGhlIHRlc3RzJyBvd24gMzIgYnl0ZXMgb2Yga2V5ISE="]
PASSWORD_HASHERS = ["tests.services.passwords.CheapArgon2"]

# Who names a server in DATABASE_URL has the run there, in databases of its own.
if "DATABASE_URL" in os.environ:
    TEST_DATABASES = f"test_{TEST_RUN}"
else:
    TEST_DATABASES = "test"
    DATABASES["default"] |= {"USER": "openevent", "OPTIONS": {"host": str(TEST_SERVERS)}}  # noqa: F405
DATABASES["default"]["NAME"] = f"{TEST_DATABASES}_{TEST_WORKER}"  # noqa: F405

# REDIS_URL is not heeded: tests empty their broker, and nobody's real one may be that.
_number = int(TEST_WORKER[2:]) + 1 if TEST_WORKER.startswith("gw") else 0
REDIS_URL = f"unix://{TEST_SERVERS}/valkey.sock?db={_number}"
CACHES["default"]["LOCATION"] = REDIS_URL  # noqa: F405
CELERY_BROKER_URL = broker_url(REDIS_URL)
