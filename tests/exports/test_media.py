"""The files that rows name go out with an archive, and come in with it."""

import hashlib
import io
import json
import tracemalloc
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
import responses

from events.models import Event, EventTopic, Exhibitor, Session, Speaker, Sponsor
from exports.actions.archives import import_archive
from exports.archives import files as zips
from exports.archives import taking_out
from exports.archives.contents import ArchiveUnreadable
from exports.archives.files import zipped
from exports.archives.report import Report
from exports.models import Export, ImportJob
from media import storage
from media.models import Unnamed, Upload
from messaging.models import Mail
from openevent.jobs.testing import run_due
from openevent.site.models import Site
from tests.api_client import Api
from tests.exports.test_exports import ask, download
from tests.exports.test_imports import EVENT, imported, zip_of
from tests.exports.test_round_trip import archive_of, comparable
from tests.exports.with_media import PHOTO, document, event_with_logo, event_with_media, image_of
from tests.factories.events import EventFactory, EventTopicFactory, SessionFactory, hold
from tests.factories.users import UserFactory
from tests.media.pictures import BLUE, encoded, image, is_like, noise, opened, png_bomb
from tests.media.test_documents import DOCUMENTS
from tests.services.stores import Store
from users.models import User

pytestmark = pytest.mark.django_db

ABSENT = "left out (The archive has no such file.)."


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Path) -> Path:
    settings.FILES_ROOT = tmp_path / "files"
    return settings.FILES_ROOT


@pytest.fixture
def olivia() -> User:
    return UserFactory(email="olivia@example.org")


def kept(files: Path) -> list[str]:
    """Return the public files, once what is due has been done."""
    run_due()
    return [each.name for each in (files / "public").rglob("*") if each.is_file()]


def brought_in(archive: bytes) -> Report:
    return import_archive(zipped(io.BytesIO(archive)), by=UserFactory(admin=True))


def content_of(kept: str | None) -> bytes:
    with storage.opened(kept or "") as file:
        return file.read()


def members(archive: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(archive)) as file:
        return {name: file.read(name) for name in file.namelist()}


def said(archive: bytes, name: str) -> Any:
    return orjson.loads(members(archive)[name])


# There and back


def test_archive_comes_in_and_goes_out_as_it_was_with_its_files(place: Store) -> None:
    first = archive_of(event_with_media())

    report = brought_in(first)

    assert report.notes == ["The event: has a new identifier, as its own is taken."]
    assert comparable(archive_of(report.event)) == comparable(first)


def test_logo_comes_in_as_large_as_it_was_made_of() -> None:
    logo = image_of(Event, "logo_url", image("PNG", (900, 600)))
    event = EventFactory(name="Made Up Days", **logo)
    assert opened(content_of(event.logo_url)).size == (300, 200)

    copy = brought_in(archive_of(event)).event

    assert opened(content_of(copy.logo_url)).size == (300, 200)
    assert content_of(copy.original_logo_url) == content_of(event.original_logo_url)
    assert opened(content_of(copy.original_logo_url)).size == (900, 600)


def test_same_event_with_files_makes_the_same_bytes() -> None:
    event = event_with_media()

    assert archive_of(event) == archive_of(event)


def test_two_events_share_no_file(files: Path) -> None:
    original = event_with_media()
    before = set(kept(files))
    copy = brought_in(archive_of(original)).event
    added = set(kept(files)) - before

    Event.objects.filter(pk=original.pk).delete()
    run_due()

    for model, names in (
        (Event, ("logo_url", "original_image_url", "icon_image_url")),
        (Speaker, ("photo_url", "small_image_url")),
        (Sponsor, ("logo_url",)),
        (Exhibitor, ("logo_url", "banner_url", "thumbnail_image_url")),
    ):
        at = {"pk": copy.pk} if model is Event else {"event": copy}
        for row in model.objects.filter(**at):
            for name in names:
                assert Path(getattr(row, name)).name in added
                assert storage.exists(getattr(row, name))
    session = Session.objects.get(event=copy)
    assert content_of(storage.kept_of(session.slides_url)) == DOCUMENTS["pdf"]


