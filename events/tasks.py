"""What workers do for this app."""

from datetime import datetime, time

from events.actions.announcements import mail_announcement
from events.actions.ended_events import ended_within_a_day, reject_undecided, thank_for
from events.models import Event, Group
from openevent import jobs


@jobs.handler("events.announce")
def announce(run: jobs.Run, *, event_id: int, group_id: int) -> dict[str, int]:
    event, group = Event.objects.get(pk=event_id), Group.objects.get(pk=group_id)
    return {"mails": mail_announcement(event, group)}


@jobs.periodic("events.thank-for-ended", at=time(5, 30))
def thank_for_ended(run: jobs.Run, *, due: str) -> dict[str, int]:
    """Have each event thanked for by a job of its own, so that none waits for another."""
    ended = ended_within_a_day(datetime.fromisoformat(due)).values_list("pk", flat=True)
    for event_id in ended:
        jobs.enqueue("events.thank-for", event_id=event_id)
    return {"events": len(ended)}


@jobs.handler("events.thank-for")
def thank(run: jobs.Run, *, event_id: int) -> dict[str, int]:
    event = Event.objects.published().filter(pk=event_id).first()
    return {"mails": thank_for(event) if event is not None else 0}


@jobs.periodic("events.reject-undecided", at=time(5, 30))
def reject(run: jobs.Run, *, due: str) -> dict[str, int]:
    return {"sessions": reject_undecided(datetime.fromisoformat(due))}
