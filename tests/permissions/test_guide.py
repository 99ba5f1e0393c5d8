"""docs/permissions.md is true: its examples are run."""

import doctest
from pathlib import Path

import pytest
from django.conf import settings

from permissions import conditions
from tests.factories.events import EventFactory, SessionFactory, TrackFactory, hold
from tests.factories.users import UserFactory

PAGE = Path(settings.BASE_DIR) / "docs" / "permissions.md"


@pytest.fixture
def people():
    event = EventFactory(published=True)
    olivia, tom, sam, oscar = UserFactory.create_batch(4)
    hold(olivia, event, "organizer")
    hold(tom, event, "track_organizer")
    return {
        "event": event,
        "track": TrackFactory(event=event),
        "session": SessionFactory(event=event, creator=sam),
        "olivia": olivia,
        "tom": tom,
        "sam": sam,
        "oscar": oscar,
        "ada": UserFactory(admin=True),
    }


@pytest.mark.django_db
def test_the_guide_shows_what_happens(people, monkeypatch):
    monkeypatch.setattr(conditions, "_by_phrase", dict(conditions._by_phrase))

    failed, tried = doctest.testfile(
        str(PAGE),
        module_relative=False,
        globs=people,
        optionflags=doctest.ELLIPSIS,
    )

    assert tried > 30
    assert failed == 0
