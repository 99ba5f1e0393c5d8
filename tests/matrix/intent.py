"""Who is meant to get in, written by hand where it matters most.

The matrix is printed from the statements, so a wrong statement prints a wrong matrix. These
lines were written from what the product promises, not from the code.
"""

from typing import Final

from tests.personas import HOME, NOBODY, PERSONAS, PROGRAMME, STAFF

ANYBODY: Final = frozenset(PERSONAS)
SIGNED_IN: Final = ANYBODY - {NOBODY}
# The namesake never proved that their address is theirs.
VERIFIED: Final = SIGNED_IN - {"namesake"}
SUPER: Final = frozenset({"super_admin"})
ADMINS: Final = frozenset(STAFF)
OWNER: Final = ADMINS | {"owner"}
ORGANIZERS: Final = OWNER | {"organizer"}
COORGANIZERS: Final = ORGANIZERS | {"coorganizer"}
TRACK_ORGANIZERS: Final = COORGANIZERS | {"track_organizer"}
# Who works on the event; an attendee holds a role and does not.
TEAM: Final = ADMINS | (frozenset(HOME) - {"attendee"})
# Whose session it is; the namesake never proved that the speaker's address is theirs.
PROGRAMME_PEOPLE: Final = frozenset(PROGRAMME) - {"namesake"}
NO_ONE: Final = frozenset[str]()

BOTH: Final = ("published", "draft")
PUBLISHED: Final = ("published",)
DRAFT: Final = ("draft",)
TRASHED: Final = ("trashed",)
# Of what belongs to no event.
ONCE: Final = PUBLISHED

# Children of an event that its co-organizers keep.
KEPT: Final = (
    "microlocations session-types sponsors faqs faq-types social-links custom-forms exhibitors "
    "speakers-calls event-copyrights tags tickets ticket-tags"
).split()

Line = tuple[str, str, tuple[str, ...], frozenset[str]]


def _kept(path: str, who: frozenset[str]) -> list[Line]:
    return [
        ("GET", f"/v1/{path}/{{ref}}", PUBLISHED, ANYBODY),
        ("GET", f"/v1/{path}/{{ref}}", DRAFT, TEAM),
        ("GET", f"/v1/{path}/{{ref}}", TRASHED, NO_ONE),
        ("POST", f"/v1/{path}", BOTH, who),
        ("PATCH", f"/v1/{path}/{{ref}}", BOTH, who),
        ("DELETE", f"/v1/{path}/{{ref}}", BOTH, who),
        # the old server asked nobody here
        ("PATCH", f"/v1/{path}/{{ref}}/relationships/event", BOTH, who),
    ]


