"""Mutants of a statement: what it would be with one mistake in it.

An atom negated, a part left out, `and` for `or` and the other way round, a `not` forgotten.
"""

from collections.abc import Iterator

from permissions.predicates import And, Atom, Not, Or, Predicate


def mutants(predicate: Predicate) -> Iterator[Predicate]:
    """Iterate over all trees that differ from `predicate` by one mistake."""
    match predicate:
        case Atom():
            yield ~predicate
        case Not():
            yield predicate.part
            for part in mutants(predicate.part):
                yield ~part
        case And() | Or():
            yield from _of_parts(predicate)


def _of_parts(whole: And | Or) -> Iterator[Predicate]:
    kind, other = (And, Or) if isinstance(whole, And) else (Or, And)
    yield other(*whole.parts)
    for place, part in enumerate(whole.parts):
        before, after = whole.parts[:place], whole.parts[place + 1 :]
        rest = (*before, *after)
        yield kind(*rest) if len(rest) > 1 else rest[0]
        for mutant in mutants(part):
            yield kind(*before, mutant, *after)
