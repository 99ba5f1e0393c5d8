"""A declaration that is incomplete or contradicts itself, and the sentence that refuses it."""

from typing import Any

import pytest
from rest_framework.serializers import CharField

from events.models import Event, Track
from openevent.api.fields import ToMany
from openevent.api.registry import registry
from openevent.api.resources import Audience, Resource
from openevent.api.serializers import ResourceSerializer
from openevent.api.verbs import row_verb
from openevent.api.views import ResourceViewSet
from permissions.atoms import anyone, is_admin, is_user_itself
from permissions.predicates import Atom
from permissions.statements import allow
from permissions.targets import Target
from permissions.users import Person


class TrackSerializer(ResourceSerializer):
    class Meta:
        model = Track
        fields = ["name", "color"]


class Unlisted(Atom):
    """An atom that cannot be said in SQL."""

    def test(self, user: Person, target: Target) -> bool:
        return True


def faults(serializer: Any = TrackSerializer, **declared: Any) -> list[str]:
    """Return what is said of a resource, without the name of its class."""
    declared = {"permissions": allow(view=anyone), "serializer_class": serializer, **declared}
    view: Any = type("View", (ResourceViewSet,), declared)
    resource = Resource(view)
    serializer.resource = view.resource = resource
    return [fault.split(": ", 1)[1] for fault in resource.refuse_to_start()]


def test_a_complete_declaration_is_not_refused() -> None:
    assert faults() == []
    assert [fault for each in registry for fault in each.refuse_to_start()] == []


def paint(self: Any, request: Any, row: Track) -> None:
    """An endpoint of which nothing is stated."""


unlisted = Unlisted("is_unlisted", requires="Nothing")


@pytest.mark.parametrize(
    ("declared", "said"),
    [
        ({"permissions": allow(change=is_admin)}, "nothing is stated for view; add view=... to"),
        ({"permissions": allow(view=unlisted)}, "view decides lists, but is_unlisted has no q."),
        (
            {"permissions": allow(view=anyone, delete=unlisted)},
            "delete decides lists, but is_unlisted has no q.",
        ),
        (
            {"permissions": allow(view=anyone, change=is_user_itself)},
            'change needs user_id. Track has no "user_id"; say where it lies: Track.needs_at',
        ),
        (
            {"permissions": allow(view=anyone, list="must be coorganizer")},
            "list=... is asked of no row; which rows are listed is said by view=.",
        ),
        (
            {
                "permissions": allow(
                    view=anyone, change="must be coorganizer, fetch event_id, use model Session"
                )
            },
            "the sentence of change uses model Session.",
        ),
        (
            {"audiences": [Audience("team", is_admin, only=("colour",))]},
            'audience team names "colour", which is no field.',
        ),
        (
            {"audiences": [Audience("team", unlisted, only=("color",))]},
            "audience team decides lists, but is_unlisted has no q.",
        ),
        (
            {"permissions": allow(view=anyone, chnage=is_admin)},
            "chnage=... is stated, and no endpoint is called chnage.",
        ),
        ({"masked": {"color": None}}, '"color" is masked, but no audience sees it alone.'),
        ({"writable_by": {"colour": is_admin}}, 'writable_by names "colour", which is no field.'),
        ({"paint": row_verb("post")(paint)}, "nothing is stated for paint; add paint=... to"),
    ],
)
def test_a_declaration_that_cannot_work_is_refused(declared: Any, said: str) -> None:
    (fault,) = faults(**declared)

    assert fault.startswith(said)


def test_an_attribute_without_a_column_is_refused() -> None:
    class Painted(ResourceSerializer):
        paint = CharField(source="no_column")

        class Meta:
            model = Track
            fields = ["paint"]

    assert faults(Painted) == ['attribute "paint" is no column; declare it Computed or Derived.']


def test_linkage_that_the_other_end_does_not_let_be_written_is_refused() -> None:
    """Or a role would go to another event by what its own resource does not allow."""

    class Team(ResourceSerializer):
        roles = ToMany("users-events-roles")

        class Meta:
            model = Event
            fields = ["roles"]

    assert faults(Team) == [
        '"roles" is a column of users-events-roles, where it cannot be written; '
        "say changed_by=..., or read_only=True."
    ]
