"""Moving all files from one place to another, whatever happens meanwhile."""

import io
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from exports.models import Export, ImportJob
from media import storage
from media.actions import moving
from media.places.s3 import S3
from openevent.jobs.models import Job
from openevent.jobs.testing import run_due
from tests.factories.exports import ExportFactory, ImportJobFactory
from tests.services.stores import UNREACHABLE, Store, choose, in_one_process

pytestmark = pytest.mark.usefixtures("local")


def kept(content: bytes, key: str) -> str:
    return storage.keep_private(io.BytesIO(content), key)


def read(name: str) -> bytes:
    with storage.opened(name) as file:
        return file.read()


def moved(source: str, target: str) -> str:
    """Return what the command says."""
    said = io.StringIO()
    try:
        call_command("storage", "move", source, target, stdout=said, stderr=said)
    except SystemExit:
        said.write("(failed)")
    return said.getvalue()


def run_later() -> None:
    """Do what is due once nobody reads the originals any more."""
    originals = Job.objects.filter(kind="media.delete-original", finished_at=None)
    assert {job.run_after > timezone.now() + timedelta(hours=1) for job in originals} == {True}
    originals.update(run_after=timezone.now(), wake_at=timezone.now())
    run_due()


@pytest.fixture
def export(local: Store) -> Export:
    """An export that is kept on this machine."""
    choose("local")
    export: Export = ExportFactory(file=kept(b"talks", "exports/7/talks.zip"))
    return export


def test_all_files_move_and_their_originals_go_later(
    local: Store, bucket: Store, export: Export
) -> None:
    upload = ImportJobFactory(file=kept(b"upload", "imports/7/upload"))
    unmade = ExportFactory(file="")
    choose(bucket.name)
    there_already = ExportFactory(file=kept(b"new", "exports/8/new.zip"))

    said = moved("local", bucket.name)

    assert "2/2" in said
    assert "Moved 2 files (11 bytes)." in said
    names = [*Export.objects.order_by("pk").values_list("file", flat=True)]
    assert names == [f"{bucket.name}:private/exports/7/talks.zip", "", there_already.file]
    upload.refresh_from_db()
    assert [read(names[0]), read(upload.file)] == [b"talks", b"upload"]
    assert unmade.pk
    run_due()
    assert local.keys == ["private/exports/7/talks.zip", "private/imports/7/upload"]
    run_later()
    assert local.keys == []
    assert read(names[0]) == b"talks"


@in_one_process
def test_public_file_gets_the_address_of_its_new_place(s3: Store) -> None:
    choose("local")
    # no column holds public files yet; what moves them does not look at what they are
    export = ExportFactory(file=storage.keep_public(io.BytesIO(b"png"), "a/b.png"))

    moved("local", "s3")

    export.refresh_from_db()
    assert storage.url(export.file) == "http://testserver/media/s3/a/b.png"


