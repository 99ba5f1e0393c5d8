"""What happens by itself once an event is over."""

from datetime import UTC, datetime, timedelta

import pytest

from events.models import Event, Session
from messaging.models import Mail, MessageSetting
from openevent import jobs
from openevent.jobs.models import Job
from openevent.jobs.registry import scheduled
from openevent.jobs.testing import run_due
from tests.factories.events import EventFactory, SessionFactory, SpeakerFactory, hold
from tests.factories.users import UserFactory

pytestmark = pytest.mark.django_db

DUE = datetime(2031, 3, 10, 5, 30, tzinfo=UTC)


def ended(before: timedelta, **values) -> Event:
    """An event with an owner that ended that long before the mails are due."""
    ends_at = DUE - before
    values = {"published": True} | values
    event = EventFactory(starts_at=ends_at - timedelta(days=1), ends_at=ends_at, **values)
    hold(UserFactory(email=f"owner{event.pk}@example.org"), event, "owner")
    return event


def run(kind: str) -> None:
    jobs.enqueue(kind, due=DUE.isoformat())
    run_due()


def sent() -> list[tuple[str, str]]:
    return sorted(Mail.objects.values_list("action", "recipient"))


def test_both_are_done_each_day_at_half_past_five():
    schedules = dict(scheduled())

    for kind in ("events.thank-for-ended", "events.reject-undecided"):
        assert schedules[kind].latest(DUE + timedelta(hours=3)) == DUE
        assert schedules[kind].latest(DUE - timedelta(minutes=1)) == DUE - timedelta(days=1)


@pytest.mark.parametrize(
    ("before", "values", "is_thanked"),
    [
        (timedelta(0), {}, True),
        (timedelta(hours=23, minutes=59), {}, True),
        (timedelta(days=1), {}, False),
        (timedelta(minutes=-1), {}, False),
        (timedelta(hours=1), {"published": False}, False),
        (timedelta(hours=1), {"deleted_at": DUE}, False),
    ],
)
def test_events_that_ended_within_a_day_are_thanked_for(before, values, is_thanked):
    event = ended(before, **values)

    run("events.thank-for-ended")

    assert sent() == ([("after_event", f"owner{event.pk}@example.org")] if is_thanked else [])


def test_team_and_speakers_are_thanked_each_in_their_way():
    event = ended(timedelta(hours=2), name="Summit")
    for role in ("organizer", "coorganizer", "moderator"):
        hold(UserFactory(email=f"{role}@example.org"), event, role)
    speaker = SpeakerFactory(event=event, email="ada@example.org")
    nameless = SpeakerFactory(event=event, email=None)
    rejected = SpeakerFactory(event=event, email="eve@example.org")
    SpeakerFactory(event=event, email="nowhere@example.org")
    for state in ("accepted", "confirmed"):
        SessionFactory(event=event, state=state, speakers=[speaker, nameless])
    SessionFactory(event=event, state="rejected", speakers=[rejected])

    run("events.thank-for-ended")

    assert sent() == [
        ("after_event", "organizer@example.org"),
        ("after_event", f"owner{event.pk}@example.org"),
        ("after_event_speaker", "ada@example.org"),
    ]
    text = Mail.objects.filter(action="after_event").first().text
    assert "Summit is over. Its programme had 2 sessions by 2 speakers." in text


def test_a_mail_afterwards_can_be_switched_off():
    MessageSetting.objects.filter(action="after_event").update(enabled=False)
    ended(timedelta(hours=2))

    run("events.thank-for-ended")

    assert sent() == []


def test_each_event_is_thanked_for_by_itself():
    events = [ended(timedelta(hours=2)) for _ in range(2)]

    run("events.thank-for-ended")

    done = Job.objects.filter(kind="events.thank-for")
    assert {job.arguments["event_id"] for job in done} == {event.pk for event in events}
    assert all(job.result == {"mails": 1} for job in done)


def test_an_event_that_is_hidden_meanwhile_is_not_thanked_for():
    event = ended(timedelta(hours=2))
    event.trash()
    jobs.enqueue("events.thank-for", event_id=event.pk)
    run_due()

    assert sent() == []


def test_pending_sessions_of_ended_events_are_rejected_in_silence():
    over, long_over = ended(timedelta(hours=2)), ended(timedelta(days=90))
    to_come = ended(timedelta(hours=-2))
    states = {
        state: SessionFactory(event=over, state=state, last_modified_at=DUE)
        for state in Session.State
    }
    others = [SessionFactory(event=each) for each in (long_over, to_come)]
    trashed = SessionFactory(event=over, deleted_at=DUE)

    run("events.reject-undecided")

    after = {state: Session.objects.get(pk=session.pk).state for state, session in states.items()}
    assert after == {state: state for state in Session.State} | {"pending": "rejected"}
    assert [Session.objects.get(pk=each.pk).state for each in others] == ["rejected", "pending"]
    assert Session.objects.get(pk=trashed.pk).state == "pending"
    assert sent() == []


def test_a_session_that_is_rejected_so_counts_as_changed():
    session = SessionFactory(event=ended(timedelta(hours=2)))
    before = session.last_modified_at

    run("events.reject-undecided")

    session.refresh_from_db()
    assert session.last_modified_at > before
