"""URLs of documents, which stand as text in rows, after the super admin changed where files are.

What a column names is given its URL when it is read (`media.storage`); what people wrote, or a
client put into a link, is text. So once files get other addresses, a job puts the new ones in
place of the old.
"""

import itertools
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from django.db import models
from django.db.models import Q, Value
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
        moves = {
            old: now[name]
            for each in former
            for name, old in each.items()
            if old not in now[name]  # or it would be found again for ever
        }
        found = list(mentioning())
        for number, (model, columns) in enumerate(found):
            progress("links", number, len(found))
            if _has_any(model, columns, moves):
                for column, (old, new) in itertools.product(columns, moves.items()):
                    changed += _replace(model, column, old, new)
        former.append(dict(now))
    return changed


def _has_any(
    model: type[models.Model], columns: Iterable[models.Field], beginnings: Iterable[str]
) -> bool:
    """Return whether some row has such a URL. Few models do: the others are read once, for this."""
    as_text = {f"{each.name}_as_text": Cast(each.name, models.TextField()) for each in columns}
    mentions = [
        Q(**{f"{each.name}_as_text__contains": _spelled(text, column=each)})
        for each in columns
        for text in beginnings
    ]
    return model._base_manager.annotate(**as_text).filter(Q(*mentions, _connector=Q.OR)).exists()


def _spelled(text: str, *, column: models.Field) -> str:
    """Return `text` as it stands within a text of `column`."""
    is_json = isinstance(column, models.JSONField)
    return json.dumps(text, ensure_ascii=False)[1:-1] if is_json else text


def _replace(model: type[models.Model], column: models.Field, old: str, new: str) -> int:
    """Put `new` in place of `old` in a column; each batch of rows is a transaction of its own.

    What would not fit any more stays as it is.
    """
    old, new = (_spelled(each, column=column) for each in (old, new))
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
