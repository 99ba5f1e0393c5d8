"""Sponsors: which events take one in."""

from events.models import Sponsor
from openevent.errors import DomainError


class SponsorsSwitchedOff(DomainError):
    status = 403
    detail = "This event shows no sponsors; switch is-sponsors-enabled on first."
    pointer = "/data/relationships/event"


def save_sponsor(sponsor: Sponsor, was: Sponsor | None = None) -> None:
    """Save `sponsor`, which `was` otherwise before; `None` of a new one.

    :raises SponsorsSwitchedOff: it comes to an event that shows none.
    """
    is_there_already = was is not None and was.event_id == sponsor.event_id
    if not (is_there_already or sponsor.event.is_sponsors_enabled):
        raise SponsorsSwitchedOff
    sponsor.save()
