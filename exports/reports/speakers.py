"""The speakers of an event, in the order of its page."""

from typing import Any, Final

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, QuerySet

from events.models import Event, Session, Speaker

from .tables import Column, Row, Table, answers, prose, text

WITHOUT_SESSION: Final = "without_session"


def table(event: Event, status: str) -> Table:
    """Return the speakers of `event` with a session in the state `status`, or without any.

    If `status` is neither, all of them.
    """
    name, email = text("Name", "name"), text("E-mail", "email")
    sessions = Column("Sessions", lambda row: ", ".join(row["titles"]))
    biography = prose("Short biography", "short_biography")
    return Table(
        "Speakers",
        event,
        _rows(_chosen(event, status)),
        columns=[
            name,
            email,
            sessions,
            text("Position", "position"),
            text("Organisation", "organisation"),
            text("City", "city"),
            text("Country", "country"),
            text("Mobile", "mobile"),
            text("Address", "address"),
            text("Gender", "gender"),
            biography,
            prose("Long biography", "long_biography"),
            prose("Speaking experience", "speaking_experience"),
            text("Heard from", "heard_from"),
            text("Sponsorship required", "sponsorship_required"),
            text("Featured", "is_featured"),
            text("Website", "website"),
            text("Twitter", "twitter"),
            text("Facebook", "facebook"),
            text("GitHub", "github"),
            text("Mastodon", "mastodon"),
            text("LinkedIn", "linkedin"),
            text("Instagram", "instagram"),
            text("Photo", "photo_url"),
            *answers(event, "speaker"),
        ],
        printed=[
            (name, 14),
            (email, 17),
            (Column("Position", lambda row: _joined(row, "position", "organisation")), 15),
            (Column("Place", lambda row: _joined(row, "city", "country")), 10),
            (sessions, 18),
            (biography, 28),
        ],
    )


def _chosen(event: Event, status: str) -> QuerySet[Speaker]:
    speakers = Speaker.objects.filter(event=event, deleted_at=None)
    sessions = Session.objects.filter(speakers=OuterRef("pk"), deleted_at=None)
    if status == WITHOUT_SESSION:
        return speakers.filter(~Exists(sessions))
    if status in Session.State.values:
        return speakers.filter(Exists(sessions.filter(state=status)))
    return speakers


def _rows(speakers: QuerySet[Speaker]) -> QuerySet[Any, Any]:
    titles = Session.objects.filter(speakers=OuterRef("pk"), deleted_at=None)
    return speakers.order_by("order", "name", "pk").values(
        *"""
        name email position organisation city country mobile address gender short_biography
        long_biography speaking_experience heard_from sponsorship_required is_featured website
        twitter facebook github mastodon linkedin instagram photo_url complex_field_values
        """.split(),
        titles=ArraySubquery(titles.order_by("title", "pk").values("title")),
    )


def _joined(row: Row, *names: str) -> str:
    return ", ".join(row[name] for name in names if row[name])
