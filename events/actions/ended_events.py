"""Events that are over: thanking those who made them, and deciding what nobody decided."""

from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from events.models import Event, Session, Speaker
from events.models.role import ORGANIZER, OWNER
from messaging import mail
from messaging.links import page

A_DAY = timedelta(days=1)


def ended_within_a_day(now: datetime) -> QuerySet[Event]:
    """Return the published events that ended in the day before `now` (aware)."""
    return Event.objects.published().filter(ends_at__gt=now - A_DAY, ends_at__lte=now)


def thank_for(event: Event) -> int:
    """Mail the team and the speakers of `event`, which is over; return how many mails."""
    announced = Session.objects.filter(event=event).announced()
    speakers = Speaker.objects.filter(
        event=event, deleted_at=None, sessions__in=announced
    ).distinct()
    facts = {"sessions": str(announced.count()), "speakers": str(speakers.count())}
    about = {"event": event.name}
    to_team = about | facts | {"link": page(f"/events/{event.identifier}")}
    to_speakers = about | {"link": page(f"/e/{event.identifier}")}
    sent = [
        mail.send("after_event", to=person, context=to_team, event=event)
        for person in event.roles.people(OWNER, ORGANIZER)
    ]
    addresses = speakers.exclude(email=None).order_by("pk").values_list("email", flat=True)
    sent += [
        mail.send("after_event_speaker", to=address, context=to_speakers, event=event)
        for address in addresses
        if address
    ]
    return sum(each is not None for each in sent)


def reject_undecided(now: datetime) -> int:
    """Reject the pending sessions of events that ended before `now` (aware); return how many.

    Nobody is told: what was not decided in time needs no mail after it.
    """
    undecided = Session.objects.filter(
        state=Session.State.PENDING, deleted_at=None, event__ends_at__lte=now
    )
    return undecided.update(state=Session.State.REJECTED, last_modified_at=timezone.now())
