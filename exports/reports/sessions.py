"""The sessions of an event, in the order of the programme."""

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Avg, Count, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject

from events.models import Event, Feedback, Session, Speaker

from .tables import Cell, Column, Row, Table, answers, living, moment, prose, text


def table(event: Event, status: str) -> Table:
    """Return the sessions of `event` in the state `status`; in any, if it is none."""
    sessions = Session.objects.filter(event=event, deleted_at=None)
    if status in Session.State.values:
        sessions = sessions.filter(state=status)
    title, state = text("Title", "title"), text("State", "state")
    speakers = Column("Speakers", lambda row: _of_speakers(row, "name"))
    track, room, kind = (
        text(name, column)
        for name, column in (("Track", "track_name"), ("Room", "room"), ("Type", "type"))
    )
    begins, ends = moment("Starts at", "starts_at", event), moment("Ends at", "ends_at", event)
    abstract = prose("Short abstract", "short_abstract")
    return Table(
        "Sessions",
        event,
        _rows(sessions),
        columns=[
            title,
            text("Subtitle", "subtitle"),
            state,
            speakers,
            Column("E-mail", lambda row: _of_speakers(row, "email")),
            track,
            room,
            kind,
            text("Level", "level"),
            text("Language", "language"),
            begins,
            ends,
            abstract,
            prose("Long abstract", "long_abstract"),
            prose("Comments", "comments"),
            moment("Submitted at", "submitted_at", event),
            text("Mail sent", "is_mail_sent"),
            text("Locked", "is_locked"),
            text("Average rating", "rating"),
            text("Ratings", "ratings"),
            text("Slides", "slides_url"),
            text("Video", "video_url"),
            text("Audio", "audio_url"),
            text("Sign-up", "signup_url"),
            *answers(event, "session"),
        ],
        printed=[
            (title, 18),
            (speakers, 12),
            (state, 7),
            (Column(f"Time ({event.timezone})", lambda row: _span(begins, ends, row)), 11),
            (room, 8),
            (track, 8),
            (kind, 8),
            (abstract, 28),
        ],
    )


def _rows(sessions: QuerySet[Session]) -> QuerySet[Any, Any]:
    speaking = Speaker.objects.filter(sessions=OuterRef("pk"), deleted_at=None)
    ratings = Feedback.objects.filter(session=OuterRef("pk"), deleted_at=None).order_by()
    of_session = ratings.values("session")
    return sessions.order_by(F("starts_at").asc(nulls_last=True), "title", "pk").values(
        *"""
        title subtitle state level language starts_at ends_at short_abstract long_abstract
        comments submitted_at is_mail_sent is_locked slides_url video_url audio_url signup_url
        complex_field_values
        """.split(),
        track_name=living("track"),
        room=living("microlocation"),
        type=living("session_type"),
        speaking=ArraySubquery(
            speaking.order_by("order", "pk").values(json=JSONObject(name="name", email="email"))
        ),
        rating=Subquery(of_session.annotate(mean=Avg("rating")).values("mean")),
        ratings=Subquery(of_session.annotate(number=Count("pk")).values("number")),
    )


def _of_speakers(row: Row, name: str) -> str:
    return ", ".join(each[name] for each in row["speaking"] if each[name])


def _span(begins: Column, ends: Column, row: Row) -> Cell:
    """Return from when to when; the day is said once, if it is one."""
    begin, end = str(begins.value(row)), str(ends.value(row))
    if not end:
        return begin
    return f"{begin} – {end.removeprefix(begin[:11])}"
