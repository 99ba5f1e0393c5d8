"""What a server must be told before it starts."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings as base
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings

from openevent import checks


def _python(*arguments: str, cwd: Path = base.BASE_DIR, **environment: str) -> tuple[int, str]:
    """Run Python with these environment variables only; return its status and what it said."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd,
        env={"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "openevent.settings"}
        | environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    return done.returncode, done.stdout


@pytest.mark.parametrize("name", ["SECRET_KEY", "FIELD_KEYS", "ALLOWED_HOSTS"])
def test_what_is_missing_is_named(settings: Settings, name: str) -> None:
    settings.MISSING_SETTINGS = [name]

    (error,) = checks.everything_is_named(None)

    assert f"{name} is not set" in str(error.msg)


def test_the_web_server_refuses_to_start_without_secrets(settings: Settings) -> None:
    settings.MISSING_SETTINGS = ["SECRET_KEY"]

    with pytest.raises(ImproperlyConfigured, match=r"SECRET_KEY is not set .* make one with: "):
        checks.refuse_to_start_misconfigured()


def test_commands_refuse_to_start_without_secrets(tmp_path: Path) -> None:
    status, said = _python(
        "manage.py", "check", "--tag=configuration", DEBUG="0", OPENEVENT_VAR=str(tmp_path)
    )

    assert status == 1
    assert "SECRET_KEY is not set" in said
    assert "FIELD_KEYS is not set" in said
    assert "ALLOWED_HOSTS is not set" in said


def test_who_names_a_database_is_a_server_that_needs_secrets(tmp_path: Path) -> None:
    status, said = _python(
        *("manage.py", "check", "--tag=configuration"),
        DATABASE_URL="postgres://database/openevent",
        OPENEVENT_VAR=str(tmp_path),
    )

    assert status == 1
    assert "SECRET_KEY is not set" in said


def test_nothing_needs_to_be_set_or_run_to_load_the_urls(tmp_path: Path) -> None:
    load = "import django, django.urls; django.setup(); print(django.urls.resolve('/info').route)"

    assert _python("-c", load, OPENEVENT_VAR=str(tmp_path / "var")) == (0, "info\n")
    assert not (tmp_path / "var").exists()
