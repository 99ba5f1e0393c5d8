"""What jobs do for images: sizes made anew, files of one's own, and files of nobody."""

import io
import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import responses
from django.db import transaction
from django.utils import timezone

from events.models import Event, Speaker, Sponsor
from media import fetch as fetching
from media import storage
from media.actions import images, owning, remaking, sweeping
from media.actions.images import settle
from media.fields import images_of
from media.models import EventImageSize, SpeakerImageSize
from openevent import jobs
from openevent.jobs.models import Job
from openevent.jobs.testing import run_due
from tests.api_client import Api
from tests.factories.events import (
    EventFactory,
    ExhibitorFactory,
    SpeakerFactory,
    SponsorFactory,
    hold,
)
from tests.factories.users import UserFactory
from tests.media.pictures import image, opened

pytestmark = pytest.mark.django_db

OUTSIDE = "https://pictures.example/photo.png"
SIZES = "/v1/event-image-sizes"


@pytest.fixture
def web() -> Any:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        mock.get(OUTSIDE, body=image("PNG", (1000, 800)))
        yield mock


@pytest.fixture
def admin() -> Api:
    return Api(UserFactory(is_admin=True, is_super_admin=True))


def with_image(
    factory: Any = EventFactory, column: str = "original_image_url", **values: Any
) -> Any:
    """Return a row with an image of 1000 x 800 of its own."""
    row = factory(**values)
    with responses.RequestsMock() as mock:
        mock.get(OUTSIDE, body=image("PNG", (1000, 800)))
        setattr(row, column, OUTSIDE)
        settle(row)
    row.save()
    return row


def size_of(kept: str) -> tuple[int, int]:
    with storage.opened(kept) as file:
        return opened(file).size


def kept(files: Path) -> set[str]:
    return {path.name for path in (files / "public").rglob("*") if path.is_file()}


# --- the sizes


def test_everybody_reads_the_sizes_and_admins_set_them(admin: Api) -> None:
    answer = admin.patch(SIZES, "event-image-size", 1, full_width=640, full_aspect=False)

    assert answer.status == 200, answer
    shown = Api().get(SIZES).attributes
    assert answer.attributes == shown
    assert (shown["type"], shown["full-width"], shown["full-height"]) == ("event-image", 640, 500)
    assert Api().get("/v1/speaker-image-sizes").attributes == {
        "type": "speaker-image",
        "thumbnail-size-width-height": 500,
        "thumbnail-size-quality": 80,
        "small-size-width-height": 50,
        "small-size-quality": 80,
        "icon-size-width-height": 35,
        "icon-size-quality": 80,
    }
    for stranger, status in ((Api(), 401), (Api(UserFactory()), 403)):
        assert stranger.patch(SIZES, "event-image-size", 1, full_width=1).status == status


@pytest.mark.parametrize(
    ("name", "value"),
    [("full_width", -1), ("full_width", 5001), ("icon_quality", 101), ("logo_height", "high")],
)
def test_a_size_that_none_can_be_is_refused(admin: Api, name: str, value: Any) -> None:
    answer = admin.patch(SIZES, "event-image-size", 1, **{name: value})

    assert (answer.status, answer.pointer) == (422, f"/data/attributes/{name.replace('_', '-')}")


def test_sizes_that_are_set_are_made_of_all_images_there_are(admin: Api, files: Path) -> None:
    event, draft = with_image(), with_image()
    speaker = with_image(SpeakerFactory, "photo_url")
    exhibitor = with_image(ExhibitorFactory, "banner_url")
    before = kept(files)

    admin.patch(SIZES, "event-image-size", 1, full_width=200, thumbnail_quality=30)
    run_due()
    assert before < kept(files)  # who was shown the old ones looks at them for a while
    Job.objects.filter(kind="media.delete-files").update(run_after=timezone.now())
    run_due()

    for row in (event, draft):
        was = row.large_image_url, row.thumbnail_image_url, row.icon_image_url
        row.refresh_from_db()
        assert size_of(row.large_image_url) == (200, 160)
        assert size_of(row.thumbnail_image_url) == (250, 200)
        assert row.thumbnail_image_url != was[1]
        assert row.icon_image_url != was[2]  # all sizes of an image are made together
    was = exhibitor.thumbnail_image_url, speaker.thumbnail_image_url
    exhibitor.refresh_from_db()
    speaker.refresh_from_db()
    assert exhibitor.thumbnail_image_url != was[0]
    assert speaker.thumbnail_image_url == was[1]
    assert len(kept(files)) == len(before)


