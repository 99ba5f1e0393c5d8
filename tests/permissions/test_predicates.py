"""Predicates as trees: how they fold, compile and describe themselves."""

from types import SimpleNamespace

import pytest
import rules
from django.db.models import Q
from hypothesis import given
from hypothesis import strategies as st

from permissions.atoms import anyone, auth_required, is_admin, is_super_admin, is_user_itself
from permissions.predicates import And, Atom, Not, Or
from permissions.targets import Paths, Target
from permissions.users import Anonymous
from users.models import User


def person(**facts):
    given_facts = {"pk": 1, "email": "ada@example.org", "is_authenticated": True}
    flags = dict.fromkeys(["is_verified", "is_admin", "is_super_admin", "is_staff"], False)
    return SimpleNamespace(**{**given_facts, **flags, **facts})


class Fact(Atom):
    """Holds where the target says so."""

    def __init__(self, name, *, anonymous=False):
        super().__init__(name, requires=f"{name} access")
        self.needs = (name,)
        self.anonymous = anonymous

    def test(self, user, target):
        return target[self.name]

    def q(self, user, paths):
        return Q(**{self.name: True})


a, b, c = Fact("a"), Fact("b"), Fact("c")
USER = person()
NOBODY = Anonymous()


def test_an_atom_is_unknown_until_its_needs_are_known():
    assert a.fold(USER, Target()) is None
    assert a.fold(USER, Target(a=True)) is True
    assert a.fold(USER, Target(a=False)) is False


def test_an_atom_is_false_for_nobody_unless_it_says_otherwise():
    public = Fact("a", anonymous=True)

    assert a.fold(NOBODY, Target(a=True)) is False
    assert a.fold(NOBODY, Target()) is False
    assert public.fold(NOBODY, Target(a=True)) is True
    assert public.fold(NOBODY, Target()) is None


def test_an_atom_that_answers_none_is_refused_because_django_rules_would_skip_it():
    with pytest.raises(TypeError, match="a answered None"):
        a.fold(USER, Target(a=None))


@pytest.mark.parametrize(
    ("left", "right", "both", "either"),
    [
        (True, True, True, True),
        (True, False, False, True),
        (False, False, False, False),
        (True, None, None, True),
        (False, None, False, None),
        (None, None, None, None),
    ],
)
def test_and_and_or_fold_three_values(left, right, both, either):
    known = {name: value for name, value in (("a", left), ("b", right)) if value is not None}

    assert (a & b).fold(USER, Target(**known)) is both
    assert (b & a).fold(USER, Target(**known)) is both
    assert (a | b).fold(USER, Target(**known)) is either
    assert (b | a).fold(USER, Target(**known)) is either


def test_not_folds_three_values_and_twice_is_the_same():
    assert (~a).fold(USER, Target(a=True)) is False
    assert (~a).fold(USER, Target(a=False)) is True
    assert (~a).fold(USER, Target()) is None
    assert ~~a is a


def test_exclusive_or_is_refused_because_no_list_can_be_compiled_from_it():
    with pytest.raises(TypeError, match="a & ~b"):
        a ^ b


def test_the_tree_keeps_its_operator_and_parts():
    tree = a & (b | ~c) & a

    assert isinstance(tree, And)
    assert [type(part) for part in tree.parts] == [Fact, Or, Fact]
    assert isinstance(tree.parts[1].parts[1], Not)
    assert [atom.name for atom in tree.atoms()] == ["a", "b", "c", "a"]
    assert tree.all_needs == {"a", "b", "c"}


def test_predicates_are_django_rules_predicates():
    ruleset = rules.RuleSet()
    ruleset.add_rule("may", auth_required & ~is_admin)

    assert ruleset.test_rule("may", USER, None) is True
    assert ruleset.test_rule("may", person(is_staff=True), None) is False
    assert ruleset.test_rule("may", NOBODY, None) is False


trees = st.recursive(
    st.sampled_from([a, b, c]),
    lambda inner: st.one_of(
        st.builds(And, inner, inner), st.builds(Or, inner, inner), st.builds(lambda t: ~t, inner)
    ),
    max_leaves=8,
)
facts = st.fixed_dictionaries({}, optional={name: st.booleans() for name in "abc"})


@given(trees, facts)
def test_what_is_known_stays_so_when_more_becomes_known(tree, known):
    answer = tree.fold(USER, Target(**known))

    for name in set("abc") - set(known):
        for value in (True, False):
            later = tree.fold(USER, Target(**known, **{name: value}))
            assert answer is None or later is answer


@given(trees, facts)
def test_what_is_not_possible_never_becomes_true(tree, known):
    possible = tree.possible(USER, Target(**known))

    if tree.fold(USER, Target(**known)) is True:
        assert possible
    if not possible:
        rest = dict.fromkeys(set("abc") - set(known), True)
        assert tree.fold(USER, Target(**known, **rest)) is not True


@given(trees)
def test_a_list_is_compiled_from_the_tree_that_a_row_is_asked(tree):
    """The condition, read as a formula, has the truth table of the fold."""
    condition = tree.where(USER, Paths(User))

    for bits in range(8):
        values = {name: bool(bits >> at & 1) for at, name in enumerate("abc")}
        assert _truth(condition, values) is tree.fold(USER, Target(**values))


def _truth(condition, values):
    if isinstance(condition, bool):
        return condition
    if isinstance(condition, tuple):
        return values[condition[0]]
    parts = [_truth(child, values) for child in condition.children]
    answer = any(parts) if condition.connector == Q.OR else all(parts)
    return not answer if condition.negated else answer


def test_constants_fold_away_so_that_staff_are_asked_nothing():
    staff, paths = person(is_staff=True), Paths(User)

    assert (is_admin | a).where(staff, paths) is True
    assert (is_admin & a).where(USER, paths) is False
    assert (is_admin | a).where(USER, paths) == Q(a=True)
    assert (auth_required & a).where(NOBODY, paths) is False
    assert anyone.where(NOBODY, paths) is True
    assert (~is_admin).where(USER, paths) is True


def test_the_requirement_is_said_in_words():
    assert is_super_admin.requirement == "Super admin access"
    assert (is_admin | is_user_itself).requirement == "Admin access or being the user itself"
    assert (auth_required & ~is_admin).requirement == "A sign-in and not admin access"
    assert (is_admin | is_admin).requirement == "Admin access"


def test_a_user_is_itself_and_admins_are_everybody():
    assert is_user_itself.fold(USER, Target(user_id=1)) is True
    assert is_user_itself.fold(USER, Target(user_id=2)) is False
    assert is_user_itself.fold(person(is_staff=True), Target(user_id=2)) is True
    assert is_user_itself.fold(NOBODY, Target(user_id=2)) is False
