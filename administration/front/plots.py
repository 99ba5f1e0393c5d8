"""How it went: numbers of each day, as bars.

The picture is SVG that the template draws from what is computed here. Its numbers are in a table
beside it as well, for whoever does not see it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from django.db import models
from django.db.models import Count, Q
from django.db.models.functions import TruncDate

from events.models import Event
from messaging.models import Mail
from openevent.jobs.models import Job
from users.models import User

# Of the picture, in its own units.
WIDTH: Final = 600
HEIGHT: Final = 140
GAP: Final = 0.25  # of a day's width, between two bars


@dataclass(frozen=True)
class Plot:
    """One picture: what is counted of a model by the day of `column`, in one or two series."""

    title: str
    panel: str
    model: type[models.Model]
    column: str
    series: Mapping[str, Q]


PLOTS: Final = (
    Plot("New events", "events", Event, "created_at", {"created": Q()}),
    Plot("New people", "users", User, "created_at", {"signed up": Q()}),
    Plot(
        "Mail",
        "messages",
        Mail,
        "time",
        {"sent": Q(state=Mail.State.SENT), "failed": Q(state=Mail.State.FAILED)},
    ),
    Plot(
        "Jobs",
        "admin",
        Job,
        "finished_at",
        {"done": Q(state=Job.State.SUCCEEDED), "failed": Q(state=Job.State.FAILED)},
    ),
)


def drawn(plot: Plot, *, now: datetime, days: int) -> dict[str, Any]:
    """Return what the template draws of the last `days` days, today among them (UTC)."""
    table = counted(plot, now=now, days=days)
    sums = [sum(counts) for _, counts in table]
    top = ceiling(max(sums))
    names = list(plot.series)
    return {
        "title": plot.title,
        "names": names,
        "table": table,
        "bars": _bars(table, names, top),
        "top": top,
        "width": WIDTH,
        "middle": HEIGHT // 2,
        "height": HEIGHT,
        "first": table[0][0],
        "last": table[-1][0],
        "totals": [(name, sum(counts[at] for _, counts in table)) for at, name in enumerate(names)],
        "best": max(zip(sums, (day for day, _ in table), strict=True)) if any(sums) else None,
    }


def counted(plot: Plot, *, now: datetime, days: int) -> list[tuple[date, list[int]]]:
    """Return each of the last `days` days with its count in each series, in one query."""
    today = now.astimezone(UTC).date()
    begin = today - timedelta(days=days - 1)
    since = datetime.combine(begin, time.min, tzinfo=UTC)
    rows = (
        plot.model._base_manager.filter(**{f"{plot.column}__gte": since})
        .order_by()
        .values(plotted_day=TruncDate(plot.column))
        .annotate(
            **{
                f"series_{at}": Count("pk", filter=condition or None)
                for at, condition in enumerate(plot.series.values())
            }
        )
    )
    found = {row.pop("plotted_day"): list(row.values()) for row in rows}
    nothing = [0] * len(plot.series)
    each = (begin + timedelta(days=at) for at in range(days))
    return [(day, found.get(day, nothing)) for day in each]


def ceiling(most: int) -> int:
    """Return where the scale ends: a number that is round, and no less than `most`."""
    step = 1
    while True:
        for factor in (1, 2, 3, 4, 5, 6, 8):
            if most <= factor * step:
                return factor * step
        step *= 10


def _bars(table: Any, names: list[str], top: int) -> list[dict[str, Any]]:
    """Return a rectangle for each count but 0, series upon series."""
    step = WIDTH / len(table)
    found = []
    for at, (day, counts) in enumerate(table):
        base = float(HEIGHT)
        for series, count in enumerate(counts):
            height = HEIGHT * count / top
            base -= height
            if count:
                found.append(
                    {
                        "x": round(step * (at + GAP / 2), 2),
                        "y": round(base, 2),
                        "width": round(step * (1 - GAP), 2),
                        "height": round(height, 2),
                        "series": series,
                        "day": day,
                        "count": count,
                        "name": names[series],
                    }
                )
    return found
