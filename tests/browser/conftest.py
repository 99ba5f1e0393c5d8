"""A real browser, and the server that it opens: one of each for all these tests."""

import os
import shutil
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import override_settings
from playwright.sync_api import Browser, sync_playwright
from pytest_django import DjangoDbBlocker
from pytest_django.live_server_helper import LiveServer

from tests.services import databases

MISSING = "Browser tests need Chromium: run `make browser`."


@pytest.fixture(scope="package")
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


@pytest.fixture(scope="package")
def site(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """The URL of the server: by one name of this machine, and its example provider by another,
    so that the browser takes them for two sites.
    """
    with django_db_blocker.unblock(), override_settings(IS_PRIVATE=True):
        server = LiveServer("localhost")
        provider = f"{server.url.replace('localhost', '127.0.0.1')}/dev/provider"
        with override_settings(EXAMPLE_PROVIDER=provider, ALLOWED_HOSTS=["*"]):
            assert provider == settings.EXAMPLE_PROVIDER
            yield server.url
        server.stop()
        databases.renew()
