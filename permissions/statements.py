"""Statements: who may do what with a resource, one predicate for each verb."""

from collections.abc import Iterator, Mapping

from .predicates import Predicate

# What every resource is asked; its extra endpoints add verbs of their own.
VERBS = ("view", "create", "change", "delete")


class Permissions(Mapping[str, Predicate]):
    """The statement of a resource: verb -> predicate. What is not stated is denied."""

    def __init__(self, statements: Mapping[str, Predicate]) -> None:
        self._statements = dict(statements)

    def __getitem__(self, verb: str) -> Predicate:
        return self._statements[verb]

    def __iter__(self) -> Iterator[str]:
        return iter(self._statements)

    def __len__(self) -> int:
        return len(self._statements)

    @property
    def embedded(self) -> Predicate:
        """Who may see a row reached by include or linkage from a row they may view."""
        return self._statements.get("embedded", self._statements["view"])


def allow(
    *,
    view: Predicate | None = None,
    write: Predicate | None = None,
    create: Predicate | None = None,
    change: Predicate | None = None,
    delete: Predicate | None = None,
    embedded: Predicate | None = None,
    **verbs: Predicate,
) -> Permissions:
    """State who may do what.

    `view` decides lists too, where it is compiled to SQL. `write` stands for each of
    `create`, `change` and `delete` that is not given. `embedded` (default: `view`) is who may
    see a row through include or linkage. Any other keyword is the verb of an extra endpoint.
    """
    statements = {
        "view": view,
        "create": create or write,
        "change": change or write,
        "delete": delete or write,
        "embedded": embedded,
        **verbs,
    }
    for verb, predicate in statements.items():
        if predicate is not None and not isinstance(predicate, Predicate):
            raise TypeError(
                f"{verb}={predicate!r} is no predicate; write one, such as is_organizer"
            )
    return Permissions({verb: p for verb, p in statements.items() if p is not None})
