"""Predicates: statements about a user and a target that can be asked, walked and compiled.

They are django-rules predicates (on PyPI the package is called `rules`), and combine with
`&`, `|` and `~` as those do, but keep their operator and parts. From the one tree come the
answer for a row (`fold`), the condition for a list (`where`), and the words for people.
"""

from abc import abstractmethod
from collections.abc import Iterator
from typing import Any, ClassVar

from django.db.models import Q
from django.db.models.expressions import Combinable, Expression
from rules.predicates import Predicate as RulesPredicate

from .targets import Paths, Target
from .users import Person

# What a predicate compiles to: a condition, or an answer that holds for every row.
Condition = Q | Combinable | Expression | bool


class Predicate(RulesPredicate):
    """A statement that holds, or not, of a user and a target."""

    def __init__(self, name: str) -> None:
        super().__init__(self._ask, name)

    def _ask(self, user: Any = None, target: Any = None) -> bool:
        """Answer django-rules: `target` may be a row there."""
        return self.fold(user, target if isinstance(target, Target) else Target(target)) is True

    @abstractmethod
    def fold(self, user: Person, target: Target) -> bool | None:
        """Return the answer, or `None` while `target` lacks a value that decides it."""

    @abstractmethod
    def possible(self, user: Person, target: Target) -> bool:
        """Return whether it may still hold once the values `target` lacks are known."""

    @abstractmethod
    def where(self, user: Person, paths: Paths) -> Condition:
        """Return the condition that selects the rows for which it holds for `user`."""

    @abstractmethod
    def atoms(self) -> Iterator["Atom"]:
        """Iterate over the atoms of the tree, from left to right."""

    @abstractmethod
    def about(self, verb: str, noun: str) -> "Predicate":
        """Return what this says where it is stated for `verb` of a resource of the type `noun`.

        That is itself, but for atoms to which it makes a difference.
        """

    @property
    @abstractmethod
    def requirement(self) -> str:
        """What is required, in words that complete "... is required": "Organizer access"."""

    def withheld(self, user: Person, target: Target) -> str:
        """Return what keeps it from holding for `user`, besides the requirement; mostly ""."""
        found = (atom.withheld(user, target) for atom in self.atoms())
        return next(filter(None, found), "")

    @property
    def all_needs(self) -> frozenset[str]:
        """The names of all values that any atom of the tree needs."""
        return frozenset(need for atom in self.atoms() for need in atom.needs)

    def __and__(self, other: "Predicate") -> "Predicate":
        return And(self, other)

    def __or__(self, other: "Predicate") -> "Predicate":
        return Or(self, other)

    def __invert__(self) -> "Predicate":
        return self.part if isinstance(self, Not) else Not(self)

    def __xor__(self, other: "Predicate") -> "Predicate":
        raise TypeError("a permission is said with and, or, not; write (a & ~b) | (~a & b)")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Predicate) and self.name == other.name

    def __hash__(self) -> int:
        return hash(self.name)


