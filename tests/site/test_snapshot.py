"""The settings as code reads them: fresh enough, without a query, and never what was undone."""

import threading

import pytest
from django.db import connection, transaction

from openevent import site
from openevent.site import snapshot
from openevent.site.models import Site

committed = pytest.mark.django_db(transaction=True)


@pytest.fixture
def clock(monkeypatch):
    """The clock that snapshots age by; `clock.now += 2` moves it."""

    class Clock:
        now = 1000.0

        def monotonic(self):
            return self.now

    clock = Clock()
    monkeypatch.setattr(snapshot, "time", clock)
    return clock


def change_elsewhere(**columns):
    """Change the settings as another process would: this one does not hear of it."""
    names = ", ".join(f"{name} = %s" for name in columns)
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE site_site SET {names}", list(columns.values()))  # noqa: S608


@committed
def test_snapshot_has_every_column_and_every_computed_fact():
    Site.objects.update(tagline="Hello", stripe_client_id="ca_1", smtp_password="s3cret")

    current = site.current()

    assert (current.tagline, current.smtp_password) == ("Hello", "s3cret")
    assert (current.is_stripe_activated, current.is_paytm_activated) == (True, False)
    with pytest.raises(AttributeError, match="no 'tag_line'"):
        _ = current.tag_line


@committed
def test_snapshot_does_not_change_and_tells_nothing():
    current = site.current()

    with pytest.raises(AttributeError, match="does not change"):
        current.tagline = "Hello"
    assert repr(current) == "<Snapshot of the settings>"


@committed
def test_reading_the_settings_again_costs_no_query(django_assert_num_queries):
    site.current()

    with django_assert_num_queries(0):
        assert site.current() is site.current()


@committed
def test_change_by_another_process_is_seen_within_two_seconds(clock):
    assert site.current().tagline is None
    change_elsewhere(tagline="Hello")

    clock.now += 1.9
    assert site.current().tagline is None
    clock.now += 0.1
    assert site.current().tagline == "Hello"


@committed
@pytest.mark.parametrize("way", ["save", "update"])
def test_change_by_this_process_is_seen_at_once_in_all_its_threads(way):
    has_seen, go_on, seen = threading.Event(), threading.Event(), []

    def watch():
        seen.append(site.current().tagline)
        has_seen.set()
        go_on.wait(10)
        seen.append(site.current().tagline)
        connection.close()

    watcher = threading.Thread(target=watch)
    watcher.start()
    assert has_seen.wait(10)
    row = Site.objects.get()
    row.tagline = "Hello"
    row.save() if way == "save" else Site.objects.update(tagline="Hello")
    go_on.set()
    watcher.join(10)

    assert seen == [None, "Hello"]
    assert site.current().tagline == "Hello"


@committed
def test_change_is_seen_in_its_transaction_and_not_after_a_rollback(clock):
    with transaction.atomic():
        Site.objects.update(tagline="Hello")
        clock.now += 10  # what was kept is too old, so it is read anew
        assert site.current().tagline == "Hello"
        transaction.set_rollback(True)

    assert site.current().tagline is None


@committed
def test_change_is_not_seen_after_its_savepoint_was_rolled_back(clock):
    with transaction.atomic():
        with transaction.atomic():
            Site.objects.update(tagline="Hello")
            assert site.current().tagline == "Hello"
            transaction.set_rollback(True)
        assert site.current().tagline is None
        clock.now += 10
        assert site.current().tagline is None


@committed
def test_settings_are_the_defaults_when_the_row_is_gone():
    Site.objects.all().delete()

    assert site.current().order_expiry_time == 15


@pytest.mark.django_db
@pytest.mark.parametrize("round_", [1, 2])
def test_change_in_a_test_that_is_rolled_back_stays_in_it(round_):
    assert site.current().tagline is None

    Site.objects.update(tagline="Hello")

    assert site.current().tagline == "Hello"


@committed
@pytest.mark.parametrize("round_", [1, 2])
def test_change_in_a_test_that_commits_stays_in_it(round_):
    assert site.current().tagline is None

    Site.objects.update(tagline="Hello")

    assert site.current().tagline == "Hello"