def test_an_event_without_a_picture_does_not_come_in_with_that_of_its_topic() -> None:
    topic = EventTopicFactory(**image_of(EventTopic, "system_image_url"))
    event = EventFactory(event_topic=topic)

    report = brought_in(archive_of(event))

    assert (report.event.event_topic, report.event.original_image_url) == (topic, None)


# Out


def test_files_lie_where_the_contract_has_them() -> None:
    event = event_with_media()
    ada, zofie = Speaker.objects.order_by("pk")
    sponsor, session, exhibitor = (
        Sponsor.objects.get(),
        Session.objects.get(),
        event.exhibitors.get(),
    )

    archive = archive_of(event)

    found = members(archive)
    assert {name: content for name, content in found.items() if "/" in name} == {
        "images/logo.jpg": content_of(event.original_logo_url),
        "images/background.jpg": content_of(event.original_image_url),
        f"images/speakers/AdaLovelace_{ada.pk}.jpg": content_of(ada.photo_url),
        f"images/speakers/Zofiex_{zofie.pk}.jpg": content_of(zofie.photo_url),
        f"images/sponsors/Engines_{sponsor.pk}.jpg": content_of(sponsor.original_logo_url),
        f"images/exhibitors/Booth_{exhibitor.pk}.jpg": content_of(exhibitor.original_logo_url),
        f"images/exhibitors/Booth_{exhibitor.pk}_banner.jpg": content_of(exhibitor.banner_url),
        f"slides/session_{session.pk}.pdf": DOCUMENTS["pdf"],
        f"slides/session_{session.pk}_1.csv": DOCUMENTS["csv"],
        f"audios/session_{session.pk}.ogg": DOCUMENTS["ogg"],
        f"videos/session_{session.pk}.mp4": DOCUMENTS["mp4"],
        f"documents/session_{session.pk}_complex_field_values_1.odt": DOCUMENTS["odt"],
        "documents/event_1.txt": DOCUMENTS["txt"],
    }
    assert said(archive, "event")["document_links"] == [
        {"name": "Handout", "link": "/documents/event_1.txt"},
        {"name": "Elsewhere", "link": "https://example.org/a.pdf"},
    ]
    shown = said(archive, "speakers")[0]
    path = f"/images/speakers/AdaLovelace_{ada.pk}.jpg"
    assert [shown["photo_url"], shown["icon_image_url"]] == [path, path]
    assert said(archive, "exhibitors")[0]["slides_url"] == f"/slides/session_{session.pk}.pdf"
    talk = said(archive, "sessions")[0]
    assert (talk["video_url"], talk["website"]) == (
        f"/videos/session_{session.pk}.mp4",
        "https://example.org/",
    )


def test_manifest_says_what_each_file_is_and_is_called() -> None:
    archive = archive_of(event_with_media())

    known = said(archive, "manifest")["files"]

    found = members(archive)
    assert known.keys() == found.keys() - {"manifest"}
    for name, facts in known.items():
        assert facts["sha256"] == hashlib.sha256(found[name]).hexdigest()
        assert facts["size"] == len(found[name])
    assert {facts["name"] for facts in known.values() if "name" in facts} == {
        *("adas-slides.pdf", "my-csv.csv", "my-mp4.mp4", "my-odt.odt", "my-ogg.ogg", "my-txt.txt")
    }


def test_what_is_compressed_already_is_stored() -> None:
    event = event_with_logo(document_links=[{"name": "Handout", "link": document("txt")}])

    with zipfile.ZipFile(io.BytesIO(archive_of(event))) as file:
        methods = {each.filename: each.compress_type for each in file.infolist()}

    assert methods["images/logo.jpg"] == zipfile.ZIP_STORED
    assert methods["documents/event_1.txt"] == methods["event"] == zipfile.ZIP_DEFLATED


