"""Events whose rows have files of their own."""

import io
from typing import Any

from django.db import models

from events.models import Event
from media import storage
from media.actions.images import take_brought
from media.actions.uploads import keep_brought
from media.fields import images_of
from tests.factories.events import (
    EventFactory,
    ExhibitorFactory,
    SessionFactory,
    SpeakerFactory,
    SponsorFactory,
)
from tests.media.pictures import encoded, noise
from tests.media.test_documents import DOCUMENTS

PHOTO = encoded(noise(60, 40))


def image_of(model: type[models.Model], column: str, content: bytes = PHOTO) -> dict[str, str]:
    """Keep an image; return what the columns of a row are to hold."""
    image = next(each for each in images_of(model) if each.chosen.name == column)
    return take_brought(io.BytesIO(content), image)


def document(suffix: str, name: str = "") -> str:
    """Keep a document; return its URL."""
    upload = keep_brought(io.BytesIO(DOCUMENTS[suffix]), name or f"my-{suffix}.{suffix}")
    return storage.url(upload.kept) or ""


def event_with_logo(**columns: Any) -> Event:
    return EventFactory(name="Made Up Days", **image_of(Event, "logo_url"), **columns)


def event_with_media(**columns: Any) -> Event:
    """Return an event that has a file in each kind of column that may name one."""
    logo = image_of(Event, "logo_url") | image_of(Event, "original_image_url")
    links = [
        {"name": "Handout", "link": document("txt")},
        {"name": "Elsewhere", "link": "https://example.org/a.pdf"},
    ]
    event = EventFactory(
        name="Made Up Days", published=True, **logo, document_links=links, **columns
    )
    speakers = [
        SpeakerFactory(event=event, name=name, **image_of(SpeakerFactory._meta.model, "photo_url"))
        for name in ("Ada Lovelace", "Žofie 李 <../../x>")
    ]
    SponsorFactory(event=event, name="Engines", **image_of(SponsorFactory._meta.model, "logo_url"))
    session = SessionFactory(
        event=event,
        title="A talk",
        speakers=speakers,
        slides_url=document("pdf", "Ada's slides.pdf"),
        slides=[{"name": "Table", "link": document("csv")}],
        audio_url=document("ogg"),
        video_url=document("mp4"),
        website="https://example.org/",
        complex_field_values={"cv": document("odt"), "path": "/r/python"},
    )
    exhibitor = ExhibitorFactory._meta.model
    images = image_of(exhibitor, "logo_url") | image_of(exhibitor, "banner_url")
    ExhibitorFactory(event=event, name="Booth", slides_url=session.slides_url, **images)
    return event
