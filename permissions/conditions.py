"""Conditions on the arguments of a URL, by a phrase that a sentence can say.

    @condition("the event is named by its number")
    def named_by_number(arguments):
        return str(arguments.get("event_id", "")).isdigit()

is `leave_if=named_by_number`, or "..., leave if the event is named by its number".
"""

from collections.abc import Callable, Mapping
from typing import Any

# Gets the URL's arguments as the route names them, before identifiers become ids.
Condition = Callable[[Mapping[str, Any]], Any]

_by_phrase: dict[str, Condition] = {}


def condition(phrase: str) -> Callable[[Condition], Condition]:
    """Make a function known by `phrase`.

    :raises ValueError: the phrase is taken, or could not be read back from a sentence.
    """
    words = normal(phrase)
    if not words or "," in words:
        raise ValueError(f'"{phrase}" cannot stand in a sentence; write words without a comma')

    def decorate(function: Condition) -> Condition:
        if _by_phrase.setdefault(words, function) is not function:
            raise ValueError(f'there are two conditions "{words}"')
        return function

    return decorate


def normal(phrase: str) -> str:
    return " ".join(phrase.lower().split())


def phrased(phrase: str) -> Condition | None:
    """Return the condition that `phrase` says, if there is one."""
    return _by_phrase.get(normal(phrase))


def phrase_of(function: Condition) -> str:
    """Return the phrase for `function`; of one without, its name."""
    for phrase, known in _by_phrase.items():
        if known is function:
            return phrase
    return getattr(function, "__name__", "a condition").replace("_", " ")


def phrases() -> list[str]:
    return sorted(_by_phrase)
