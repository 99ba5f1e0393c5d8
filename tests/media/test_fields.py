"""Columns that hold kept files."""

from exports.models import Export, ImportJob
from media.fields import image_models, images_of, kept_columns


def test_all_columns_that_hold_files_are_found() -> None:
    names = {model: [each.name for each in columns] for model, columns in kept_columns().items()}

    assert names[Export] == ["file"]
    assert names[ImportJob] == ["file"]


def test_every_image_is_kept_whole_for_when_sizes_change() -> None:
    images = [image for model in image_models() for image in images_of(model)]

    assert {image.whole.size for image in images} == {None}
