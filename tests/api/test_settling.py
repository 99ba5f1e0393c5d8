"""Lists of one parent's rows: what holds for the parent is asked once, and changes no answer."""

import pytest
from django.db.models import Q
from hypothesis import given
from hypothesis import strategies as st

import openevent.urls  # noqa: F401  it registers the resources
from events.models import Event
from openevent.api.plan.sql import Bind, Viewer, statement, values_of
from openevent.api.query import Shape
from openevent.api.registry import registry
from openevent.api.scopes import RelatedTo
from openevent.api.settling import Parent, settled
from openevent.api.visibility import visible
from tests.factories.events import EventFactory, SessionFactory, hold
from tests.factories.users import UserFactory
from users.models import User

LISTS = ("organized", "moderated")
leaves = st.sampled_from([*(("event_id__among", Bind(name)) for name in LISTS), ("mine", True)])
trees = st.recursive(
    leaves.map(lambda leaf: Q(leaf)),
    lambda below: st.one_of(
        st.tuples(below, below).map(lambda two: two[0] & two[1]),
        st.tuples(below, below).map(lambda two: two[0] | two[1]),
        below.map(lambda one: ~one),
    ),
    max_leaves=12,
)


def holds(part: object, facts: dict[str, bool], mine: bool) -> bool:
    if isinstance(part, bool):
        return part
    if isinstance(part, tuple):
        return facts[part[1].name] if part[0] == "event_id__among" else mine
    assert isinstance(part, Q)
    answers = [holds(child, facts, mine) for child in part.children]
    found = any(answers) if part.connector == Q.OR else all(answers)
    return found != part.negated


@given(trees, st.booleans(), st.booleans(), st.booleans())
def test_a_settled_condition_answers_as_the_whole_one_does(
    tree: Q, organized: bool, moderated: bool, mine: bool
) -> None:
    facts = {"organized": organized, "moderated": moderated}
    found = settled(tree, Parent("event_id", frozenset(facts.items())))
    assert holds(found, facts, mine) == holds(tree, facts, mine)
    assert isinstance(found, bool) or "among" not in repr(found)


def test_what_is_not_known_of_the_parent_stays_a_question_to_each_row() -> None:
    leaf = ("event_id__among", Bind("registered"))
    parent = Parent("event_id", frozenset({("organized", True)}))
    assert settled(Q(leaf), parent) == Q(leaf)


def test_the_same_list_compared_with_another_column_stays() -> None:
    leaf = ("session__event_id__among", Bind("organized"))
    parent = Parent("event_id", frozenset({("organized", True)}))
    assert settled(Q(leaf), parent) == Q(leaf)


def nested(event: Event, user: User) -> set[int]:
    scope = RelatedTo("event", "sessions").of(event.pk, user)
    rows = scope.rows(registry["session"], Viewer.of(user), Shape()).values_list("pk")
    values = {**values_of(user), "owner": event.pk, "key": None}
    return {row[0] for row in statement(rows).rows(values)}


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["owner", "moderator", "registrar", "track_organizer", None])
def test_a_parents_list_is_the_part_of_the_whole_list_that_is_the_parents(
    role: str | None,
) -> None:
    event, other, user = EventFactory(), EventFactory(state="published"), UserFactory()
    if role:
        hold(user, event, role)
    for of in (event, other):
        for state in ("accepted", "pending", "draft"):
            SessionFactory(event=of, state=state)
        SessionFactory(event=of, state="draft", creator=user)
    whole = visible(registry["session"], user)
    for of in (event, other):
        assert nested(of, user) == {row.pk for row in whole.filter(event=of)}
    # the drafts of others on the other event are not theirs to see
    assert len(nested(other, user)) == 2


@pytest.mark.django_db
def test_an_organizers_list_asks_nothing_of_each_row_but_whether_it_is_in_the_trash() -> None:
    event = EventFactory()
    organizer = UserFactory()
    hold(organizer, event, "organizer")
    scope = RelatedTo("event", "sessions").of(event.pk, organizer)
    rows = scope.rows(registry["session"], Viewer.of(organizer), Shape())
    assert "EXISTS" not in rows.query.sql_with_params()[0]
    elsewhere = RelatedTo("event", "sessions").of(EventFactory().pk, organizer)
    rows = elsewhere.rows(registry["session"], Viewer.of(organizer), Shape())
    assert "EXISTS" in rows.query.sql_with_params()[0]
