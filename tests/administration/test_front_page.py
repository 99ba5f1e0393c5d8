"""The front page of the admin site: counted by the database, drawn for everybody, by panel."""

import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from administration.front import attention, plots
from administration.front.plots import PLOTS, ceiling, counted, drawn
from events.models import Event
from openevent import health, jobs
from openevent.jobs.models import Job
from openevent.site.models import Site
from tests.administration.desk import signed_in, somebody_with
from tests.factories.events import EventFactory
from tests.factories.messaging import MailFactory
from tests.factories.users import UserFactory
from users.actions import second_factor
from users.models import SecondFactor, User

pytestmark = pytest.mark.django_db

NOW = datetime(2031, 3, 10, 9, 30, tzinfo=UTC)
MAIL = next(plot for plot in PLOTS if plot.title == "Mail")


@pytest.fixture
def boss() -> User:
    return UserFactory(super_admin=True)


def said(user: User, *, now: datetime = NOW) -> list[str]:
    """Return the sentences that `user` reads on the front page."""
    return [notice.text for notice in attention.notices(user, now=now)]


def mails(moment: datetime, **columns: Any) -> None:
    MailFactory(time=moment, **columns)


# --- plots


def test_days_are_counted_in_their_series_and_days_without_anything_are_there() -> None:
    mails(NOW)
    mails(NOW - timedelta(days=1), state="failed")
    mails(NOW - timedelta(days=1))
    mails(NOW - timedelta(days=1), state="kept")
    mails(NOW - timedelta(days=3))

    found = counted(MAIL, now=NOW, days=3)

    assert found == [
        (date(2031, 3, 8), [0, 0]),
        (date(2031, 3, 9), [1, 1]),
        (date(2031, 3, 10), [1, 0]),
    ]


def test_day_ends_at_midnight_in_utc_whatever_the_zone_of_who_asks() -> None:
    mails(datetime(2031, 3, 9, 23, 59, 59, tzinfo=UTC))
    mails(datetime(2031, 3, 10, 0, 0, 0, tzinfo=UTC))

    found = counted(MAIL, now=NOW, days=2)

    assert found == [(date(2031, 3, 9), [1, 0]), (date(2031, 3, 10), [1, 0])]


def test_picture_stacks_its_series_within_its_frame() -> None:
    for _ in range(3):
        mails(NOW)
    mails(NOW, state="failed")

    picture = drawn(MAIL, now=NOW, days=2)

    sent, failed = picture["bars"]
    assert (picture["top"], picture["totals"]) == (4, [("sent", 3), ("failed", 1)])
    assert picture["best"] == (4, NOW.date())
    assert (sent["y"] + sent["height"], failed["y"]) == (plots.HEIGHT, 0)
    assert failed["y"] + failed["height"] == sent["y"]
    assert plots.WIDTH / 2 < sent["x"] < sent["x"] + sent["width"] < plots.WIDTH


def test_picture_of_nothing_is_empty() -> None:
    picture = drawn(MAIL, now=NOW, days=30)

    assert (picture["bars"], picture["best"], picture["top"]) == ([], None, 1)
    assert len(picture["table"]) == 30


@given(st.integers(0, 10**7))
def test_scale_reaches_over_the_most_and_not_far(most: int) -> None:
    assert most <= ceiling(most) <= max(1, 2 * most)


# --- the page


def test_page_takes_as_many_queries_however_much_there_is(
    boss: User, django_assert_max_num_queries: Any
) -> None:
    client, numbers = signed_in(boss), []
    client.get("/admin/")
    for more in (0, 3):
        for _ in range(more):
            (
                EventFactory(),
                UserFactory(),
                MailFactory(),
                jobs.enqueue("users.mail-reset", email="a@b.org"),
            )
        with django_assert_max_num_queries(20) as queries:
            client.get("/admin/")
        numbers.append(len(queries))

    assert numbers[0] == numbers[1]


def test_page_has_the_numbers_in_words_and_a_table_beside_each_picture(boss: User) -> None:
    MailFactory()

    page = signed_in(boss).get("/admin/?days=90").content.decode()

    assert page.count('role="img"') == page.count("As a table") == 4
    assert "The last 90 days" in page
    assert "1 sent" in page
    assert "<title>" in page


@pytest.mark.parametrize("days", ["", "30", "0", "-1", "x", "9" * 30])
def test_other_ranges_are_the_shorter_one(boss: User, days: str) -> None:
    assert signed_in(boss).get(f"/admin/?days={days}").context["days"] == 30


def test_page_shows_the_numbers_of_ones_panels() -> None:
    EventFactory(), MailFactory(state="failed")

    answer = signed_in(somebody_with("events")).get("/admin/")

    assert [total["what"] for total in answer.context["totals"]] == ["published events"]
    assert [plot["title"] for plot in answer.context["plots"]] == ["New events"]
    assert answer.context["notices"] == []
    assert "All is well" in answer.content.decode()