@pytest.mark.parametrize(
    ("wanted", "folders"),
    [
        ({}, {"images", "slides", "documents", "audios", "videos"}),
        ({"image": None, "video": True}, {"images", "slides", "documents", "audios", "videos"}),
        ({"image": False, "audio": False}, {"slides", "documents", "videos"}),
        (dict.fromkeys(("image", "document", "audio", "video"), False), set()),
    ],
)
def test_files_are_there_unless_a_client_wants_none(
    olivia: User, wanted: dict[str, Any], folders: set[str]
) -> None:
    event = event_with_logo(document_links=[{"name": "Handout", "link": document("txt")}])
    talk = {"slides_url": document("pdf"), "audio_url": document("ogg")}
    SessionFactory(event=event, video_url=document("mp4"), **talk)
    hold(olivia, event, "owner")
    task = Api(olivia).send(
        "post", f"/v1/events/{event.pk}/export/json", wanted, "application/json"
    )
    run_due()
    link = Api(olivia).get(task.document["task_url"]).document["result"]["download_url"]

    archive = download(link.removeprefix("http://testserver")).body

    assert {name.partition("/")[0] for name in members(archive) if "/" in name} == folders
    logo = said(archive, "event")["logo_url"]
    assert logo == ("/images/logo.jpg" if "images" in folders else storage.url(event.logo_url))


@pytest.mark.parametrize("value", ["false", 0, [], {}])
def test_a_wish_that_is_neither_yes_nor_no_is_refused(olivia: User, value: Any) -> None:
    event = EventFactory()
    hold(olivia, event, "owner")

    answer = Api(olivia).send(
        "post", f"/v1/events/{event.pk}/export/json", {"video": value}, "application/json"
    )

    assert (answer.status, answer.document["error"]) == (
        422,
        'Write true or false as "video", or leave it out: that is true.',
    )
    assert not Export.objects.exists()


def test_files_of_other_servers_stay_there() -> None:
    away = "https://pictures.example/ada.png"
    event = EventFactory(logo_url=away)
    SessionFactory(event=event, slides_url=away)

    with responses.RequestsMock():  # nothing is asked for
        archive = archive_of(event)

    assert (said(archive, "event")["logo_url"], said(archive, "sessions")[0]["slides_url"]) == (
        away,
        away,
    )


def test_an_export_waits_for_images_of_a_place_that_has_lost_its_keys(olivia: User) -> None:
    """They are not gone, and an archive without them would look as if they were."""
    event = EventFactory(logo_url="s3:public/images/2031-05-01/f00-original.jpg")
    hold(olivia, event, "owner")

    task_url = ask(olivia, event).document["task_url"]
    run_due()

    assert Api(olivia).get(task_url).document["state"] == "WAITING"
    assert not Export.objects.get().file


def test_a_file_that_is_gone_stays_a_url_and_is_told(olivia: User) -> None:
    event = event_with_media()
    hold(olivia, event, "owner")
    ada, session = Speaker.objects.get(name="Ada Lovelace"), Session.objects.get()
    storage.delete(ada.photo_url)
    storage.delete(storage.kept_of(session.video_url) or "")

    task_url = ask(olivia, event).document["task_url"]
    run_due()

    result = Api(olivia).get(task_url).document["result"]
    notes = [
        f'Speaker {ada.pk} ("Ada Lovelace"): photo-url is still a URL, as its file is gone.',
        f'Session {session.pk} ("A talk"): video-url is still a URL, as its file is gone.',
    ]
    assert result["notes"] == notes
    archive = download(result["download_url"].removeprefix("http://testserver")).body
    assert said(archive, "meta")["notes"] == notes
    shown = said(archive, "speakers")[0]
    assert shown["photo_url"] == storage.url(ada.photo_url)
    assert shown["icon_image_url"] == storage.url(ada.icon_image_url)
    assert said(archive, "sessions")[0]["video_url"] == session.video_url
    mail = Mail.objects.get(action="event_exported")
    assert "video-url is still a URL" in mail.text


def test_a_file_goes_out_from_wherever_it_has_been_moved() -> None:
    event = EventFactory()
    moved = document("pdf").replace("/media/local/", "/media/s3/")
    nowhere = f"http://testserver/media/gs/uploads/{'0' * 32}/a.pdf"
    for url in (moved, nowhere):
        SessionFactory(event=event, title="A talk", slides_url=url)

    archive = archive_of(event)

    there, gone = said(archive, "sessions")
    assert members(archive)[there["slides_url"][1:]] == DOCUMENTS["pdf"]
    assert gone["slides_url"] == nowhere
    assert said(archive, "meta")["notes"] == [
        f'Session {gone["id"]} ("A talk"): slides-url is still a URL, as its file is gone.'
    ]


