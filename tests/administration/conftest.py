"""What the tests of the admin site stand on."""

import pytest

from openevent.site import snapshot


@pytest.fixture(autouse=True)
def _settings_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the settings of a page for the next one, where queries are counted."""
    monkeypatch.setattr(snapshot, "MAX_AGE", 3600)  # seconds
