"""A file goes in, its URL comes out; and it goes again if nobody makes use of it."""

import base64
import json
import textwrap
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import encode_multipart
from django.utils import timezone

from events.models import Event, Session
from media import storage
from media.actions import readdressing, uploads
from media.models import Upload
from media.places import StorageUnavailable
from media.places.local import Local
from openevent import jobs
from openevent.activity.models import Activity
from openevent.jobs.models import Job
from openevent.jobs.testing import run_due
from openevent.site.models import Site
from tests.api_client import Answer, Api
from tests.factories.events import EventFactory, ExhibitorFactory, SessionFactory, hold
from tests.factories.users import UserFactory, authorization
from tests.media.pictures import BLUE, image, is_like, opened, png_bomb
from tests.services.stores import Store
from users.models import User

pytestmark = pytest.mark.django_db

IMAGE, FILES = "/v1/upload/image", "/v1/upload/files"
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
EITHER_TYPE = ["application/json", "application/vnd.api+json"]


@pytest.fixture
def ivy() -> User:
    return UserFactory(email="ivy@example.org")


def data_url(content: bytes, said: str = "image/png") -> str:
    return f"data:{said};base64,{base64.b64encode(content).decode()}"


def send_image(user: Any, data: Any, content_type: str = EITHER_TYPE[0]) -> Answer:
    return Api(user).send("post", IMAGE, {"data": data}, content_type)


def send_form(user: Any, path: str, **files: Any) -> Answer:
    headers = authorization(user) if user else {}
    return Answer(Client().post(path, files, headers=headers))