def test_what_people_write_names_no_private_file() -> None:
    private = storage.keep_private(io.BytesIO(b"%PDF-1.4 of somebody else"), "exports/7/a.pdf")
    event = EventFactory()
    SessionFactory(
        event=event,
        complex_field_values={
            "cv": private,
            "by url": f"http://testserver/media/local/../private/{private[14:]}",
        },
    )
    EventFactory(logo_url=private)

    for each in Event.objects.all():
        assert not [name for name in members(archive_of(each)) if "/" in name]


class Sink(io.RawIOBase):
    """Takes whatever is written, and keeps none of it."""

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        return len(data)


def test_memory_does_not_grow_with_the_files(files: Path, tmp_path: Path) -> None:
    event = EventFactory()
    SessionFactory(event=event, video_url=document("mp4"))
    (path,) = files.rglob("*.mp4")
    peaks = []
    for size in (1_000_000, 200_000_000):
        with path.open("wb") as file:
            file.truncate(size)
        with Sink() as out:
            tracemalloc.start()
            taking_out.write(event.pk, out, root_url="", progress=lambda *_: None)
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()

    assert peaks[1] < peaks[0] + 1_000_000


# In


def archive_with(event: Any = None, **parts: Any) -> bytes:
    """Return an archive as the former server wrote them; files have a slash in their names."""
    return zip_of({"event": EVENT | (event or {}), **parts})


def test_memory_does_not_grow_with_the_files_that_come_in(
    olivia: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zips, "PIECE", 64 * 1024)
    Site.objects.update_or_create(pk=1, defaults={"slide_size": 100_000})
    session = orjson.dumps([{"id": 5, "title": "A talk", "video_url": "/videos/session_5.mp4"}])
    peaks = []
    for size in (2_000_000, 50_000_000):
        film = DOCUMENTS["mp4"].ljust(size, b"\0")
        path = tmp_path / "event.zip"
        path.write_bytes(
            stored(event=EVENT_FILE, sessions=session, **{"videos/session_5.mp4": film})
        )
        with path.open("rb") as file:
            tracemalloc.start()
            import_archive(zipped(file), by=olivia)
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()

    assert Session.objects.exclude(video_url=None).count() == 2
    assert peaks[1] < peaks[0] + 1_000_000


def test_files_of_the_former_server_come_in(olivia: User, files: Path) -> None:
    archive = archive_with(
        {"logo_url": "/images/logo.png", "external_event_url": "/images/background"},
        speakers=[{"id": 7, "name": "Ada", "photo_url": "/images/speakers/Ada_7.gif"}],
        sponsors=[{"id": 3, "name": "Engines", "logo_url": "/images/sponsors/Engines_3"}],
        sessions=[
            {
                "id": 5,
                "title": "A talk",
                "slides_url": "/slides/session_5.pdf",
                "audio_url": "/audios/session_5",
                "video_url": "/videos/session_5.mp4",
                "speakers": [{"id": 7}],
            }
        ],
        **{
            "images/logo.png": image("PNG", color=BLUE),
            "images/background": image("WEBP", (300, 200)),
            "images/speakers/Ada_7.gif": image("GIF"),
            "images/sponsors/Engines_3": image("JPEG"),
            "slides/session_5.pdf": DOCUMENTS["pdf"],
            "audios/session_5": DOCUMENTS["mp3"],
            "videos/session_5.mp4": DOCUMENTS["mp4"],
        },
    )

    task = imported(olivia, archive)

    assert (task["state"], task["result"]["notes"]) == ("SUCCESS", [])
    event, speaker, session = Event.objects.get(), Speaker.objects.get(), Session.objects.get()
    assert is_like(opened(content_of(event.logo_url)).getpixel((20, 15)), BLUE)
    assert opened(content_of(event.original_image_url)).size == (300, 200)
    assert opened(content_of(event.icon_image_url)).size == (45, 30)
    assert opened(content_of(speaker.photo_url)).size == (40, 30)
    assert opened(content_of(speaker.icon_image_url)).size == (35, 26)
    assert opened(content_of(Sponsor.objects.get().logo_url)).size == (40, 30)
    assert event.external_event_url is None
    for url, content in (
        (session.slides_url, "pdf"),
        (session.audio_url, "mp3"),
        (session.video_url, "mp4"),
    ):
        assert content_of(storage.kept_of(url)) == DOCUMENTS[content]
        assert url.rpartition("/")[2] in (f"session_5.{content}", f"document.{content}")
    assert not Unnamed.objects.exists()
    assert len(kept(files)) == 2 + 4 + 4 + 2 + 3