INTENT: Final[list[Line]] = [
    # events
    ("GET", "/v1/events/{ref}", PUBLISHED, ANYBODY),
    ("GET", "/v1/events/{ref}", DRAFT, TEAM),
    ("GET", "/v1/events/{ref}", TRASHED, NO_ONE),
    ("PATCH", "/v1/events/{ref}", BOTH, COORGANIZERS),
    ("DELETE", "/v1/events/{ref}", BOTH, COORGANIZERS),
    ("POST", "/v1/events/{ref}/copy", BOTH, COORGANIZERS),
    ("POST", "/v1/events/{ref}/export/sessions/csv", BOTH, COORGANIZERS),
    ("GET", "/v1/events/{ref}/export/speakers/pdf", BOTH, COORGANIZERS),
    ("GET", "/v1/events/{ref}/owner", DRAFT, TEAM),
    ("PATCH", "/v1/events/{ref}/relationships/owner", BOTH, NO_ONE),
    ("PATCH", "/v1/events/{ref}/relationships/organizers", BOTH, NO_ONE),
    ("POST", "/v1/events/{ref}/relationships/roles", BOTH, NO_ONE),
    ("PATCH", "/v1/users/{ref}/relationships/notifications", ONCE, NO_ONE),
    *(
        line
        for path in (".ics", "/schedule.ics", "/schedule.xcs", "/schedule.xml")
        for line in (
            ("GET", f"/v1/events/{{ref}}{path}", PUBLISHED, ANYBODY),
            ("GET", f"/v1/events/{{ref}}{path}", DRAFT, TEAM),
            ("GET", f"/v1/events/{{ref}}{path}", TRASHED, NO_ONE),
        )
    ),
    # the programme
    *_kept("tracks", TRACK_ORGANIZERS),
    *(line for path in KEPT for line in _kept(path, COORGANIZERS)),
    ("GET", "/v1/events/{ref}/sessions", DRAFT, TEAM),
    ("GET", "/v1/events/{ref}/tracks", DRAFT, TEAM),
    ("POST", "/v1/speaker-invites", PUBLISHED, COORGANIZERS | PROGRAMME_PEOPLE),
    ("POST", "/v1/sessions/{ref}/notify", PUBLISHED, COORGANIZERS),  # speakers: of their own
    ("GET", "/v1/sessions/mails", ONCE, ANYBODY),
    # roles: nobody gives themselves one, and nobody raises one by its relationships
    ("PATCH", "/v1/users-events-roles/{ref}", BOTH, COORGANIZERS),
    ("PATCH", "/v1/users-events-roles/{ref}/relationships/user", BOTH, NO_ONE),
    ("PATCH", "/v1/users-events-roles/{ref}/relationships/role", BOTH, NO_ONE),
    ("PATCH", "/v1/users-events-roles/{ref}/relationships/event", BOTH, NO_ONE),
    ("POST", "/v1/role-invites", BOTH, ORGANIZERS),
    ("DELETE", "/v1/role-invites/{ref}", BOTH, ORGANIZERS),
    # what concerns the whole server
    ("GET", "/v1/users", ONCE, SIGNED_IN),  # who is shown themselves alone, if not an admin
    ("POST", "/v1/users/{parent}/verify", ONCE, ADMINS | {"somebody"}),  # whose account it is
    ("GET", "/v1/social-accounts/{ref}", ONCE, ADMINS | {"somebody"}),  # whose account it is
    ("DELETE", "/v1/social-accounts/{ref}", ONCE, ADMINS | {"somebody"}),
    ("GET", "/v1/events/{ref}/share-links", PUBLISHED, SIGNED_IN),
    ("GET", "/v1/events/{ref}/share-links", DRAFT, NO_ONE),
    ("GET", "/v1/mails", ONCE, ADMINS),
    ("GET", "/v1/activities", ONCE, ADMINS),
    ("PATCH", "/v1/settings", ONCE, ADMINS),
    ("POST", "/v1/roles", ONCE, ADMINS),
    ("PATCH", "/v1/roles/{ref}", ONCE, ADMINS),
    ("POST", "/v1/event-types", ONCE, ADMINS),
    ("POST", "/v1/event-topics", ONCE, ADMINS),
    ("POST", "/v1/pages", ONCE, ADMINS),
    ("PATCH", "/v1/message-settings/{ref}", ONCE, ADMINS),
    ("POST", "/v1/custom-placeholders", ONCE, ADMINS),
    ("POST", "/v1/test-mail", ONCE, ADMINS),
    ("POST", "/v1/events", ONCE, VERIFIED),
    # who may what at all; `somebody` holds a system role that opens every panel
    ("GET", "/v1/user-permissions/{ref}", ONCE, ANYBODY),
    ("PATCH", "/v1/user-permissions/{ref}", ONCE, ADMINS),
    ("GET", "/v1/event-role-permissions", ONCE, ADMINS),
    ("GET", "/v1/event-role-permissions/{ref}", ONCE, ANYBODY),
    ("GET", "/v1/services", ONCE, ADMINS),
    ("GET", "/v1/services/{ref}", ONCE, ANYBODY),
    ("PATCH", "/v1/event-role-permissions/{ref}", ONCE, ADMINS),
    ("PATCH", "/v1/event-role-permissions/{ref}/relationships/role", ONCE, ADMINS),
    ("PATCH", "/v1/services/{ref}", ONCE, ADMINS),
    ("GET", "/v1/custom-system-roles/{ref}", ONCE, ANYBODY),
    ("POST", "/v1/custom-system-roles", ONCE, ADMINS),
    ("DELETE", "/v1/custom-system-roles/{ref}", ONCE, ADMINS),
    # the old server asked nobody here
    ("POST", "/v1/custom-system-roles/{ref}/relationships/panel-permissions", ONCE, ADMINS),
    ("GET", "/v1/panel-permissions", ONCE, ADMINS),
    ("POST", "/v1/panel-permissions", ONCE, ADMINS),
    ("PATCH", "/v1/panel-permissions/{ref}/relationships/custom-system-roles", ONCE, ADMINS),
    ("PATCH", "/v1/users/{ref}/relationships/marketer-events", ONCE, NO_ONE),
]
