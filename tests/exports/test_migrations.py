"""What migrations make of rows that are there already."""

from importlib import import_module

import pytest
from django.db import connection

from exports.models import Export, ImportJob
from openevent.jobs.models import Job
from tests.factories.exports import ExportFactory, ImportJobFactory

pytestmark = pytest.mark.django_db


def rows() -> list[object]:
    jobs = Job.objects.order_by("created_at").values_list("kind", "arguments")
    return [
        *Export.objects.order_by("pk").values_list("file", flat=True),
        *ImportJob.objects.values_list("file", flat=True),
        *jobs,
    ]


def test_files_that_are_kept_already_get_their_names_and_back() -> None:
    operation = import_module("exports.migrations.0003_files_are_named_by_place").Migration
    names = operation.operations[-1]
    ExportFactory(file="local:exports/7/f00/talks.zip")
    ExportFactory(file="")
    ImportJobFactory(file="local:imports/7/f00/Größe.zip")
    Job.objects.create(
        kind="exports.delete-file", arguments={"kept": "local:exports/8/x"}, max_attempts=5
    )
    before = rows()

    with connection.cursor() as cursor:
        for statement in names.sql:
            cursor.execute(statement)
        after = rows()
        for statement in names.reverse_sql:
            cursor.execute(statement)

    assert after == [
        "local:private/exports/7/f00/talks.zip",
        "",
        "local:private/imports/7/f00/Größe.zip",
        ("media.delete", {"kept": "local:private/exports/8/x"}),
    ]
    assert rows() == before