def test_totals_count_what_lives(boss: User) -> None:
    EventFactory(state="published")
    EventFactory(state="draft")
    EventFactory(state="published", deleted_at=NOW)

    events = signed_in(boss).get("/admin/").context["totals"][0]

    assert (events["number"], events["what"], events["beside"]) == (1, "published event", "1 draft")


# --- what needs somebody


def failed_job() -> None:
    job = jobs.enqueue("users.mail-reset", email="a@b.org")
    Job.objects.filter(pk=job.pk).update(
        state="failed", error="No.", finished_at=NOW - timedelta(days=1), wake_at=None
    )


def overdue_job() -> None:
    jobs.enqueue("users.mail-reset", email="a@b.org")
    Job.objects.update(run_after=NOW - timedelta(minutes=6))


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (failed_job, "1 job failed within a week."),
        (overdue_job, "A job is due for more than five minutes. Is a worker running?"),
        (
            lambda: MailFactory(state="failed", time=NOW - timedelta(days=6)),
            "1 mail of this week could not be delivered.",
        ),
        (
            lambda: EventFactory(starts_at=NOW + timedelta(days=6), state="draft"),
            "Begin within a week and are not published:",
        ),
    ],
    ids=["failed job", "overdue job", "failed mail", "draft"],
)
def test_what_needs_somebody_is_said(boss: User, make: Callable[[], Any], sentence: str) -> None:
    before = said(boss)

    make()

    assert sentence not in before
    assert sentence in said(boss)


@pytest.mark.parametrize(
    "make",
    [
        lambda: MailFactory(state="failed", time=NOW - timedelta(days=8)),
        lambda: EventFactory(starts_at=NOW + timedelta(days=8), state="draft"),
        lambda: EventFactory(starts_at=NOW + timedelta(days=6), state="published"),
        lambda: EventFactory(starts_at=NOW + timedelta(days=6), deleted_at=NOW),
        lambda: jobs.enqueue("users.mail-reset", run_after=NOW + timedelta(hours=1), email="a@b.c"),
    ],
    ids=["old mail", "later draft", "published event", "trashed draft", "job for later"],
)
def test_what_needs_nobody_is_not_said(boss: User, make: Callable[[], Any]) -> None:
    before = said(boss)

    make()

    assert said(boss) == before


def test_drafts_of_the_week_are_named_and_led_to(boss: User) -> None:
    for day in range(6):
        EventFactory(name=f"Event {day}", starts_at=NOW + timedelta(days=day, hours=1))

    (notice,) = [each for each in attention.notices(boss, now=NOW) if "not published" in each.text]

    assert notice.text == "Begin within a week and are not published and more:"
    first = Event.objects.get(name="Event 0")
    assert notice.links[0] == ("Event 0 (10 March)", f"/admin/events/event/{first.pk}/change/")
    assert len(notice.links) == 5


def test_broker_that_is_away_and_disk_that_is_full_are_said_first(
    boss: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> None:
        raise OSError

    monkeypatch.setattr(health, "ask_broker", away)
    usage = shutil.disk_usage("/")._replace(total=100 * 10**9, free=3 * 10**9)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)

    assert said(boss)[:2] == [
        "The broker does not answer. Work is written down and waits for it.",
        "The disk of this machine is nearly full: 3 GB are left.",
    ]


def test_place_for_files_whose_keys_are_gone_is_said(boss: User) -> None:
    Site.objects.update(storage_place="s3")

    assert "New files go to s3, whose keys are not set." in said(boss)


@pytest.mark.parametrize(
    ("columns", "is_private", "sentence"),
    [
        ({}, False, "Nobody delivers mail: no server is named"),
        ({}, True, "No mail leaves this machine; it is kept here."),
        ({"email_service": "disable"}, False, "Mail is switched off in the settings"),
        ({"smtp_host": "mail.example.org"}, False, None),
    ],
)
def test_mail_without_a_server_is_said(
    boss: User, settings: Any, columns: dict[str, str], is_private: bool, sentence: str | None
) -> None:
    settings.IS_PRIVATE = is_private
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    Site.objects.update(**columns)

    about_mail = [
        text for text in said(boss) if "mail:" in text or "Mail is" in text or "machine;" in text
    ]

    assert [text.startswith(sentence or "") for text in about_mail] == ([True] if sentence else [])


def test_admins_without_a_second_factor_are_counted_for_super_admins(boss: User) -> None:
    admin = UserFactory(admin=True)
    UserFactory(admin=True, blocked=True)
    second_factor.begin(admin)

    two = said(boss)
    SecondFactor.objects.update(confirmed_at=NOW)
    one = said(boss)

    assert "2 admins sign in here without a second factor." in two
    assert "1 admin signs in here without a second factor." in one
    assert not [text for text in said(admin) if "second factor" in text]


def test_web_client_that_nobody_named_is_said_until_it_is(boss: User) -> None:
    before = [text for text in said(boss) if "your web client" in text]
    Site.objects.update(frontend_url="https://events.example.org")

    assert len(before) == 1
    assert not [text for text in said(boss) if "your web client" in text]
