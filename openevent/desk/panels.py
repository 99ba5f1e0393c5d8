"""Which panel each page of the admin site is on. Staff see the pages of the panels they hold.

Admins and super admins hold every panel; others those that their system roles grant. A page is
that of a model, named `app.model` in lower case, and stands here once, in the order in which the
navigation lists it. A page that does not stand here refuses to start.
"""

from collections.abc import Mapping
from typing import Final

# What each panel is about, in words that go before its pages.
TITLES: Final = {
    "events": "Events",
    "sessions": "Sessions and speakers",
    "users": "People",
    "sales": "Sales",
    "messages": "Messages",
    "content": "Content",
    "reports": "Exports and imports",
    "permissions": "Permissions",
    "settings": "Settings",
    "admin": "Server",
}

PAGES: Final[Mapping[str, tuple[str, ...]]] = {
    "events": (
        "events.event",
        "events.group",
        "events.eventrole",
        "events.roleinvite",
        "events.grouprole",
        "events.track",
        "events.microlocation",
        "events.sessiontype",
        "events.customform",
        "events.customformoption",
        "events.customformtranslate",
        "events.sponsor",
        "events.exhibitor",
        "events.sociallink",
        "events.tag",
        "events.faq",
        "events.faqtype",
        "events.eventcopyright",
        "events.favouriteevent",
        "events.followedgroup",
    ),
    "sessions": (
        "events.session",
        "events.speaker",
        "events.speakerscall",
        "events.speakerinvite",
        "events.feedback",
        "events.favouritesession",
    ),
    "sales": ("ticketing.ticket", "ticketing.tickettag"),
    "users": ("users.user", "users.useremail", "users.socialaccount", "users.signin"),
    "messages": (
        "messaging.mail",
        "messaging.messagesetting",
        "messaging.notification",
        "messaging.notificationsetting",
        "messaging.emailnotification",
    ),
    "content": (
        "administration.page",
        "events.eventtype",
        "events.eventlocation",
        "events.eventtopic",
        "events.eventsubtopic",
        "events.customplaceholder",
        "media.upload",
    ),
    "reports": ("exports.export", "exports.importjob"),
    "permissions": (
        "users.customsystemrole",
        "users.usersystemrole",
        "users.panelpermission",
        "users.userpermission",
        "events.role",
        "events.rolepermission",
        "events.service",
    ),
    "settings": ("site.site", "media.eventimagesize", "media.speakerimagesize"),
    "admin": ("jobs.job", "activity.activity"),
}

# Models without a page, and why: every other model of ours has one.
PAGELESS: Final[Mapping[str, str]] = {
    "users.secondfactor": "a secret; the page of its user removes it",
    "users.emailtoken": "a digest of what was mailed, gone once used; its mail is in the log",
    "users.handshake": "digests of a visit to a provider, gone when the browser is back",
    "jobs.period": "that a periodic job was asked for; the page of jobs shows the job",
    "media.unnamed": "a file whose row is still to be written, for minutes; what is left is swept",
    "api.idempotentanswer": "an answer kept for who asks again, and for nobody else",
}

_PANEL_OF: Final = {page: panel for panel, pages in PAGES.items() for page in pages}


def panel_of(page: str) -> str | None:
    """Return the panel that the page of the model `page` (`events.track`) is on, if on any."""
    return _PANEL_OF.get(page)


def panels_of_app(app: str) -> frozenset[str]:
    """Return the panels that have a page of the app called `app`."""
    return frozenset(panel for page, panel in _PANEL_OF.items() if page.split(".")[0] == app)
