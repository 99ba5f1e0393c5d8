"""What an import did, to tell whoever asked for it."""

from dataclasses import dataclass, field

from events.models import Event


class Notes:
    """What was left out or mended, and why, in a sentence for each reason."""

    NAMED = 3  # things that a sentence names before it counts the others

    def __init__(self) -> None:
        self._things: dict[str, list[str]] = {}

    def __bool__(self) -> bool:
        return bool(self._things)

    def add(self, reason: str, thing: str) -> None:
        """Note of `thing` ("session 12") what was done and why ("left out, as it has no title")."""
        self._things.setdefault(reason, []).append(thing)

    def sentences(self) -> list[str]:
        return [self._sentence(reason, things) for reason, things in self._things.items()]

    def _sentence(self, reason: str, things: list[str]) -> str:
        named = ", ".join(things[: self.NAMED])
        others = len(things) - self.NAMED
        sentence = f"{named} and {others} more" if others > 0 else named
        return f"{sentence[0].upper()}{sentence[1:]}: {reason}."


@dataclass(frozen=True)
class Report:
    """The event that an import made.

    `counts` says how many rows of each noun it has (`{"tracks": 4, ...}`), `notes` in sentences
    what of the archive was left out or mended.
    """

    event: Event
    counts: dict[str, int]
    notes: list[str] = field(default_factory=list)