def test_picture_in_place_of_the_address_is_not_wanted_twice(olivia: User) -> None:
    archive = archive_with(
        {
            "original_image_url": "https://pictures.example/a.png",
            "external_event_url": "/images/background.png",
        },
        **{"images/background.png": image()},
    )

    with responses.RequestsMock() as web:
        web.get("https://pictures.example/a.png", body=image(size=(30, 30)))
        task = imported(olivia, archive)

    event = Event.objects.get()
    assert opened(content_of(event.original_image_url)).size == (30, 30)
    assert event.external_event_url is None
    assert task["result"]["notes"] == [
        "The event: external-event-url left out, as it is a picture."
    ]


REFUSED = {
    "no image": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "This is no image that can be"),
    "broken": (image("PNG", (400, 300))[:200], "This image is broken"),
    "bomb": (png_bomb(20_000, 20_000), "This image has more than 40 million pixels"),
    "long": (encoded(noise(200, 200), "PNG"), "This image is larger than the 1 kB"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_image_is_left_out_and_told(olivia: User, files: Path, name: str) -> None:
    content, sentence = REFUSED[name]
    if name == "long":
        Site.objects.update_or_create(pk=1, defaults={"image_size": 1})
    archive = archive_with(
        speakers=[
            {
                "id": 1,
                "name": "Ada",
                "photo_url": "/images/a.png",
                "thumbnail_image_url": "https://example.org/t.png",
            }
        ],
        **{"images/a.png": content},
    )

    task = imported(olivia, archive)

    (note,) = task["result"]["notes"]
    assert note.startswith(f'Speaker 1 ("Ada"): photo-url left out ({sentence}')
    ada = Speaker.objects.get()
    assert (ada.photo_url, ada.thumbnail_image_url) == (None, None)
    assert kept(files) == []


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"MZ\x90\0\3\0\0\0", "Send a PDF, an office document"),
        (b"<html>" + b"x" * 3000, "The file is larger than the 1 kB"),
        (b"%PDF-1.4" + b"x" * 3000, "The file is larger than the 1 kB"),
    ],
)
def test_what_is_no_document_is_left_out_and_told(
    olivia: User, files: Path, content: bytes, sentence: str
) -> None:
    Site.objects.update_or_create(pk=1, defaults={"slide_size": 1})
    session = {"id": 5, "title": "A talk", "slides_url": "/slides/session_5"}

    task = imported(olivia, archive_with(sessions=[session], **{"slides/session_5": content}))

    (note,) = task["result"]["notes"]
    assert note.startswith(f'Session 5 ("A talk"): slides-url left out ({sentence}')
    assert Session.objects.get().slides_url is None
    assert kept(files) == []


def test_a_document_is_kept_once_however_many_rows_link_it(olivia: User, files: Path) -> None:
    sessions = [
        {"id": number, "title": "A talk", "slides_url": "/slides/a", "video_url": "/videos/a"}
        for number in (5, 6)
    ]
    documents = {"slides/a": DOCUMENTS["pdf"], "videos/a": b"MZ\x90\0\3\0"}

    task = imported(olivia, archive_with(sessions=sessions, **documents))

    assert len({each.slides_url for each in Session.objects.all()}) == 1
    assert kept(files) == ["document.pdf"]
    (note,) = task["result"]["notes"]
    assert note.startswith('Session 5 ("A talk"), session 6 ("A talk"): video-url left out (Send')


def test_an_image_among_the_documents_is_an_image(olivia: User) -> None:
    session = {"id": 5, "title": "A talk", "slides_url": "/slides/session_5.pdf"}

    imported(olivia, archive_with(sessions=[session], **{"slides/session_5.pdf": image("PNG")}))

    url = Session.objects.get().slides_url or ""
    assert url.endswith("/image.jpg")
    assert opened(content_of(storage.kept_of(url))).size == (40, 30)