def file(content: bytes, name: str = "talk.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def served(url: str) -> Any:
    response: Any = Client().get(url)
    response.body = b"".join(response.streaming_content) if response.streaming else response.content
    return response


def kept(files: Path) -> list[str]:
    return sorted(path.name for path in files.rglob("*") if path.is_file())


def later(**time: Any) -> str:
    return (timezone.now() + timedelta(**time)).isoformat()


def sweep(**time: Any) -> int:
    found = uploads.sweep(timezone.now() + timedelta(**time))
    run_due("media.delete-files")
    return found


# --- images


@pytest.mark.parametrize("content_type", EITHER_TYPE)
def test_an_image_in_json_is_at_a_url_at_once(ivy: User, content_type: str) -> None:
    answer = send_image(ivy, data_url(image("PNG", color=BLUE)), content_type)

    assert answer.status == 200, answer
    assert list(answer.document) == ["url"]
    found = served(answer.document["url"])
    assert (found.status_code, found["Content-Type"]) == (200, "image/jpeg")
    assert is_like(opened(found.body).getpixel((5, 5)), BLUE)


@pytest.mark.parametrize(
    "spelled",
    [
        lambda content: "\n".join(textwrap.wrap(data_url(content), 76)),
        lambda content: "\r\n".join(textwrap.wrap(data_url(content), 76)) + "\r\n",
        lambda content: data_url(content + bytes((1 - len(content)) % 3)).rstrip("="),
        lambda content: data_url(content + bytes((2 - len(content)) % 3)).rstrip("="),
        lambda content: data_url(content, said="text/html"),
        lambda content: data_url(content).replace(";base64", ";charset=utf-8;base64"),
        lambda content: base64.b64encode(content).decode(),
    ],
    ids="lines,lines of another system,without ==,without =,of another type,parameters,bare".split(
        ","
    ),
)
def test_an_image_in_json_may_be_spelled_in_many_ways(ivy: User, spelled: Any) -> None:
    answer = send_image(ivy, spelled(image("WEBP", (31, 17))))

    assert opened(served(answer.document["url"]).body).size == (31, 17)


@pytest.mark.parametrize("media_type", ["multipart/form-data", "Multipart/Form-Data"])
def test_an_image_may_be_the_file_of_a_form(ivy: User, media_type: str) -> None:
    form = encode_multipart("A--Z", {"file": file(image("GIF"), "photo.exe")})

    answer = Api(ivy).send("post", IMAGE, form, f"{media_type}; boundary=A--Z")

    assert served(answer.document["url"])["Content-Type"] == "image/jpeg"


@pytest.mark.parametrize("path", [IMAGE, FILES])
def test_where_it_is_kept_is_not_for_the_client_to_say(place: Store, ivy: User, path: str) -> None:
    """The contract's `force_local` is taken and not heeded: any process finds any file."""
    content = image() if path == IMAGE else PDF

    answer = send_form(ivy, f"{path}?force_local=true", file=file(content))

    assert (answer.status, list(answer.document)) == (200, ["url"])
    assert len(place.keys) == 1
    found = served(answer.document["url"])
    if found.status_code == 302:
        found = requests.get(found["Location"], timeout=5)
    assert found.status_code == 200


def test_what_is_kept_are_not_the_bytes_that_were_sent(ivy: User, files: Path) -> None:
    sent = image("JPEG") + b"<script>alert(1)</script>"

    send_form(ivy, IMAGE, file=file(sent))

    (path,) = [path for path in files.rglob("*") if path.is_file()]
    assert path.name == "image.jpg"
    assert b"script" not in path.read_bytes()


def test_only_who_is_signed_in_uploads(files: Path) -> None:
    for path in (IMAGE, FILES):
        assert send_form(None, path, file=file(image())).status == 401
    assert Api().send("post", IMAGE, "no json at all").status == 401
    assert kept(files) == []


@pytest.mark.parametrize(
    ("content", "status", "sentence"),
    [
        (b"<svg/>", 415, "This is no image that can be taken"),
        (PDF, 415, "This is no image that can be taken"),
        (b"", 415, "This is no image that can be taken"),
        (image()[:60], 422, "This image is broken"),
        (png_bomb(20_000, 20_000), 422, "This image has more than 40 million pixels"),
        (b"\x89PNG" * 300_000, 413, "The file is larger than the 1,000 kB that are taken."),
    ],
    ids=["svg", "pdf", "nothing", "cut off", "bomb", "large"],
)
@pytest.mark.parametrize("way", ["json", "form"])
def test_an_image_that_is_not_taken_is_refused_with_a_sentence(
    ivy: User, files: Path, content: bytes, status: int, sentence: str, way: str
) -> None:
    Site.objects.update(image_size=1000)

    if way == "json":
        answer = send_image(ivy, data_url(content))
    else:
        answer = send_form(ivy, IMAGE, file=file(content))

    assert (answer.status, kept(files)) == (status, [])
    assert answer.detail.startswith(sentence)
    assert not Upload.objects.exists()


@pytest.mark.parametrize(
    "body",
    [{}, {"data": None}, {"data": 7}, {"data": ["x"]}, {"data": "data:,ü"}, {"data": "a"}],
)
def test_a_body_without_an_image_says_what_is_missing(ivy: User, body: Any) -> None:
    answer = Api(ivy).send("post", IMAGE, body, "application/json")

    assert (answer.status, answer.pointer) == (422, "/data")


def test_a_body_that_is_no_json_or_too_long_is_refused(ivy: User, settings: Any) -> None:
    assert Api(ivy).send("post", IMAGE, "{", "application/json").status == 400
    assert Api(ivy).send("post", IMAGE, "[1]", "application/json").status == 400
    assert Api(ivy).send("post", IMAGE, "x", "text/plain").status == 415
    long = json.dumps({"data": "A" * settings.DATA_UPLOAD_MAX_MEMORY_SIZE})
    assert Api(ivy).send("post", IMAGE, long, "application/json").status == 413


def test_only_a_post_uploads(ivy: User) -> None:
    assert Api(ivy).get(IMAGE).status == 405


# --- documents


def test_a_document_is_kept_as_it_is_and_saved_under_its_name(ivy: User) -> None:
    answer = send_form(ivy, FILES, file=file(PDF, "My Talk (final).PDF"))

    assert answer.status == 200, answer
    url = answer.document["url"]
    assert url.endswith("/my-talk-final.pdf")
    found = served(url)
    assert (found.body, found["Content-Type"]) == (PDF, "application/pdf")
    assert found["Content-Disposition"] == "attachment"
    assert found["X-Content-Type-Options"] == "nosniff"


def test_several_documents_come_with_their_urls_in_order(ivy: User) -> None:
    answer = send_form(ivy, FILES, **{"files[]": [file(PDF, "a.pdf"), file(b"a,b\n", "b.csv")]})

    assert [url.rpartition("/")[2] for url in answer.document["url"]] == ["a.pdf", "b.csv"]


@pytest.mark.parametrize(
    "name", ["..", "../../etc/passwd.pdf", "", ".pdf", "名前.pdf", "x" * 300 + ".pdf", "a\x00b.pdf"]
)
def test_whatever_a_document_is_called_it_has_a_good_name(ivy: User, name: str) -> None:
    upload = uploads.keep_document(file(PDF), name, by=ivy)

    folder, _, called = upload.kept.rpartition("/")
    assert folder == f"local:public/uploads/{upload.token}"
    assert called.endswith(".pdf")
    assert served(storage.url(upload.kept) or "").status_code == 200


def test_what_looks_like_a_page_is_a_text_that_is_saved(ivy: User) -> None:
    page = b"<html><script>alert(document.domain)</script></html>"

    answer = send_form(ivy, FILES, file=file(page, "page.html"))

    found = served(answer.document["url"])
    assert found["Content-Type"] == "text/plain; charset=utf-8"
    assert found["Content-Disposition"] == "attachment"
    assert "sandbox" in found["Content-Security-Policy"]


def test_a_document_of_a_kind_that_is_not_taken_is_refused(ivy: User, files: Path) -> None:
    answer = send_form(ivy, FILES, file=file(b"MZ\x90\0\3", "talk.pdf"))

    assert (answer.status, kept(files)) == (415, [])
    assert answer.detail.startswith("Send a PDF, an office document without macros")


def test_a_document_that_is_too_large_is_refused(ivy: User, files: Path) -> None:
    Site.objects.update(slide_size=1)

    by_its_length = send_form(ivy, FILES, file=file(PDF + b"x" * 200_000))
    as_it_is = send_form(ivy, FILES, file=file(PDF + b"x" * 1_100))

    assert by_its_length.status == as_it_is.status == 413
    assert as_it_is.detail == "The file is larger than the 1 kB that are taken."
    assert kept(files) == []


def test_a_form_without_a_file_says_what_is_missing(ivy: User) -> None:
    answer = send_form(ivy, FILES, other=file(PDF))

    assert (answer.status, answer.detail) == (422, 'Send the file of a form as "file".')


def test_nobody_uploads_without_end(ivy: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "MOST_A_DAY", 2)
    for _ in range(2):
        assert send_form(ivy, FILES, file=file(PDF)).status == 200

    assert send_form(ivy, FILES, file=file(PDF)).status == 429
    assert send_form(ivy, IMAGE, file=file(image())).status == 429
    assert send_form(UserFactory(), FILES, file=file(PDF)).status == 200

    Upload.objects.update(created_at=timezone.now() - timedelta(hours=25))
    assert send_form(ivy, FILES, file=file(PDF)).status == 200


# --- how long they stay


def test_the_row_of_an_upload_is_there_before_its_file(
    ivy: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    save = Local.save

    def watched(place: Local, content: Any, key: str) -> None:
        seen.append([upload.kept for upload in Upload.objects.all()])
        save(place, content, key)

    monkeypatch.setattr(Local, "save", watched)
    send_form(ivy, FILES, file=file(PDF))

    assert seen == [[Upload.objects.get().kept]]


def test_a_store_that_fails_leaves_no_row(ivy: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(place: Local, content: Any, key: str) -> None:
        raise StorageUnavailable("The disk is full.")

    monkeypatch.setattr(Local, "save", fails)

    assert send_form(ivy, FILES, file=file(PDF)).status == 503
    assert not Upload.objects.exists()


def test_what_nobody_makes_use_of_is_gone_after_a_day(ivy: User, files: Path) -> None:
    send_form(ivy, FILES, file=file(PDF))
    send_form(ivy, IMAGE, file=file(image()))

    assert sweep(hours=23) == 0
    assert len(kept(files)) == 2
    assert sweep(hours=25) == 2
    assert (kept(files), Upload.objects.count()) == ([], 0)


def mention(url: str, where: str) -> None:
    """Have some row say `url`."""
    event = EventFactory()
    links = [{"name": "Slides", "link": url}]
    match where:
        case "a column of its own":
            SessionFactory(event=event, slides_url=url)
        case "a list of links":
            Event.objects.filter(pk=event.pk).update(document_links=links)
        case "a text":
            SessionFactory(event=event, long_abstract=f'<p>See <a href="{url}">this</a>.</p>')
        case "an exhibitor":
            ExhibitorFactory(event=event, video_url=url)
        case "an answer":
            SessionFactory(event=event, complex_field_values={"handout": [url]})
        case "the trash":
            SessionFactory(event=event, slides=links, deleted_at=timezone.now())
        case "the settings":
            Site.objects.update(admin_billing_logo=url)


@pytest.mark.parametrize(
    "where",
    [
        "a column of its own",
        "a list of links",
        "a text",
        "an exhibitor",
        "an answer",
        "the trash",
        "the settings",
    ],
)
def test_a_document_stays_as_long_as_a_row_mentions_it(ivy: User, files: Path, where: str) -> None:
    wanted, other = (
        send_form(ivy, FILES, file=file(PDF, name)).document["url"]
        for name in ("wanted.pdf", "other.pdf")
    )
    mention(wanted, where)

    assert sweep(hours=25) == 1
    assert served(other).status_code == 404
    assert sweep(hours=26) == 0  # looked for again in a day
    assert served(wanted).status_code == 200

    EventFactory._meta.model.objects.all().delete()
    Site.objects.update(admin_billing_logo=None)
    assert sweep(hours=50) == 1
    assert kept(files) == []


def test_a_documents_url_lasts_once_a_session_has_it(ivy: User) -> None:
    event = EventFactory(published=True)
    hold(ivy, event, "owner")
    session = SessionFactory(event=event, state=Session.State.ACCEPTED)
    Site.objects.update(static_domain="https://files.example.org")
    url = send_form(ivy, FILES, file=file(PDF)).document["url"]

    answer = Api(ivy).patch(f"/v1/sessions/{session.pk}", "session", slides_url=url)
    assert answer.attributes["slides-url"] == url

    sweep(days=2)
    assert served(url.removeprefix("https://files.example.org")).status_code == 200


def test_documents_follow_the_domain_that_files_are_at(ivy: User) -> None:
    """Wherever their URLs stand: links, lists of links, and texts; and what else is there stays.

    Without a domain they are where the settings were changed, whatever a job calls this server.
    """
    here = send_form(ivy, FILES, file=file(PDF)).document["url"]
    elsewhere = f"https://elsewhere.example{here.removeprefix('http://testserver')}"
    event = EventFactory(document_links=[{"name": "Plan", "link": here}])
    session = SessionFactory(
        slides_url=here, video_url=elsewhere, long_abstract=f'See <a href="{here}">this</a>'
    )

    told = Activity.objects.create(actor="Ivy", action=f"Kept {here}")

    for domain in ("https://files.example.org", 'https://cdn.example.org/"oe', None):
        answer = Api(UserFactory(super_admin=True)).patch(
            "/v1/settings", "setting", 1, static_domain=domain
        )
        assert answer.status == 200
        run_due()
        event.refresh_from_db()
        session.refresh_from_db()
        there = here.replace("http://testserver", domain or "http://testserver")
        assert event.document_links == [{"name": "Plan", "link": there}]
        assert session.long_abstract == f'See <a href="{there}">this</a>'
        assert (session.slides_url, session.video_url) == (there, elsewhere)
        assert Activity.objects.filter(action=told.action).exists()  # what happened, happened there


def test_a_change_of_other_settings_leaves_urls_alone() -> None:
    site = Site.objects.get()
    site.app_name = "Summits"
    site.save()

    assert not Job.objects.filter(kind="media.readdress").exists()


def test_a_url_that_would_not_fit_stays_as_it_is(ivy: User) -> None:
    was = readdressing.beginnings("http://testserver")
    long = was["local"] + "x" * (2048 - len(was["local"]))
    session = SessionFactory(slides_url=long)
    Site.objects.update(static_domain="https://files.of.a.longer.name.example.org")

    assert readdressing.readdress(was, "http://testserver", lambda *_: None) == 0
    session.refresh_from_db()
    assert session.slides_url == long


def test_a_token_in_some_text_is_not_enough(ivy: User) -> None:
    """Only a URL mentions a file, and not a number that happens to be in it."""
    upload = uploads.keep_document(file(PDF), "talk.pdf", by=ivy)
    SessionFactory(long_abstract=upload.token, short_abstract="/uploads/")

    assert uploads.mentioned({upload.token}) == set()


def test_many_uploads_are_swept_in_batches(
    ivy: User, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "BATCH", 2)
    urls = [send_form(ivy, FILES, file=file(PDF)).document["url"] for _ in range(5)]
    SessionFactory(slides_url=urls[0])
    SessionFactory(video_url=urls[3])

    assert sweep(hours=25) == 3
    assert [served(url).status_code for url in urls] == [200, 404, 404, 200, 404]


def test_the_sweep_is_a_job_of_each_hour(ivy: User) -> None:
    send_form(ivy, FILES, file=file(PDF))

    job = jobs.enqueue("media.sweep-uploads", due=later(hours=25))
    run_due()

    job.refresh_from_db()
    assert job.result == {"forgotten": 1}


def test_an_upload_outlives_the_account_that_sent_it(ivy: User) -> None:
    url = send_form(ivy, FILES, file=file(PDF)).document["url"]

    User.objects.filter(pk=ivy.pk).delete()

    assert Upload.objects.get().uploaded_by is None
    assert served(url).status_code == 200
