"""`manage.py load_sample`."""

from io import StringIO
from pathlib import Path
from typing import Any

import orjson
import pytest
from django.core.management import CommandError, call_command

from events.models import Event, EventRole
from tests.factories.events import EventFactory
from tests.factories.users import UserFactory

from .made_up import EVENT

pytestmark = pytest.mark.django_db

LINE = (
    'Loaded "Nextcloud Conference 2017" for {}: 2 social-links, 1 event-copyrights, '
    "1 speakers-calls, 4 tracks, 3 microlocations, 7 session-types, 41 speakers, "
    "54 sessions. See /v1/events/de88e486\n"
)


def load_sample(*args: Any, **options: Any) -> str:
    out = StringIO()
    call_command("load_sample", *args, stdout=out, **options)
    return out.getvalue()


def owners() -> list[str]:
    return list(EventRole.objects.order_by("pk").values_list("user__email", flat=True))


def test_first_super_admin_gets_the_sample() -> None:
    UserFactory(admin=True)
    UserFactory(super_admin=True, trashed=True)
    UserFactory(super_admin=True, blocked=True)
    UserFactory(super_admin=True, email="first@example.org")
    UserFactory(super_admin=True)

    said = load_sample()

    assert said == LINE.format("first@example.org")
    assert Event.objects.get().state == "published"
    assert owners() == ["first@example.org"]


def test_account_named_gets_the_sample() -> None:
    UserFactory(super_admin=True)
    UserFactory(email="ada@example.org")

    load_sample(owner="Ada@example.org")

    assert owners() == ["ada@example.org"]


def test_nothing_is_done_or_said_where_an_event_is() -> None:
    EventFactory()

    assert load_sample() == ""
    assert Event.objects.count() == 1


def test_sample_is_loaded_again_when_asked_to() -> None:
    UserFactory(super_admin=True)

    load_sample()
    load_sample(again=True)

    assert Event.objects.filter(name="Nextcloud Conference 2017").count() == 2


def test_another_archive_is_loaded_and_its_notes_told_on_demand(tmp_path: Path) -> None:
    UserFactory(super_admin=True)
    event = {**EVENT, "identifier": "0123abcd", "email": "ada@example.org"}
    (tmp_path / "event").write_bytes(orjson.dumps(event))

    said = load_sample(str(tmp_path), verbosity=2)

    assert said.splitlines()[1:] == ["  The event: email left out, having no place here."]
    assert Event.objects.get().name == "Made Up Days"


@pytest.mark.parametrize(
    ("args", "options", "refusal"),
    [
        ([], {}, "There is no super admin yet to own the event"),
        ([], {"owner": "nobody@example.org"}, "There is no account nobody@example.org."),
        (["/nowhere"], {}, "There is no folder /nowhere."),
    ],
)
def test_command_says_what_it_lacks(args: list[str], options: dict[str, str], refusal: str) -> None:
    with pytest.raises(CommandError, match=refusal):
        load_sample(*args, **options)


def test_command_says_what_is_wrong_with_an_archive(tmp_path: Path) -> None:
    UserFactory(super_admin=True)

    with pytest.raises(CommandError, match='^The archive has no "event".$'):
        load_sample(str(tmp_path))