def test_links_that_lead_to_no_file_do_not_take_the_others_along(olivia: User) -> None:
    slides = [
        {"name": "Here", "link": "/slides/a.pdf"},
        {"name": "Nowhere", "link": "/slides/b.pdf"},
        {"name": "A program", "link": "/slides/c.pdf"},
        {"name": "Elsewhere", "link": "https://example.org/d.pdf"},
    ]
    session = {"id": 5, "title": "A talk", "slides": slides}
    files = {"slides/a.pdf": DOCUMENTS["pdf"], "slides/c.pdf": b"MZ\x90\0\3\0"}

    task = imported(olivia, archive_with(sessions=[session], **files))

    assert [each["name"] for each in Session.objects.get().slides or ()] == ["Here", "Elsewhere"]
    assert len(task["result"]["notes"]) == 2


def test_json_within_json_does_no_harm(olivia: User) -> None:
    deep: Any = "/slides/session_5.pdf"
    for _ in range(500):
        deep = [deep]
    session = {
        "id": 5,
        "title": "A talk",
        "slides_url": "/slides/session_5.pdf",
        "complex_field_values": deep,
    }
    slides = {"slides/session_5.pdf": DOCUMENTS["pdf"]}

    task = imported(olivia, archive_with(sessions=json.dumps([session]).encode(), **slides))

    assert task["result"]["notes"] == [
        'Session 5 ("A talk"): complex-field-values left out, as it is nested too deeply.'
    ]


def test_files_of_rows_that_are_left_out_go(olivia: User, files: Path) -> None:
    archive = archive_with(
        speakers=[{"id": 1, "photo_url": "/images/a.png"}], **{"images/a.png": image()}
    )

    task = imported(olivia, archive)

    assert task["result"]["notes"] == ["Speaker 1: left out, as it has no name."]
    assert kept(files) == []


# What is refused


def rewritten(archive: bytes, change: Any) -> bytes:
    """Return an archive with the same files but for what `change` makes of them."""
    found = members(archive)
    change(found)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name, content in found.items():
            file.writestr(name, content)
    return out.getvalue()


def without_the_logo(found: dict[str, bytes]) -> None:
    del found["images/logo.jpg"]


def with_another_logo(found: dict[str, bytes]) -> None:
    found["images/logo.jpg"] = image("JPEG")


def known_without_the_logo(found: dict[str, bytes]) -> None:
    known = orjson.loads(found["manifest"])
    del known["files"]["images/logo.jpg"], found["images/logo.jpg"]
    found["manifest"] = orjson.dumps(known)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (without_the_logo, 'The archive has no "images/logo.jpg", which its manifest lists.'),
        (with_another_logo, 'The file "images/logo.jpg" is not what the manifest says.'),
        (known_without_the_logo, 'The archive has no "images/logo.jpg", which it mentions.'),
    ],
)
def test_archive_of_ours_that_lacks_a_file_is_refused(
    olivia: User, files: Path, change: Any, sentence: str
) -> None:
    archive = rewritten(archive_of(event_with_logo()), change)
    before = sorted(kept(files))

    task = imported(olivia, archive)

    assert (task["state"], ImportJob.objects.get().result) == ("FAILURE", sentence)
    assert Event.objects.count() == 1
    assert sorted(kept(files)) == before
    assert not Unnamed.objects.exists()


def test_import_that_fails_leaves_no_file(olivia: User, files: Path) -> None:
    """The first speaker's photo is kept by the time the second one's turns out to be broken."""
    speakers = [
        {"id": number, "name": name, "photo_url": f"/images/{name}.png"}
        for number, name in enumerate(("Ada", "Bob"))
    ]
    photos = {f"images/{name}.png": image() for name in ("Ada", "Bob")}
    said = {"event": EVENT_FILE, "speakers": orjson.dumps(speakers)}
    content = bytearray(stored(**said, **photos))
    content[content.rindex(b"IDAT")] ^= 1

    task = imported(olivia, bytes(content))

    assert task["state"] == "FAILURE"
    assert "Bob.png" in ImportJob.objects.get().result
    assert not Event.objects.exists()
    assert not Upload.objects.exists()
    assert kept(files) == []