def test_the_job_says_how_far_it_is_and_how_many_it_made(admin: Api) -> None:
    for _ in range(3):
        with_image()

    admin.patch(SIZES, "event-image-size", 1, icon_width=20)
    (job,) = run_due("media.remake-sizes")

    assert (job.result, job.phase, job.done, job.total) == ({"remade": 3}, "images", 3, 3)


def test_a_logo_is_made_anew_of_all_that_was_given(admin: Api, files: Path) -> None:
    sponsor = with_image(SponsorFactory, "logo_url")
    was, whole = sponsor.logo_url, sponsor.original_logo_url
    assert [size_of(each) for each in (was, whole)] == [(250, 200), (1000, 800)]

    admin.patch(SIZES, "event-image-size", 1, logo_width=500, logo_height=400)
    run_due()

    sponsor.refresh_from_db()
    assert size_of(sponsor.logo_url) == (500, 400)
    assert sponsor.original_logo_url == whole
    Job.objects.filter(kind="media.delete-files").update(run_after=timezone.now())
    run_due()
    assert [storage.exists(each) for each in (was, whole)] == [False, True]


def test_a_logo_that_was_kept_in_its_size_alone_is_the_most_there_is(admin: Api) -> None:
    sponsor = with_image(SponsorFactory, "logo_url")
    small = sponsor.logo_url
    Sponsor.objects.update(original_logo_url=None)

    for side in (100, 1000):
        admin.patch(SIZES, "event-image-size", 1, logo_width=side, logo_height=side)
        run_due()

    sponsor.refresh_from_db()
    assert (size_of(sponsor.logo_url), sponsor.original_logo_url) == ((250, 200), small)


