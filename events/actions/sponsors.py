"""Sponsors: taking one in."""

from events.models import Sponsor
from openevent.errors import DomainError


class SponsorsSwitchedOff(DomainError):
    status = 403
    detail = "This event shows no sponsors; switch is-sponsors-enabled on first."
    pointer = "/data/relationships/event"


def add_sponsor(sponsor: Sponsor) -> None:
    """Save a new `sponsor`.

    :raises SponsorsSwitchedOff: its event shows none.
    """
    if not sponsor.event.is_sponsors_enabled:
        raise SponsorsSwitchedOff
    sponsor.save()
