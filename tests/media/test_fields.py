"""Columns that hold kept files."""

from exports.models import Export, ImportJob
from media.fields import kept_columns


def test_all_columns_that_hold_files_are_found() -> None:
    names = {model: [each.name for each in columns] for model, columns in kept_columns().items()}

    assert names[Export] == ["file"]
    assert names[ImportJob] == ["file"]