def test_what_is_made_already_is_not_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that died goes on where it was, and a second one finds nothing to do."""
    rows = [with_image() for _ in range(3)]
    EventImageSize.objects.update(full_width=200)
    monkeypatch.setattr(remaking, "BATCH", 2)
    made = []

    def dies(phase: str, done: int, total: int | None) -> None:
        made.append(done)
        if len(made) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        remaking.remake(dies, transaction.atomic)

    assert remaking.remake(lambda *_: None, transaction.atomic) == 1
    assert remaking.remake(lambda *_: None, transaction.atomic) == 0
    for row in rows:
        row.refresh_from_db()
        assert size_of(row.large_image_url) == (200, 160)


def test_an_image_changed_meanwhile_is_left_as_it_is(
    files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = with_image()
    EventImageSize.objects.update(full_width=200)
    sizes_in = remaking.sizes_in

    def meanwhile(*asked: Any) -> dict[str, str]:
        Event.objects.update(large_image_url="https://pictures.example/other.png")
        return sizes_in(*asked)

    monkeypatch.setattr(remaking, "sizes_in", meanwhile)
    before = kept(files)

    assert remaking.remake(lambda *_: None, transaction.atomic) == 0
    run_due("media.delete-files")

    event.refresh_from_db()
    assert event.large_image_url == "https://pictures.example/other.png"
    assert kept(files) == before


def test_sizes_that_change_again_end_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        with_image()
    EventImageSize.objects.update(full_width=200)
    monkeypatch.setattr(remaking, "BATCH", 1)

    def progress(phase: str, done: int, total: int | None) -> None:
        EventImageSize.objects.update(full_width=100)

    assert remaking.remake(progress, transaction.atomic) == 1


def test_an_image_whose_original_is_lost_or_outside_keeps_its_sizes(files: Path) -> None:
    lost = with_image()
    outside = EventFactory(original_image_url=OUTSIDE, large_image_url=OUTSIDE)
    storage.delete(lost.original_image_url)
    EventImageSize.objects.update(full_width=200)

    assert remaking.remake(lambda *_: None, transaction.atomic) == 0

    lost.refresh_from_db()
    outside.refresh_from_db()
    assert size_of(lost.large_image_url) == (625, 500)
    assert outside.large_image_url == OUTSIDE


def test_setting_the_sizes_twice_asks_for_one_run(admin: Api) -> None:
    admin.patch(SIZES, "event-image-size", 1, icon_width=20)
    admin.patch("/v1/speaker-image-sizes", "speaker-image-size", 1, icon_size_width_height=20)

    assert Job.objects.filter(kind="media.remake-sizes").count() == 1


def test_users_have_the_sizes_of_speakers() -> None:
    SpeakerImageSize.objects.update(icon_size_width_height=10)

    user = with_image(UserFactory, "avatar_url")

    assert size_of(user.icon_image_url) == (10, 8)
    assert user.original_image_url == user.avatar_url


# --- files of one's own


def given(model: Any, *rows: Any) -> dict[str, int]:
    """Let rows get files of their own; return how many did and did not."""
    return owning.give_own(model, [row.pk for row in rows], lambda *_: None, transaction.atomic)


def test_an_image_shown_by_its_url_becomes_the_rows_own(web: Any) -> None:
    speaker = SpeakerFactory(photo_url=OUTSIDE, thumbnail_image_url=f"{OUTSIDE}?thumbnail")

    assert given(Speaker, speaker) == {"own": 1, "left": 0}

    speaker.refresh_from_db()
    assert size_of(speaker.photo_url) == (1000, 800)
    assert size_of(speaker.thumbnail_image_url) == (500, 400)
    assert given(Speaker, speaker) == {"own": 0, "left": 0}


def test_a_logo_shown_by_its_url_is_copied_from_all_of_it(web: Any) -> None:
    small = "https://pictures.example/small.png"
    web.get(small, body=image("PNG", (20, 10)))
    sponsor = SponsorFactory(logo_url=small, original_logo_url=OUTSIDE)

    assert given(Sponsor, sponsor) == {"own": 1, "left": 0}

    sponsor.refresh_from_db()
    assert size_of(sponsor.logo_url) == (250, 200)
    assert size_of(sponsor.original_logo_url) == (1000, 800)


def test_an_image_that_cannot_be_had_stays_the_url_it_is(web: Any) -> None:
    web.get("https://gone.example/x.png", status=404)
    speaker = SpeakerFactory(photo_url="https://gone.example/x.png", icon_image_url=OUTSIDE)

    assert given(Speaker, speaker) == {"own": 0, "left": 1}

    speaker.refresh_from_db()
    assert (speaker.photo_url, speaker.icon_image_url) == ("https://gone.example/x.png", OUTSIDE)


def test_a_host_that_is_slow_is_not_asked_for_each_row(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def slow(url: str, **_: Any) -> bytes:
        asked.append(url)
        raise fetching.TooSlow("too slow")

    monkeypatch.setattr(images, "fetch", slow)
    rows = [SpeakerFactory(photo_url=f"https://slow.example/{n}.png") for n in range(3)]
    rows.append(SpeakerFactory(photo_url="https://other.example/x.png"))

    assert given(Speaker, *rows) == {"own": 0, "left": 4}
    assert asked == ["https://slow.example/0.png", "https://other.example/x.png"]


def test_an_image_chosen_meanwhile_is_not_replaced(
    web: Any, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    speaker = SpeakerFactory(photo_url=OUTSIDE)
    take = owning.take

    def meanwhile(*asked: Any) -> dict[str, str]:
        Speaker.objects.update(photo_url="https://pictures.example/other.png")
        return take(*asked)

    monkeypatch.setattr(owning, "take", meanwhile)

    given(Speaker, speaker)
    run_due("media.delete-files")

    speaker.refresh_from_db()
    assert speaker.photo_url == "https://pictures.example/other.png"
    assert kept(files) == set()


def test_a_copied_event_has_files_of_its_own(files: Path) -> None:
    ivy = UserFactory()
    event = with_image(is_sponsors_enabled=True)
    hold(ivy, event, "owner")
    with_image(SponsorFactory, "logo_url", event=event)
    with_image(ExhibitorFactory, "banner_url", event=event)

    answer = Api(ivy).send("post", f"/v1/events/{event.pk}/copy", {}, "application/json")
    copy = Event.objects.get(pk=answer.document["id"])
    before = Api(ivy).get(f"/v1/events/{copy.pk}").attributes["original-image-url"]
    assert storage.is_url_of(before, event.original_image_url)  # for the time being
    run_due()

    originals, copies = (names_of(each) for each in (event, copy))
    assert [size_of(each) for each in originals] == [size_of(each) for each in copies]
    assert len(originals) == 8
    assert not set(originals) & set(copies)
    Event.objects.filter(pk=event.pk).delete()
    run_due()
    assert kept(files) == {name.rpartition("/")[2] for name in copies}


def names_of(event: Event) -> list[str]:
    """Return what the kept files of an event and what belongs to it are called."""
    rows = [
        Event.objects.get(pk=event.pk),
        *event.sponsors.all(),
        *event.exhibitors.all(),
    ]
    return [
        getattr(row, name)
        for row in rows
        for image in images_of(type(row))
        for name in image.names
        if getattr(row, name)
    ]


# --- files of nobody


def made_on(day: date, files: Path, event: Event) -> None:
    """Make it look as if the files of `event` had been made on that day."""
    for name in ("original", "large", "thumbnail", "icon"):
        column = f"{name}_image_url"
        folder, _, file = getattr(event, column).rpartition("/")
        place = folder.rpartition("/")[0]
        setattr(event, column, f"{place}/{day}/{file}")
    today = files / "public" / "images" / timezone.now().date().isoformat()
    shutil.move(today, today.with_name(day.isoformat()))
    event.save()


def test_files_that_no_row_names_are_deleted_after_a_while(files: Path) -> None:
    today = timezone.now().date()
    event = with_image()
    made_on(today - timedelta(days=2), files, event)
    lost = storage.keep_public(
        io.BytesIO(image("JPEG")),
        f"images/{today - timedelta(days=2)}/lost-original.jpg",
    )
    fresh = storage.keep_public(
        io.BytesIO(image("JPEG")),
        f"images/{today - timedelta(days=1)}/fresh-original.jpg",
    )

    assert sweeping.sweep(today) == 1

    assert [storage.exists(each) for each in (lost, fresh)] == [False, True]
    assert size_of(event.original_image_url) == (1000, 800)
    assert size_of(event.icon_image_url) == (38, 30)
    assert sweeping.sweep(today + timedelta(days=1)) == 1
    assert not storage.exists(fresh)


def test_the_copy_of_a_file_on_the_move_is_not_taken_for_lost(files: Path) -> None:
    """A file that is moved is in the new place before its row says so."""
    moved = storage.keep_public(io.BytesIO(image("JPEG")), "images/2031-05-01/f00-logo.jpg")
    SponsorFactory(logo_url=moved.replace("local:", "s3:"))

    assert sweeping.sweep(date(2031, 5, 4)) == 0


def test_many_files_are_looked_for_in_batches(files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeping, "BATCH", 2)
    today = timezone.now().date()
    event = with_image()
    made_on(today - timedelta(days=3), files, event)
    Event.objects.update(icon_image_url=None, large_image_url=None)

    assert sweeping.sweep(today) == 2


def test_the_sweep_is_a_job_of_each_night(files: Path) -> None:
    event = with_image()
    Event.objects.filter(pk=event.pk).update(icon_image_url=None)

    due = timezone.now() + timedelta(days=2)
    job = jobs.enqueue("media.sweep-images", due=due.isoformat())
    run_due()

    job.refresh_from_db()
    assert job.result == {"deleted": 1}
