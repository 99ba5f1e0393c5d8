"""Another place, chosen while the server runs: each process heeds it."""

import time

import pytest

from events.models import Event
from exports.actions.exports import ask_for_export
from exports.models import Export
from media import storage
from tests.factories.events import EventFactory
from tests.factories.users import UserFactory
from tests.jobs.test_processes import wait_for, worker_process
from tests.services.stores import BUCKET, KEY, SECRET, Store, choose, in_one_process


def exported(event: Event) -> str:
    """Return what the worker, a process of its own, calls the file that it makes of `event`."""
    wait_for(
        ask_for_export(event, Export.Kind.ICAL, by=UserFactory(), options={}), state="succeeded"
    )
    return Export.objects.latest("pk").file


@in_one_process
@pytest.mark.django_db(transaction=True)
def test_a_worker_heeds_a_place_that_is_chosen_while_it_runs(s3_server: Store) -> None:
    event = EventFactory()
    with worker_process():
        before = exported(event)
        choose(
            "s3",
            aws_key=KEY,
            aws_secret=SECRET,
            aws_bucket_name=BUCKET,
            aws_endpoint_url=s3_server.url,
        )
        chosen_at = time.monotonic()
        while (after := exported(event)).startswith("local:"):
            assert time.monotonic() - chosen_at < 10

    assert [name.partition(":")[0] for name in (before, after)] == ["local", "s3"]
    with storage.opened(after) as file:
        assert file.read().startswith(b"BEGIN:VCALENDAR")
