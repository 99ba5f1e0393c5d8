"""The mails of this app."""

from messaging.kinds import kind

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
    "role_invite",
    recipient="Invited member of a team",
    subject="{inviter} invites you to {event}",
    example={
        "inviter": "Ada Lovelace",
        "role": "Organizer",
        "event": "FOSSASIA Summit",
        "link": "https://example.org/role-invites?token=secret",
    },
    secret=("link",),
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
