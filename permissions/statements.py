"""Statements: who may do what with a resource, one predicate for each verb."""

from collections.abc import Iterator, Mapping
from typing import Any

from .lookups import Model
from .predicates import Predicate
from .registry import named
from .sentences import parse
from .targets import need_path

# What every resource is asked; its extra endpoints add verbs of their own.
VERBS = ("view", "create", "change", "delete")


class Permissions(Mapping[str, Predicate]):
    """The statement of a resource: verb -> predicate. What is not stated is denied."""

    def __init__(
        self, statements: Mapping[str, Predicate], models: Mapping[str, Model] | None = None
    ) -> None:
        self._statements = dict(statements)
        # verb -> the model that its sentence names; it has to be the resource's
        self.models = dict(models or {})

    def __getitem__(self, verb: str) -> Predicate:
        return self._statements[verb]

    def __iter__(self) -> Iterator[str]:
        return iter(self._statements)

    def __len__(self) -> int:
        return len(self._statements)

    def about(self, noun: str) -> "Permissions":
        """Return these statements as those of the resource of the type `noun`."""
        stated = {verb: who.about(verb, noun) for verb, who in self.items()}
        return Permissions(stated, self.models)

    @property
    def embedded(self) -> Predicate:
        """Who may see a row reached by include or linkage from a row they may view."""
        return self._statements.get("embedded", self._statements["view"])

    @property
    def listed(self) -> Predicate:
        """Who may ask for all rows at once, of which they get those that they may view."""
        return self._statements.get("list", self._statements["view"])


def allow(
    *,
    view: Predicate | str | None = None,
    write: Predicate | str | None = None,
    create: Predicate | str | None = None,
    change: Predicate | str | None = None,
    delete: Predicate | str | None = None,
    embedded: Predicate | str | None = None,
    **verbs: Predicate | str,
) -> Permissions:
    """State who may do what: each time a predicate, the name of one, or a sentence.

    `view` decides lists too, where it is compiled to SQL. `write` stands for each of
    `create`, `change` and `delete` that is not given. `embedded` (default: `view`) is who may
    see a row through include or linkage. `list` (default: `view`) is who may ask for all rows at
    once. Any other keyword is the verb of an extra endpoint.

    :raises TypeError: what is given is no predicate, or a sentence says what a resource
        derives by itself in another way.
    :raises SentenceError: a sentence cannot be read.
    """
    given = {
        "view": view,
        "create": create or write,
        "change": change or write,
        "delete": delete or write,
        "embedded": embedded,
        **verbs,
    }
    statements: dict[str, Predicate] = {}
    models: dict[str, Model] = {}
    for verb, who in given.items():
        if who is None:
            continue
        predicate, keywords = read(who) if isinstance(who, str) else (who, {})
        if not isinstance(predicate, Predicate):
            raise TypeError(f"{verb}={who!r} is no predicate; write one, such as is_organizer")
        statements[verb] = predicate
        if keywords:
            models[verb] = _model_of(verb, predicate, keywords)
    return Permissions(statements, models)


def read(text: str) -> tuple[Predicate, dict[str, Any]]:
    """Return the predicate that a name or a sentence says, and the keywords of the sentence.

    :raises LookupError, SentenceError: it is neither.
    """
    if text.isidentifier():
        return named(text), {}
    sentence = parse(text)
    return sentence.predicate, sentence.keywords


def _model_of(verb: str, predicate: Predicate, keywords: dict[str, Any]) -> Model:
    """Return the model that a sentence says to look a value up on: the way a resource does.

    :raises TypeError: it says another way.
    """
    fetch = keywords.pop("fetch", None)
    fetch_as = keywords.pop("fetch_as", fetch)
    models = keywords.pop("model", [])
    if keywords or len(models) != 1 or fetch != fetch_as or fetch not in predicate.all_needs:
        raise TypeError(
            f'{verb}: on a resource, a sentence may say "fetch event_id, use model Track"; '
            "say where else a value lies on the model: needs_at"
        )
    need_path(models[0], fetch)
    model: Model = models[0]
    return model
