"""What somebody reads whose machine lacks what `make` needs."""

import importlib.util
import os
import subprocess
import sys
from types import ModuleType

import pytest
from django.conf import settings


@pytest.fixture
def environment() -> ModuleType:
    path = settings.BASE_DIR / "requirements" / "environment.py"
    spec = importlib.util.spec_from_file_location("environment", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("version", [(3, 10, 13), (3, 14, 0)])
def test_another_version_of_python_is_refused(
    environment: ModuleType, monkeypatch: pytest.MonkeyPatch, version: tuple[int, int, int]
) -> None:
    monkeypatch.setattr(sys, "version_info", version)

    with pytest.raises(SystemExit, match=r"make PYTHON=python3\.12"):
        environment.refuse_other_versions()


def test_a_missing_venv_module_is_said_with_the_command(
    environment: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ensurepip", None)  # as Debian has it without python3-venv

    with pytest.raises(SystemExit, match=r"apt install python3\.\d+-venv"):
        environment.create()


SERVE_WITHOUT_WHAT_ONLY_TESTS_NEED = """
import importlib.metadata, re, sys

def plain(name):
    return re.sub(r"[-_.]+", "-", name).lower()

listed = set(re.findall(r"^([a-z0-9-]+)==", open("requirements/run.txt").read(), re.MULTILINE))
owners = importlib.metadata.packages_distributions()
foreign = {module for module, names in owners.items() if not listed & {*map(plain, names)}}

class Refusing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in foreign:
            raise ModuleNotFoundError(name, name=name)

sys.meta_path.insert(0, Refusing())

import openevent.wsgi
import openevent.celery
import openevent.embedded.__main__
from openevent import health

assert "pytest" in foreign
health.ask_broker()
health.ask_database()
"""


@pytest.mark.django_db
def test_the_server_needs_only_what_its_own_lock_lists() -> None:
    served = subprocess.run(
        [sys.executable, "-c", SERVE_WITHOUT_WHAT_ONLY_TESTS_NEED],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "openevent.settings.test"},
        capture_output=True,
        text=True,
    )

    assert (served.returncode, served.stderr) == (0, "")
