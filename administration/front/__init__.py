"""The front page of the admin site: what needs somebody, how much there is, and how it went.

Each part belongs to a panel, and is shown to who holds it. All numbers come from the database
already counted, in as many queries however much there is.
"""

from datetime import datetime
from typing import Any, Final

from django.http import HttpRequest

from .attention import notices
from .plots import PLOTS, drawn
from .totals import totals

RANGES: Final = (30, 90)  # days that the plots may show


def shown(request: HttpRequest, *, now: datetime) -> dict[str, Any]:
    """Return what the front page shows to the caller; `now` is aware."""
    user: Any = request.user
    days = 90 if request.GET.get("days") == "90" else 30
    return {
        "title": "Front page",
        "notices": notices(user, now=now),
        "totals": totals(user.panels),
        "plots": [drawn(plot, now=now, days=days) for plot in PLOTS if plot.panel in user.panels],
        "days": days,
        "ranges": RANGES,
    }
