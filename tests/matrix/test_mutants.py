"""No statement can be wrong by one mistake without the matrix changing."""

from collections.abc import Iterator

from openevent.api.registry import registry
from permissions.atoms import auth_required, is_user_itself
from permissions.predicates import And, Or, Predicate
from permissions.registry import named

from .mutants import mutants
from .statements import answers, asking_once, stated
from .test_matrix import SECTIONS, each_section
from .world import Rows


@each_section
def test_every_mistake_in_a_statement_is_noticed(name: str, rows: Rows) -> None:
    with asking_once(rows):
        assert list(_survivors(name, rows)) == []


def _survivors(name: str, rows: Rows) -> Iterator[str]:
    for each in stated(name, SECTIONS[name]):
        said = answers(each.predicate, each.resource, rows)
        for mutant in mutants(each.predicate):
            if answers(mutant, each.resource, rows) == said:
                yield f"{each.about}: {each.predicate.name} could as well be {mutant.name}"


def test_all_mistakes_are_made() -> None:
    one, other = auth_required, is_user_itself

    made = {each.name for each in mutants(one & ~other)}

    assert made == {
        (one | ~other).name,  # the other word
        (~other).name,
        one.name,  # a part left out
        (~one & ~other).name,  # an atom negated
        (one & other).name,  # a not forgotten
        And(one, ~~other).name,
    }


def test_a_part_that_changes_nothing_is_found(rows: Rows) -> None:
    """A co-organizer is let in as a track organizer already, so saying both is one mistake."""
    both = Or(named("is_coorganizer"), named("is_track_organizer"))
    track = registry["track"]

    with asking_once(rows):
        said = answers(both, track, rows)
        survived = [m.name for m in mutants(both) if answers(m, track, rows) == said]

    assert survived == ["is_track_organizer"]


def test_predicates_of_one_atom_have_one_mutant() -> None:
    found: list[Predicate] = list(mutants(auth_required))

    assert [each.name for each in found] == ["not auth_required"]