class Atom(Predicate):
    """A predicate without parts: one relation between a person and a target.

    A subclass says what it `needs`, answers `test`, and compiles to `q`. Django-rules skips
    an answer of `None`, which would turn `a & b` into `b`, so `test` must return a bool.
    """

    needs: ClassVar[tuple[str, ...]] = ()
    # Whether it can hold for nobody, that is for a request without a token.
    anonymous: ClassVar[bool] = False

    def __init__(self, name: str, *, requires: str, said: str | None = None) -> None:
        """Call it `name`; in a sentence (`permissions.sentences`) who it holds for is `said`."""
        super().__init__(name)
        self.requires = requires
        self.said = said or name.removeprefix("is_").replace("_", " ")

    @abstractmethod
    def test(self, user: Person, target: Target) -> bool:
        """Return whether it holds; every need is known."""

    def q(self, user: Person, paths: Paths) -> Condition:
        """Return the condition for lists, which must never be NULL nor multiply rows.

        That is columns of the row, of rows that `paths.row_of` leads to, or an EXISTS. `user`
        may be a stand-in whose `pk` and `email` are bound later (see `Person`), and the moment
        is the database's `Now()`. An atom that cannot be said in SQL leaves this out, and then
        may not decide lists.
        """
        raise TypeError(f"{self.name} has no q, so it cannot decide what a list shows")

    def anywhere(self, user: Person) -> bool:
        """Return whether it holds for `user` of any target at all; a guess may say yes."""
        return True

    def because(self, user: Person, target: Target) -> str:
        """Return what decides that it holds for `user`, where it does: "the role organizer"."""
        return self.said

    def about(self, verb: str, noun: str) -> Predicate:
        return self

    def withheld(self, user: Person, target: Target) -> str:
        return ""

    @property
    def compiles(self) -> bool:
        return type(self).q is not Atom.q

    def fold(self, user: Person, target: Target) -> bool | None:
        if not (user.is_authenticated or self.anonymous):
            return False
        if not all(need in target for need in self.needs):
            return None
        answer = self.test(user, target)
        if not isinstance(answer, bool):
            raise TypeError(f"{self.name} answered {answer!r}; a predicate answers True or False")
        return answer

    def possible(self, user: Person, target: Target) -> bool:
        answer = self.fold(user, target)
        return self.anywhere(user) if answer is None else answer

    def where(self, user: Person, paths: Paths) -> Condition:
        if not (user.is_authenticated or self.anonymous):
            return False
        return self.q(user, paths)

    def atoms(self) -> Iterator["Atom"]:
        yield self

    @property
    def requirement(self) -> str:
        return self.requires


class _Fold(Predicate):
    """And, or: the same fold with the truth values exchanged."""

    word: ClassVar[str]
    # The answer of one part that decides the whole.
    decisive: ClassVar[bool]

    def __init__(self, *parts: Predicate) -> None:
        self.parts: tuple[Predicate, ...]
        flat: list[Predicate] = []
        for part in parts:
            flat.extend(part.parts if isinstance(part, type(self)) else [part])
        self.parts = tuple(flat)
        super().__init__("(" + f" {self.word} ".join(part.name for part in flat) + ")")

    def fold(self, user: Person, target: Target) -> bool | None:
        unknown = False
        for part in self.parts:
            answer = part.fold(user, target)
            if answer is self.decisive:
                return answer
            unknown = unknown or answer is None
        return None if unknown else not self.decisive

    def possible(self, user: Person, target: Target) -> bool:
        combine = any if self.decisive else all
        return combine(part.possible(user, target) for part in self.parts)

    def where(self, user: Person, paths: Paths) -> Condition:
        conditions = []
        for part in self.parts:
            condition = part.where(user, paths)
            if condition is self.decisive:
                return condition
            if not isinstance(condition, bool):
                conditions.append(condition)
        if not conditions:
            return not self.decisive
        if len(conditions) == 1:
            return conditions[0]
        return Q(*conditions, _connector=Q.OR if self.decisive else Q.AND)

    def about(self, verb: str, noun: str) -> Predicate:
        return type(self)(*(part.about(verb, noun) for part in self.parts))

    def atoms(self) -> Iterator[Atom]:
        for part in self.parts:
            yield from part.atoms()

    @property
    def requirement(self) -> str:
        words = list(dict.fromkeys(part.requirement for part in self.parts))
        return f" {self.word} ".join(
            [words[0], *(word[0].lower() + word[1:] for word in words[1:])]
        )


class And(_Fold):
    word = "and"
    decisive = False


class Or(_Fold):
    word = "or"
    decisive = True


class Not(Predicate):
    def __init__(self, part: Predicate) -> None:
        self.part = part
        super().__init__(f"not {part.name}")

    def fold(self, user: Person, target: Target) -> bool | None:
        answer = self.part.fold(user, target)
        return None if answer is None else not answer

    def possible(self, user: Person, target: Target) -> bool:
        return self.part.fold(user, target) is not True

    def where(self, user: Person, paths: Paths) -> Condition:
        condition = self.part.where(user, paths)
        return not condition if isinstance(condition, bool) else ~Q(condition)

    def about(self, verb: str, noun: str) -> Predicate:
        return Not(self.part.about(verb, noun))

    def atoms(self) -> Iterator[Atom]:
        yield from self.part.atoms()

    @property
    def requirement(self) -> str:
        words = self.part.requirement
        return f"Not {words[0].lower()}{words[1:]}"
