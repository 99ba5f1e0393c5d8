"""When periodic work begins: each schedule cuts time into periods that have a beginning."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Protocol


class Schedule(Protocol):
    def latest(self, now: datetime) -> datetime:
        """Return the beginning of the period that `now` (aware) is in, aware UTC."""


@dataclass(frozen=True)
class Every:
    """Periods of one length, counted from 1970 so that all processes cut alike."""

    length: timedelta

    def __post_init__(self) -> None:
        if self.length < timedelta(minutes=1):
            raise ValueError("The clock of periodic work ticks once a minute, not faster.")

    def latest(self, now: datetime) -> datetime:
        seconds = int(self.length.total_seconds())
        return datetime.fromtimestamp(int(now.timestamp()) // seconds * seconds, UTC)


@dataclass(frozen=True)
class At:
    """A time of day in UTC: each day, or on one day of each month (1 to 28, which all have)."""

    time: time
    day: int | None = None

    def __post_init__(self) -> None:
        if self.day is not None and not 1 <= self.day <= 28:
            raise ValueError(
                "A monthly job begins on a day from 1 to 28; other days not all months have."
            )

    def latest(self, now: datetime) -> datetime:
        begin = datetime.combine(now.astimezone(UTC).date(), self.time, UTC)
        if self.day is None:
            return begin if begin <= now else begin - timedelta(days=1)
        begin = begin.replace(day=self.day)
        if begin <= now:
            return begin
        return (begin.replace(day=1) - timedelta(days=1)).replace(day=self.day)