@in_one_process
def test_move_that_is_cut_off_goes_on_where_it_was(
    s3: Store, export: Export, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose("local")
    for number in range(3):
        ExportFactory(file=kept(b"more", f"exports/{number}/more.zip"))
    save, saved = S3.save, []

    def pulls_the_plug(self: S3, file: Any, key: str) -> None:
        saved.append(key)
        if len(saved) == 3:
            raise KeyboardInterrupt
        save(self, file, key)

    monkeypatch.setattr(moving, "BATCH", 2)
    with monkeypatch.context() as patch:
        patch.setattr("media.management.commands.storage.try_place", lambda _: "")
        patch.setattr(S3, "save", pulls_the_plug)
        with pytest.raises(KeyboardInterrupt):
            moved("local", "s3")
    in_between = [name.partition(":")[0] for name in files()]
    assert all(read(name) for name in files())

    said = moved("local", "s3")

    assert sorted(in_between) == ["local", "local", "s3", "s3"]
    assert "Moved 2 files" in said
    assert {name.partition(":")[0] for name in files()} == {"s3"}
    assert all(read(name) for name in files())
    assert "Moved 0 files" in moved("local", "s3")


def files() -> list[str]:
    return list(Export.objects.order_by("pk").values_list("file", flat=True))


@in_one_process
def test_file_that_is_spoiled_on_the_way_stays_where_it_is(
    s3: Store, export: Export, monkeypatch: pytest.MonkeyPatch
) -> None:
    save = S3.save
    monkeypatch.setattr("media.management.commands.storage.try_place", lambda _: "")
    monkeypatch.setattr(S3, "save", lambda self, file, key: save(self, io.BytesIO(b"bits"), key))

    said = moved("local", "s3")

    assert "1 file not the same when read back" in said
    assert export.file in said
    assert said.endswith("(failed)")
    assert files() == [export.file]
    assert s3.keys == []


@in_one_process
def test_file_that_is_missing_is_told_and_the_others_move(s3: Store, export: Export) -> None:
    choose("local")
    ExportFactory(file="local:private/exports/lost.zip")
    ExportFactory(file="local:../../etc/passwd")
    ExportFactory(file=kept(b"more", "exports/9/more.zip"))

    said = moved("local", "s3")

    assert "2 files not found" in said
    assert said.endswith("(failed)")
    assert [name.partition(":")[0] for name in files()] == ["s3", "local", "local", "s3"]


@in_one_process
@pytest.mark.parametrize("becomes", ["replaced", "deleted", "moved"])
def test_what_changes_while_its_file_is_copied_stays_changed(
    s3: Store, export: Export, monkeypatch: pytest.MonkeyPatch, becomes: str
) -> None:
    save = S3.save

    def save_and_change(self: S3, file: Any, key: str) -> None:
        save(self, file, key)
        rows = Export.objects.filter(pk=export.pk)
        match becomes:
            case "replaced":
                rows.update(file="local:private/exports/another.zip")
            case "deleted":
                rows._raw_delete("default")
            case "moved":
                rows.update(file=f"s3:{key}")

    monkeypatch.setattr("media.management.commands.storage.try_place", lambda _: "")
    monkeypatch.setattr(S3, "save", save_and_change)

    said = moved("local", "s3")
    run_due()

    assert "Moved 0 files" in said
    after, keys = {
        "replaced": (["local:private/exports/another.zip"], []),
        "deleted": ([], []),
        "moved": (["s3:private/exports/7/talks.zip"], ["private/exports/7/talks.zip"]),
    }[becomes]
    assert (files(), s3.keys) == (after, keys)


@in_one_process
def test_file_that_moves_back_at_once_is_not_deleted_as_an_original(
    local: Store, s3: Store, export: Export
) -> None:
    moved("local", "s3")
    moved("s3", "local")

    run_later()

    assert files() == [export.file]
    assert read(export.file) == b"talks"
    assert s3.keys == []
    assert {job.state for job in Job.objects.filter(kind="media.delete-original")} == {"succeeded"}


@in_one_process
def test_original_that_is_deleted_while_it_moves_back_is_copied_again(
    local: Store, s3: Store, export: Export, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved("local", "s3")
    digest, seen = moving._digest, []

    def and_the_job_comes(file: Any) -> bytes:
        found = digest(file)
        seen.append(found)
        if len(seen) == 2:  # the copy was verified; its row still names the other place
            run_later()
            assert local.keys == []
        return found

    monkeypatch.setattr(moving, "_digest", and_the_job_comes)
    moved("s3", "local")

    assert files() == [export.file]
    assert read(export.file) == b"talks"


@in_one_process
def test_new_files_that_still_go_to_the_old_place_are_told(s3: Store, export: Export) -> None:
    choose("local")

    assert "New files still go to local: choose s3 in the settings" in moved("local", "s3")


@pytest.mark.parametrize(
    ("source", "target", "said"),
    [
        ("local", "local", "Name two places"),
        ("s3", "local", "The keys of s3 are not in the settings"),
        ("local", "gs", "The keys of gs are not in the settings"),
        ("local", "ftp", "invalid choice"),
    ],
)
def test_places_that_cannot_be_moved_between_are_refused(
    source: str, target: str, said: str
) -> None:
    with pytest.raises(CommandError, match=said):
        call_command("storage", "move", source, target)


def test_place_that_does_not_answer_is_not_moved_to(export: Export) -> None:
    choose("local", **UNREACHABLE)

    with pytest.raises(CommandError, match="does not answer. Mend that, and run this again."):
        call_command("storage", "move", "local", "s3", stdout=io.StringIO())

    assert files() == [export.file]


def test_files_are_moved_by_one_at_a_time(local: Store) -> None:
    choose("local", **UNREACHABLE)
    ExportFactory(file="local:private/exports/lost.zip")
    outcomes = []

    def another(*_: Any) -> None:
        with ThreadPoolExecutor(1) as elsewhere:
            outcomes.append(elsewhere.submit(move_elsewhere).exception())

    moving.move("local", "s3", progress=another)
    another()

    assert [type(each) for each in outcomes] == [moving.AlreadyMovingError, type(None)]


def move_elsewhere() -> None:
    """Move files as another process does, by a connection of its own."""
    try:
        moving.move("s3", "local", progress=lambda *_: None)
    finally:
        connection.close()


def test_a_second_run_is_told_to_wait(local: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    choose("local", **UNREACHABLE)
    monkeypatch.setattr("media.management.commands.storage.try_place", lambda _: "")

    with closing(connection.copy()) as another:
        with another.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [moving.LOCK])
        with pytest.raises(CommandError, match="Files are being moved already"):
            call_command("storage", "move", "local", "s3", stdout=io.StringIO())

    assert "Moved 0 files" in moved("local", "s3")


def test_every_column_of_kept_files_is_moved() -> None:
    assert set(moving.kept_columns()) >= {Export, ImportJob}
