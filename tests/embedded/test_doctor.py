"""`manage.py doctor`: what is wrong, and how to mend it."""

import io
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings as base
from django.core.management import call_command
from pytest_django import Settings

from openevent.embedded import doctor

NOBODY_LISTENS = "127.0.0.1:1"


@pytest.fixture
def silent_server() -> Iterator[str]:
    """The address of a server that takes connections and never says anything."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"127.0.0.1:{server.getsockname()[1]}"


def _examined() -> dict[str, doctor.Finding]:
    return {finding.name: finding for finding in doctor.examine()}


@pytest.mark.django_db
def test_everything_is_well_where_the_tests_run() -> None:
    assert [finding for finding in doctor.examine() if not finding.ok] == []


@pytest.mark.django_db
def test_the_command_prints_a_line_for_each_check() -> None:
    said = io.StringIO()

    call_command("doctor", stdout=said)

    assert [line.split()[:2] for line in said.getvalue().splitlines()] == [
        ["ok", name] for name in doctor.CHECKS
    ]


def test_dead_servers_are_named_with_what_to_do(tmp_path: Path, silent_server: str) -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "OPENEVENT_VAR": str(tmp_path),
        "DATABASE_URL": f"postgres://openevent:hush@{silent_server}/openevent",
        "REDIS_URL": f"redis://:hush@{NOBODY_LISTENS}/0",
        "CELERY_BROKER_URL": f"redis://:hush@{silent_server}/0",
        "EMAIL_URL": f"smtp://us:hush@{NOBODY_LISTENS}",
    }
    started = time.monotonic()

    done = subprocess.run(
        [sys.executable, "manage.py", "doctor", "--json"],
        cwd=base.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
    )

    assert time.monotonic() - started < doctor.PATIENCE + 20  # to load Django on a busy machine
    assert done.returncode == 1
    assert "hush" not in done.stdout + done.stderr  # the password of each
    said = json.loads(done.stdout)
    assert said["ok"] is False
    assert {check["name"]: check["ok"] for check in said["checks"]} == {
        "settings": False,
        "database": False,
        "broker": False,
        "cache": False,
        "folder": True,
        "mail": False,
        "clock": False,
        "migrations": False,
        "storage": False,
    }
    mend = {check["name"]: check["mend"] for check in said["checks"]}
    assert "DATABASE_URL" in mend["database"]
    assert "CELERY_BROKER_URL" in mend["broker"]
    assert mend["migrations"] == mend["storage"] == "Mend the database first."


def test_a_check_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "CHECKS", {"broker": lambda: time.sleep(30) or "never"})

    (finding,) = doctor.examine(patience=0.1)

    assert finding == doctor.Finding(
        "broker", False, "no answer within 0.1 seconds", "See whether it hangs or is overloaded."
    )


def test_a_folder_that_cannot_be_written_is_told(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    settings.VAR_DIR = tmp_path / "file"  # not a folder: no user may write into it

    finding = _examined()["folder"]

    assert not finding.ok
    assert "OPENEVENT_VAR" in finding.mend


@pytest.mark.django_db
def test_clocks_that_differ_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    class Tomorrow(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:
            return datetime.now(UTC) + timedelta(days=1)

    monkeypatch.setattr(doctor, "datetime", Tomorrow)

    finding = _examined()["clock"]

    assert not finding.ok
    assert "86400 s apart" in finding.detail


@pytest.mark.django_db
def test_a_migration_that_is_missing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor.health, "missing_migrations", lambda: ["events.0999_of_tomorrow"])

    finding = _examined()["migrations"]

    assert not finding.ok
    assert finding.detail == "not applied: events.0999_of_tomorrow"


def test_a_mail_server_that_is_not_configured_is_no_fault() -> None:
    finding = _examined()["mail"]

    assert finding.ok
    assert "not configured" in finding.detail
