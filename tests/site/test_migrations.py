"""What migrations make of settings that are there already."""

from importlib import import_module
from typing import Any

import pytest
from django.db import connection

from openevent.site.models import Site

pytestmark = pytest.mark.django_db

S3 = {"aws_key": "key", "aws_secret": "secret", "aws_bucket_name": "files"}
GS = {"gs_key": "key", "gs_secret": "secret", "gs_bucket_name": "files"}


@pytest.mark.parametrize(
    ("place", "keys", "after"),
    [
        ("s3", S3, "s3"),
        ("gs", GS, "gs"),
        ("s3", GS, "local"),
        ("s3", S3 | {"aws_key": ""}, "local"),
        ("gs", GS | {"gs_secret": None}, "local"),
        ("S3", S3, "local"),
        ("local", S3, "local"),
        (None, S3, "local"),
    ],
)
def test_place_without_its_keys_is_left(place: str | None, keys: Any, after: str) -> None:
    Site.objects.update(storage_place=place, **keys)

    with connection.cursor() as cursor:
        cursor.execute(import_module("openevent.site.migrations.0004_storage").WITHOUT_KEYS)

    assert Site.objects.get().storage_place == after
