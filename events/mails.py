"""The mails of this app."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from events.models import Session
from messaging.kinds import kind, notification

kind(
    "speaker_invite",
    recipient="Invited speaker",
    subject="{inviter} invites you to speak at {event}",
    example={
        "inviter": "Ada Lovelace",
        "session": "Notes on the Analytical Engine",
        "event": "FOSSASIA Summit",
        "link": "https://example.org/e/abcd1234/speaker-invite/3/session",
    },
)
kind(
    "group_role",
    recipient="Invited organizer of a group",
    subject="{inviter} invites you to organize {group}",
    example={
        "inviter": "Ada Lovelace",
        "group": "Pythonistas",
        "link": "https://example.org/group-invites?token=secret",
    },
    secret=("link",),
)
kind(
    "event_role",
    recipient="Invited member of a team",
    subject="{inviter} invites you to {event}",
    example={
        "inviter": "Ada Lovelace",
        "role": "Organizer",
        "event": "FOSSASIA Summit",
        "link": "https://example.org/role-invites?token=secret",
    },
    secret=("link",),
    notifies=True,
)
_QUESTION = {
    "sender": "Ada Lovelace",
    "about": "FOSSASIA Summit",
    "message": "Where do I park?",
    "link": "https://example.org/e/abcd1234",
}
kind(
    "contact_organizers",
    recipient="Owner, organizers and co-organizers, and who wrote",
    subject="{sender} has a question about {about}",
    example=_QUESTION,
)
kind(
    "contact_group_organizers",
    recipient="Owner and organizers of a group, and who wrote",
    subject="{sender} has a question about {about}",
    example=_QUESTION,
)
kind(
    "announce_event",
    recipient="Followers of a group",
    subject="{group} announces {event}",
    example={
        "group": "Pythonistas",
        "event": "PyCon",
        "when": "2031-03-01 10:00 (Asia/Singapore)",
        "link": "https://example.org/e/abcd1234",
    },
)
kind(
    "new_session",
    recipient="Owner",
    subject="New session at {event}: {session}",
    example={
        "session": "Notes on the Analytical Engine",
        "speakers": "Ada Lovelace, Charles Babbage",
        "event": "FOSSASIA Summit",
        "link": "https://example.org/e/abcd1234/session/3",
    },
    notifies=True,
    preference="new_paper",
)
_OVER = {"event": "FOSSASIA Summit", "link": "https://example.org/e/abcd1234"}
kind(
    "after_event",
    recipient="Owner, organizers",
    subject="{event} is over",
    example=_OVER | {"sessions": "41", "speakers": "57"},
)
kind(
    "after_event_speaker",
    recipient="Speakers",
    subject="Thank you for speaking at {event}",
    example=_OVER,
)


class Words(NamedTuple):
    """What a mail says whose words people may write anew: a subject, and mark-up."""

    subject: str
    message: str


_BOTH_LINKS = (
    '<br/><br/>Session: <a href="{session_link}">{session_link}</a>'
    '<br/>Event: <a href="{event_link}">{event_link}</a>'
)


def _words(subject: str, *lines: str) -> Words:
    return Words(subject, "Hello,<br/><br/>" + "<br/>".join(lines) + _BOTH_LINKS)


# What the people of a session are told in each of its states. Clients know `<br/>` for a line's
# end, and the placeholders.
WORDS: Final[Mapping[Session.State, Words]] = {
    Session.State.DRAFT: _words(
        "{event_name}: {session_name} is still a draft",
        "your session “{session_name}” for {event_name} is a draft that nobody considers yet.",
        "Submit it once it is complete.",
    ),
    Session.State.PENDING: _words(
        "{event_name}: {session_name} is being considered",
        "your session “{session_name}” for {event_name} is being considered.",
        "You hear from us as soon as it is decided.",
    ),
    Session.State.ACCEPTED: _words(
        "{event_name}: {session_name} is accepted",
        "your session “{session_name}” is accepted at {event_name}. Congratulations!",
        "Please tell us if you cannot give it.",
    ),
    Session.State.CONFIRMED: _words(
        "{event_name}: {session_name} is confirmed",
        "your session “{session_name}” at {event_name} is confirmed.",
        "We look forward to seeing you there.",
    ),
    Session.State.REJECTED: _words(
        "{event_name}: {session_name} was not accepted",
        "thank you for submitting “{session_name}” to {event_name}.",
        "Unfortunately it could not be accepted this time.",
    ),
    Session.State.CANCELED: _words(
        "{event_name}: {session_name} is canceled",
        "your session “{session_name}” at {event_name} is canceled.",
        "Please write to the organizers if you have questions.",
    ),
    Session.State.WITHDRAWN: _words(
        "{event_name}: {session_name} is withdrawn",
        "your session “{session_name}” for {event_name} is withdrawn.",
        "Please write to the organizers if that is a mistake.",
    ),
}
kind(
    "session_state_change",
    recipient="Speakers, owner, organizers",
    subject=WORDS[Session.State.ACCEPTED].subject,
    message=WORDS[Session.State.ACCEPTED].message,
    example={
        "session_name": "Notes on the Analytical Engine",
        "session_link": "https://example.org/e/abcd1234/session/3",
        "session_state": "accepted",
        "event_name": "FOSSASIA Summit",
        "event_link": "https://example.org/e/abcd1234",
        "frontend_link": "https://example.org/",
    },
    preference="session_accept_reject",
)
notification("session_state_change")


def state_mails() -> dict[str, str | dict[str, str]]:
    """Return all of `WORDS` as clients read it, by state, and who gets them."""
    words = {str(state): each._asdict() for state, each in WORDS.items()}
    return {"recipient": "Speaker"} | words
