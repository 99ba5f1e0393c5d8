"""URLs of documents, which stand as text in rows, after the super admin changed where files are.

What a column names is given its URL when it is read (`media.storage`); what people wrote, or a
client put into a link, is text. So once files get other addresses, a job puts the new ones in
place of the old.
"""

from collections.abc import Callable, Mapping
from typing import Final

from django.db import models
from django.db.models import Value
from django.db.models.functions import Cast, Length, Replace

from media import places, storage
from media.mentions import mentioning
from media.models import Upload
from openevent import jobs
from openevent.site import snapshot

BATCH: Final = 500  # rows changed at once

# How the URLs of uploads begin, by the place they are in.
Beginnings = Mapping[str, str]


def beginnings(server: str) -> dict[str, str]:
    """Return how the URLs of uploads begin by the settings as the database has them now.

    `server` is the address of this server, which those have that no domain and no bucket hands out.
    """
    snapshot.changed()  # perhaps by another process, and just now
    to_url = storage.to_urls(server)
    return {name: str(to_url(f"{name}:{storage.PUBLIC}{Upload.FOLDER}")) for name in places.NAMES}


def follow(was: Beginnings, server: str) -> None:
    """Have URLs that begin as they did by other settings follow those there are now."""
    if was != beginnings(server):
        jobs.enqueue("media.readdress", was=dict(was), server=server)


def readdress(
    was: Beginnings, server: str, progress: Callable[[str, int, int | None], None]
) -> int:
    """Write all URLs that begin as `was` says as they begin now; return in how many columns.

    `server` is the address of this server as whoever changed the settings called it: a job may
    call it otherwise, which is no change.

    Of changes that follow each other, each has a job: whichever ends last, the URLs are as the
    last change wants them.
    """
    changed = 0
    former = [was]
    while former[-1] != (now := beginnings(server)):
        columns = [(model, column) for model, named in mentioning() for column in named]
        for number, (model, column) in enumerate(columns):
            progress("links", number, len(columns))
            for beginning in former:
                for name, old in beginning.items():
                    changed += _replace(model, column, old, now[name])
        former.append(dict(now))
    return changed


def _replace(model: type[models.Model], column: models.Field, old: str, new: str) -> int:
    """Put `new` in place of `old` in a column; each batch of rows is a transaction of its own.

    What would not fit any more stays as it is.
    """
    if old in new:
        return 0
    as_text = Cast(column.name, models.TextField())
    replaced = Replace(as_text, Value(old), Value(new))
    rows = model._base_manager.annotate(text_that_is=as_text).filter(text_that_is__contains=old)
    if column.max_length:
        rows = rows.annotate(length_to_be=Length(replaced)).filter(
            length_to_be__lte=column.max_length
        )
    value = Cast(replaced, column) if isinstance(column, models.JSONField) else replaced
    changed = 0
    while keys := list(rows.values_list("pk", flat=True)[:BATCH]):
        changed += rows.filter(pk__in=keys).update(**{column.name: value})
    return changed
