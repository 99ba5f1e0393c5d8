"""Documents of any length: the same as in memory, from one snapshot, in few places at a time."""

import json
import threading
import tracemalloc

import pytest
from django.db import connection, transaction

from events.models import Session, Track
from openevent.api.plan import page, spool
from tests.api_client import Api
from tests.factories.events import (
    EventFactory,
    FavouriteSessionFactory,
    SessionFactory,
    SpeakerFactory,
    TrackFactory,
    hold,
)
from tests.factories.users import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def event():
    """An event whose twelve sessions share four speakers and three tracks."""
    event = EventFactory(published=True)
    tracks = TrackFactory.create_batch(3, event=event)
    user = UserFactory()
    speakers = SpeakerFactory.create_batch(4, event=event, user=user)
    for number in range(12):
        SessionFactory(
            event=event,
            state="accepted" if number % 4 else "pending",
            track=tracks[number % 3],
            creator=user,
            speakers=[speakers[number % 4], speakers[(number + 1) % 4]],
        )
    FavouriteSessionFactory(session=Session.objects.last(), user=user)
    return event


def sorted_document(answer):
    document = answer.document
    for member in ("included",):
        rows = document.pop(member, [])
        document[member] = sorted(rows, key=lambda each: (each["type"], int(each["id"])))
    return document


@pytest.mark.parametrize(
    "query",
    [
        "sessions?page[size]=0",
        "sessions?page[size]=0&sort=-title&include=track",
        "sessions?page[size]=0&include=track.sessions.speakers,speakers.user,creator,favourite,favourites",
        "sessions?page[size]=5&page[number]=2&include=track.sessions,speakers",
        "sessions?page[size]=0&fields[session]=title&fields[track]=sessions&include=track.sessions",
        'sessions?page[size]=0&filter=[{"name":"track","op":"has","val":{"name":"id","op":"ge","val":0}}]',
        "tracks?page[size]=0&include=event.owner,event.tickets,sessions.event",
        "?include=sessions.track,tracks.sessions.speakers,organizers,tax,roles.user",
        "?include=sessions&fields[event]=name",
    ],
)
@pytest.mark.parametrize("as_owner", [False, True])
def test_a_spooled_document_is_the_one_in_memory(event, monkeypatch, query, as_owner):
    owner = UserFactory()
    hold(owner, event, "owner")
    hold(UserFactory(), event, "organizer")
    api = Api(owner if as_owner else None)
    path = f"/v1/events/{event.pk}" + ("" if query.startswith("?") else "/") + query
    in_memory = api.get(path)
    monkeypatch.setattr(page, "BUDGET", 1)
    monkeypatch.setattr(spool, "ROWS", 2)

    spooled = api.get(path)

    assert spooled.response.streaming or query.startswith("?include=sessions&")
    assert sorted_document(spooled) == sorted_document(in_memory)


def test_a_spooled_document_says_its_length_and_can_be_known(event, monkeypatch):
    monkeypatch.setattr(page, "BUDGET", 1)

    response = Api().client.get("/v1/sessions", {"page[size]": "0"})
    body = b"".join(response.streaming_content)

    assert response["Content-Length"] == str(len(body))
    assert response["Content-Type"] == "application/vnd.api+json"
    assert json.loads(body)["meta"]["count"] == 9


def test_a_row_that_is_not_there_is_not_found_even_so(event, monkeypatch):
    monkeypatch.setattr(page, "BUDGET", 1)

    assert Api().get("/v1/events/99999999", include="sessions").status == 404


def test_everything_is_read_as_of_one_moment(event, monkeypatch):
    """A session that appears while the document is written is neither linked nor included."""
    monkeypatch.setattr(page, "BUDGET", 1)
    monkeypatch.setattr(spool, "ROWS", 2)
    write = spool._Writer.resources

    def appear():
        SessionFactory(event=event, title="Late", state="accepted", track=Track.objects.first())
        connection.close()

    def resources(self, *args, **kwargs):
        count = write(self, *args, **kwargs)
        if kwargs["is_root"]:
            thread = threading.Thread(target=appear)
            thread.start()
            thread.join()
        return count

    monkeypatch.setattr(spool._Writer, "resources", resources)
    answer = Api().get("/v1/tracks", page__size=0, include="sessions")

    titles = {each["attributes"]["title"] for each in answer.document["included"]}
    assert Session.objects.filter(title="Late").exists()
    assert "Late" not in titles
    assert len(titles) == 9


def test_places_for_such_reads_are_few_and_come_free_again(event, monkeypatch):
    monkeypatch.setattr(page, "BUDGET", 1)
    taken, done = threading.Event(), threading.Event()

    def take_all():
        with transaction.atomic(), connection.cursor() as cursor:
            for place in range(spool.PLACES):
                cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [spool._LOCK, place])
            taken.set()
            done.wait(timeout=20)
        connection.close()

    holder = threading.Thread(target=take_all)
    holder.start()
    assert taken.wait(timeout=20)
    busy = Api().get("/v1/sessions", page__size=0)
    done.set()
    holder.join()

    assert busy.status == 503
    assert int(busy.headers["Retry-After"]) >= 5
    assert Api().get("/v1/sessions", page__size=0).status == 200


def test_memory_does_not_grow_with_the_rows(monkeypatch):
    event = EventFactory(published=True)

    def peak(rows):
        Track.objects.bulk_create(
            [Track(event=event, name="x" * 500, color="#fff") for _ in range(rows)]
        )
        tracemalloc.start()
        response = Api().client.get("/v1/tracks", {"page[size]": "0"})
        size = sum(len(part) for part in response.streaming_content)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        response.close()
        return size, peak

    small_size, small = peak(page.BUDGET + 1)
    large_size, large = peak(8 * page.BUDGET)

    assert large_size > 8 * small_size
    assert large < 1.5 * small
