"""What workers do for this app."""

from events.actions.announcements import mail_announcement
from events.models import Event, Group
from openevent import jobs


@jobs.handler("events.announce")
def announce(run: jobs.Run, *, event_id: int, group_id: int) -> dict[str, int]:
    event, group = Event.objects.get(pk=event_id), Group.objects.get(pk=group_id)
    return {"mails": mail_announcement(event, group)}
