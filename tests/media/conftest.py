"""What tests of this app have in common."""

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Path) -> Path:
    """The folder of what is kept, the test's own."""
    settings.FILES_ROOT = tmp_path / "files"
    return settings.FILES_ROOT
