"""A real browser, and the server that it opens: one of each for a module."""

import os
import shutil
from collections.abc import Iterator

import pytest
from django.test import override_settings
from playwright.sync_api import Browser, sync_playwright
from pytest_django import DjangoDbBlocker
from pytest_django.live_server_helper import LiveServer

from tests.services import databases

MISSING = "Browser tests need Chromium: run `make browser`."


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Chromium without a window; without Chromium there is no test, and under CI no success."""
    program = shutil.which("chromium")
    if program is None:
        if os.environ.get("CI"):
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    with sync_playwright() as playwright, pytest.MonkeyPatch.context() as patch:
        # It runs an event loop in this thread, in which Django would refuse to ask the database.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = playwright.chromium.launch(executable_path=program)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def site(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """The URL of the server."""
    with django_db_blocker.unblock(), override_settings(IS_PRIVATE=True, ALLOWED_HOSTS=["*"]):
        server = LiveServer("localhost")
        yield server.url
        server.stop()
        databases.renew()
