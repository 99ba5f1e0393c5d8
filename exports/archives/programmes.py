"""What schedules in other formats say, gathered as the parts of an event."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import models

from events.models import Microlocation, Session, SessionType, Track

from .contents import Contents, Item
from .parts import BY_MODEL

_BEGIN: Final = datetime(1, 1, 1)  # noqa: DTZ001  of any zone


class Gathered:
    """Sessions, and what they mention, each of it once."""

    def __init__(self) -> None:
        self._found: dict[type[models.Model], dict[str, Item]] = {}
        self._sessions: list[Item] = []

    def mention(self, model: type[models.Model], name: str | None, **columns: Any) -> str | None:
        """Note a track, a room, ... of that name; return its key, or `None` without a name."""
        return self.mention_as(model, name, name, **columns)

    def mention_as(
        self, model: type[models.Model], key: str | None, name: str | None, **columns: Any
    ) -> str | None:
        if not key or not name:
            return None
        item = Item(BY_MODEL[model].noun, key, {"name": name, **columns})
        self._found.setdefault(model, {}).setdefault(key, item)
        return key

    def session(
        self,
        key: str | None,
        columns: dict[str, Any],
        *,
        track: str | None = None,
        room: str | None = None,
        type_name: str | None = None,
        length: timedelta | None = None,
        speakers: list[str | None],
    ) -> None:
        """Note a session; those who print a programme have accepted it."""
        minutes = int(length.total_seconds()) // 60 if length else 30
        kind = {"length": f"{min(minutes // 60, 99):02}:{minutes % 60:02}"}
        self._sessions.append(
            Item(
                BY_MODEL[Session].noun,
                key,
                {"state": Session.State.ACCEPTED, **columns},
                links={
                    "track": self.mention(Track, track),
                    "microlocation": self.mention(Microlocation, room),
                    "session_type": self.mention(SessionType, type_name, **kind),
                },
                joins={"speakers": [each for each in speakers if each]},
            )
        )

    def span(self) -> tuple[str | None, str | None]:
        """Return when the first session starts and the last one ends, in ISO 8601."""
        times = sorted(self._times(), key=_moment)
        return (times[0], times[-1]) if times else (None, None)

    def _times(self) -> Iterator[str]:
        for session in self._sessions:
            for name in ("starts_at", "ends_at"):
                if session.columns.get(name):
                    yield session.columns[name]

    def contents(self, event: dict[str, Any]) -> Contents:
        items: Any = {model: list(found.values()) for model, found in self._found.items()}
        return Contents(event=event, items={**items, Session: self._sessions})


def _moment(text: str) -> timedelta:
    """Return what to sort a time by, those with another offset and in the last of years too."""
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=None) - _BEGIN - (moment.utcoffset() or timedelta())
