"""Files of their own for rows that show images by a URL: those imported, and copies."""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from typing import Any, Final
from urllib.parse import urlsplit

from django.db import models

from media import storage
from media.fetch import TooSlow
from media.fields import ImageColumns, images_of

from .images import ImageNotTaken, discard, take

Progress = Callable[[str, int, int | None], None]
Transaction = Callable[[], AbstractContextManager[None]]

# What became of an image: it is the row's own now, or it stays where it is.
OWN: Final = "own"
LEFT: Final = "left"


def give_own(
    model: type[models.Model], ids: Iterable[int], progress: Progress, in_transaction: Transaction
) -> dict[str, int]:
    """Copy the images that these rows show by a URL; return how many became their own.

    What cannot be had stays the URL it is. A host that is slow once is not asked again.
    """
    rows = model._base_manager.filter(pk__in=ids).order_by("pk")
    total, slow = rows.count(), set[str]()
    counts = {OWN: 0, LEFT: 0}
    for done, row in enumerate(rows.iterator(chunk_size=100)):
        progress("images", done, total)
        for image in images_of(model):
            outcome = _give_own(model, row, image, slow, in_transaction)
            if outcome:
                counts[outcome] += 1
    return counts


def _give_own(
    model: type[models.Model],
    row: Any,
    image: ImageColumns,
    slow: set[str],
    in_transaction: Transaction,
) -> str | None:
    before = {name: getattr(row, name) for name in image.names}
    url = before[image.chosen.name]
    if not url or storage.is_kept(url):
        return None
    source = before[image.whole.name] or url
    host = urlsplit(source).netloc
    if host in slow:
        return LEFT
    try:
        made = take(source, image)
    except ImageNotTaken as refusal:
        if isinstance(refusal.__cause__, TooSlow):
            slow.add(host)
        return LEFT
    # The row is written only if it still shows what was copied.
    with in_transaction():
        is_written = model._base_manager.filter(pk=row.pk, **before).update(**made)
        if not is_written:
            discard(made.values())
    return OWN
