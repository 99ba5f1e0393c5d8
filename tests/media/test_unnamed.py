"""Files that are kept before rows name them: whatever ends the work, none is left to nobody."""

import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from media import unnamed
from media.actions.images import take_brought
from media.actions.uploads import keep_brought
from media.fields import images_of
from media.models import Unnamed, Upload
from media.places.local import Local
from openevent import jobs
from openevent.jobs.testing import run_due
from tests.factories.events import SpeakerFactory
from tests.media.pictures import image

pytestmark = pytest.mark.django_db
WORK = "import 7"


def keep_some() -> dict[str, str]:
    """Keep the four files of a photo, and a document; return the names of the photo's."""
    keep_brought(io.BytesIO(b"%PDF-1.4"), "talk.pdf")
    (photo,) = images_of(SpeakerFactory._meta.model)
    return take_brought(io.BytesIO(image()), photo)


def do_work(at_last: Any = lambda: None) -> None:
    with unnamed.files_of(WORK) as work:
        photo = keep_some()
        with transaction.atomic():
            SpeakerFactory(**photo)
            work.are_named()
            at_last()


def kept(files: Path) -> list[str]:
    run_due()
    return sorted(path.name for path in files.rglob("*") if path.is_file())


def test_files_that_rows_name_stay(files: Path) -> None:
    do_work()

    assert len(kept(files)) == 5
    assert not Unnamed.objects.exists()
    with unnamed.files_of(WORK):
        pass
    assert len(kept(files)) == 5


def test_files_of_work_that_fails_go(files: Path) -> None:
    def fails() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        do_work(fails)

    assert kept(files) == []
    assert not Upload.objects.exists()


def killed(work: str = WORK) -> None:
    """Leave what a process leaves that is killed while it works."""
    files = unnamed.Files(work)
    token = unnamed._files.set(files)
    keep_some()
    unnamed._files.reset(token)


def test_files_of_an_attempt_that_died_go_with_the_next_one(files: Path) -> None:
    killed()
    killed("import 77")

    do_work()

    assert len(kept(files)) == 5 + 5
    assert set(Unnamed.objects.values_list("work", flat=True)) == {"import 77"}


def test_files_of_work_that_is_given_up_go(files: Path) -> None:
    killed()

    unnamed.forget(WORK)

    assert kept(files) == []


def test_files_of_work_that_nobody_tries_again_go_after_two_days(files: Path) -> None:
    killed()
    now = timezone.now()
    for days in (1, 3):
        jobs.enqueue("media.sweep-images", due=(now + timedelta(days=days)).isoformat())
        run_due("media.sweep-images")
        if days == 1:
            assert len(kept(files)) == 5

    assert kept(files) == []
    assert not Upload.objects.exists()


def test_a_file_is_noted_before_it_is_there(files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    save = Local.save

    def watched(place: Local, file: Any, key: str) -> None:
        seen.append(f"local:{key}" == Unnamed.objects.latest("pk").kept)
        save(place, file, key)

    monkeypatch.setattr(Local, "save", watched)
    with unnamed.files_of(WORK):
        keep_some()

    assert seen == [True] * 5
