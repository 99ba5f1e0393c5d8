"""Sizes made anew, after the super admin changed what they are."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any, Final

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from media import places, sizes, storage
from media.fields import ImageColumns, image_models, images_of
from media.images import ImageRefused, Size
from openevent import jobs

from .images import AFTER_USE, discard, ending_of, sizes_in

BATCH: Final = 100  # rows in memory

Progress = Callable[[str, int, int | None], None]
Transaction = Callable[[], AbstractContextManager[None]]


@transaction.atomic
def change_sizes(row: models.Model) -> None:
    """Save the sizes in `row`, and have the images that there are made in them."""
    row.save()
    jobs.enqueue("media.remake-sizes", key="all")


def remake(progress: Progress, in_transaction: Transaction) -> int:
    """Make the sizes that are not as they should be now; return of how many rows.

    An image that is as it should be is left alone, so a second run goes on where the first one
    ended. If the sizes change meanwhile this ends: their change has asked for a run of its own.
    """
    now = sizes.current(sizes.DEFAULTS)
    work = [(model, image) for model in image_models() for image in images_of(model)]
    total = sum(_stale(*each, now).count() for each in work)
    done = made = 0
    for model, image in work:
        for batch in _batches(_stale(model, image, now)):
            if sizes.current(sizes.DEFAULTS) != now:
                return made
            for row in batch:
                made += _remake(model, image, row, now, in_transaction)
                done += 1
                progress("images", done, total)
    return made


def _stale(model: type[models.Model], image: ImageColumns, now: dict[str, Size]) -> Any:
    """Return the rows that have a copy of the image, and not each of its sizes as of `now`."""
    ours = Q()
    for name in places.NAMES:
        ours |= Q(**{f"{image.chosen.name}__startswith": f"{name}:"})
    stale = Q(pk__in=[])
    for column in image.made:
        stale |= ~Q(**{f"{column.name}__endswith": ending_of(column.size, now[column.size])})
    return model._base_manager.filter(ours, stale)


def _batches(rows: Any) -> Iterator[list[Any]]:
    last = 0
    while batch := list(rows.filter(pk__gt=last).order_by("pk")[:BATCH]):
        yield batch
        last = batch[-1].pk


def _remake(
    model: type[models.Model],
    image: ImageColumns,
    row: Any,
    now: dict[str, Size],
    in_transaction: Transaction,
) -> bool:
    """Make the sizes of one image; return whether the row has them now.

    Whoever changes the image meanwhile is right: the row is written only if it still has what
    was read.
    """
    before = {name: getattr(row, name) for name in image.names}
    whole = _whole(before, image)
    try:
        with storage.opened(whole) as original:
            made = sizes_in(original, image.made, now)
    except (FileNotFoundError, ImageRefused):
        return False  # there is nothing to make them of
    replaced = {before[name] for name in made} - {whole}
    with in_transaction():
        rows = model._base_manager.filter(pk=row.pk, **before)
        if not rows.update(**{image.whole.name: whole, **made}):
            discard(made.values())
            return False
        # who has just been shown the old ones looks at them for a while
        discard(replaced, at=timezone.now() + AFTER_USE)
    return True


def _whole(columns: dict[str, Any], image: ImageColumns) -> str:
    """Return the file that sizes are made of: of a logo kept before all of it was, itself."""
    whole: str = columns[image.whole.name]
    return whole if storage.is_kept(whole) else columns[image.chosen.name]