def test_manifest_is_no_proof_that_an_image_is_harmless(olivia: User) -> None:
    """Whoever makes a zip may write its manifest, too: what counts is what an image is."""
    evil = b"<script>alert(1)</script>"

    def with_more(found: dict[str, bytes]) -> None:
        found["images/logo.jpg"] += evil
        known = orjson.loads(found["manifest"])
        digest = hashlib.sha256(found["images/logo.jpg"]).hexdigest()
        known["files"]["images/logo.jpg"]["sha256"] = digest
        found["manifest"] = orjson.dumps(known)

    original = event_with_logo()
    archive = rewritten(archive_of(original), with_more)

    task = imported(olivia, archive)

    logo = Event.objects.get(pk=task["result"]["id"]).logo_url
    assert evil not in content_of(logo)
    assert opened(content_of(logo)).size == opened(content_of(original.logo_url)).size


@pytest.mark.parametrize("path", ["/../private/a", "//etc/passwd", "/", "/images/../event"])
def test_path_leads_nowhere_else(olivia: User, path: str) -> None:
    speakers = [{"id": 1, "name": "Ada", "photo_url": path}]

    task = imported(olivia, archive_with(speakers=speakers))

    assert task["result"]["notes"] == [f'Speaker 1 ("Ada"): photo-url {ABSENT}']


@pytest.fixture
def small_limits(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(zips, "MOST_FILES", 30)
    monkeypatch.setattr(zips, "LARGEST_FILE", 4_000)
    monkeypatch.setattr(zips, "LARGEST_JSON", 6_000)
    monkeypatch.setattr(zips, "LARGEST_TOTAL", 50_000)
    monkeypatch.setattr(zips, "LONGEST_DIRECTORY", 10_000)
    monkeypatch.setattr(zips, "_NO_BOMB", 5_000)
    return


def stored(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name, content in members.items():
            file.writestr(name, content)
    return out.getvalue()


def bombed() -> bytes:
    return zip_of({"event": EVENT, "images/a": b"\0" * 40_000, "images/b": PHOTO})


EVENT_FILE = orjson.dumps(EVENT)
NUMBERED = {f"images/{number}": b"x" for number in range(31)}


@pytest.mark.usefixtures("small_limits")
@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (stored(event=EVENT_FILE, **NUMBERED), "more than 30 files"),
        (stored(event=EVENT_FILE, sessions=b" " * 4_001), "unpacks to too much"),
        (
            stored(event=EVENT_FILE, sessions=b" " * 3_500, speakers=b" " * 3_500),
            "unpacks to too much",
        ),
        (stored(event=EVENT_FILE, **{"videos/a": b"x" * 51_000}), "unpacks to too much"),
        (stored(event=EVENT_FILE, **{"images/" + "x" * 11_000: b""}), "too much about the files"),
        (bombed(), "unpacks to too much"),
    ],
    ids=["files", "rows in a file", "rows in all", "a film", "names", "bomb"],
)
def test_zip_that_holds_too_much_is_refused(content: bytes, sentence: str) -> None:
    with pytest.raises(ArchiveUnreadable, match=sentence):
        zipped(io.BytesIO(content))


def test_small_values_are_counted_as_each_takes_much_more_memory_than_bytes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(zips, "MOST_VALUES", 1_000)
    many = {"event": EVENT, "tracks": b"[" + b",".join([b"{}"] * 300) + b"]"}
    read = zipped(io.BytesIO(zip_of(many | {"sessions": many["tracks"]})))

    for _ in range(3):  # the same file again is no more than once
        assert b"".join(read("tracks") or [])
    with pytest.raises(ArchiveUnreadable, match="more than 1,000 things"):
        b"".join(read("sessions") or [])


def test_a_speaker_who_repeats_themselves_keeps_no_archive_from_coming_in() -> None:
    says = orjson.dumps([{"id": 1, "name": "Ada", "long_biography": "a" * 2_000_000}])

    read = zipped(io.BytesIO(zip_of({"event": EVENT, "speakers": says})))

    assert b"".join(read("speakers") or []) == says


@pytest.mark.usefixtures("small_limits")
def test_files_may_be_longer_than_what_is_said_of_them() -> None:
    read = zipped(io.BytesIO(stored(event=EVENT_FILE, **{"videos/a.mp4": b"x" * 40_000})))

    assert b"".join(read("videos/a.mp4") or ()) == b"x" * 40_000
