"""docs/deployment.md tells operators all there is to set."""

import re

from django.conf import settings


def test_every_variable_that_settings_read_is_listed() -> None:
    files = [
        *(settings.BASE_DIR / "openevent" / "settings").glob("*.py"),
        settings.BASE_DIR / "openevent" / "embedded" / "places.py",
        settings.BASE_DIR / "gunicorn.conf.py",
    ]
    reading = re.compile(r"""\b(?:env(?:\.\w+)?|environ\.get)\(\s*['"]([A-Z_]+)['"]""")
    page = (settings.BASE_DIR / "docs" / "deployment.md").read_text()
    rows = " ".join(row.split("|")[1] for row in page.splitlines() if row.startswith("|"))

    read = {name for file in files for name in reading.findall(file.read_text())}

    assert "DATABASE_URL" in read
    listed = set(re.findall(r"`([A-Z_]+)`", rows))
    assert read - {"PYTEST_XDIST_WORKER"} == listed
