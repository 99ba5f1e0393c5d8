"""Images of rows: files of each row's own, made before it is saved.

A column of an image holds the name of a kept file once this has been here. A URL in it is what
somebody would like to have there: `settle` makes the first of the second, for the API and for
the admin. Rows that were written otherwise (imported, copied) keep their URLs, which work as
well, until a job has come by (`give_own`).
"""

import contextlib
import io
import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import IO, Final

from django.db import models
from django.utils import timezone

from media import images, leftovers, sizes, storage, unnamed
from media.fetch import FetchRefused, fetch
from media.fields import ImageColumns, images_of, names_of_images
from media.images import ImageRefused
from media.models import Upload
from openevent import jobs, site
from openevent.api import errands
from openevent.api.names import dasherize
from openevent.errors import DomainError

# How long what was uploaded is still there once a row has a copy: who was not told so in time may
# send the same again.
AFTER_USE: Final = timedelta(hours=1)
AT_ONCE: Final = 500  # rows that one job gets
FOLDER: Final = "images/"
# Where JPEGs of our own making are: there is no need to make them again.
_OWN: Final = (f"{storage.PUBLIC}{FOLDER}", f"{storage.PUBLIC}{Upload.FOLDER}")


class ImageNotTaken(DomainError):
    """The URL leads to nothing that becomes an image here; `detail` says why."""


class ImageGone(ImageRefused):
    detail = "There is no image at this URL any more."


class ImageTooLarge(ImageRefused):
    status = 413


def settle(row: models.Model, was: models.Model | None = None) -> None:
    """Give `row`, which is about to be saved, the files of each image that is new to it.

    `was` is the row before; `None`: it is new. A URL of what it has already, whatever host it
    was made with, changes nothing, and null clears all sizes. What is replaced is deleted once
    the row is saved for good; of what is made nothing stays if it is not.

    :raises ImageNotTaken: a URL leads to no image.
    """
    for image in images_of(type(row)):
        name = image.chosen.name
        wanted, before = getattr(row, name) or None, getattr(was, name, None) or None
        if storage.is_url_of(wanted, before):
            setattr(row, name, before)
        elif not storage.is_kept(wanted):
            found = _taken(wanted, image) if wanted else dict.fromkeys(image.names)
            for column, value in found.items():
                setattr(row, column, value)
            discard(getattr(was, column, None) for column in image.names)


def borrow(row: models.Model, name: str, lent: str | None) -> None:
    """Give `row` a copy of what the image of another row is, as far as that can still be had."""
    image = next(each for each in images_of(type(row)) if each.chosen.name == name)
    if not storage.is_kept(lent):
        setattr(row, name, lent)
        return
    with contextlib.suppress(ImageNotTaken):
        made = take(str(lent), image)
        leftovers.named(made.values())
        for column, value in made.items():
            setattr(row, column, value)


def _taken(source: str, image: ImageColumns) -> dict[str, str]:
    """`take` an image for a row that is being saved; meanwhile the row is not locked.

    :raises ImageNotTaken: there is none.
    """
    made = errands.done((source, image), partial(take, source, image))
    leftovers.named(made.values())
    if kept := storage.kept_of(source):
        _let_go(kept)
    return made


def take(source: str, image: ImageColumns) -> dict[str, str]:
    """Keep the image at a URL, or of a kept file, and its sizes.

    Return what each column of the image is to hold.

    :raises ImageNotTaken: there is none.
    """
    try:
        return _kept(_original(source), image)
    except (FetchRefused, ImageRefused) as refusal:
        pointer = f"/data/attributes/{dasherize(image.chosen.name)}"
        raise ImageNotTaken(refusal.detail, pointer=pointer) from refusal


def take_brought(file: IO[bytes], image: ImageColumns) -> dict[str, str]:
    """Keep the image in `file`, which came in an archive, and its sizes.

    What is as it would be kept anyway is kept as it is, so that it loses nothing each time it
    moves. Return what each column of the image is to hold.

    :raises ImageRefused: there is none, or none that is taken.
    """
    if images.is_as_kept(file):
        return _kept(file, image)
    limit = site.current().image_size
    if file.seek(0, io.SEEK_END) > limit * 1024:
        raise ImageTooLarge(f"This image is larger than the {limit:,} kB that are taken.")
    return _kept(images.copied(file), image)


def sizes_in(
    original: IO[bytes], columns: Iterable[models.Field], sizes_now: Mapping[str, images.Size]
) -> dict[str, str]:
    """Keep the image in the size of each of `columns`; return what these are to hold.

    :raises ImageRefused: it is none.
    """
    wanted = {column.name: column.size for column in columns if column.size}  # type: ignore[attr-defined]
    if not wanted:
        return {}
    original.seek(0)
    found = images.sized(original, [sizes_now[name] for name in wanted.values()])
    return {
        column: _keep(jpeg, ending_of(name, sizes_now[name]))
        for (column, name), jpeg in zip(wanted.items(), found, strict=True)
    }


def ending_of(name: str, size: images.Size) -> str:
    """Return how the names of files end that hold an image in the size `name`, as it is now."""
    return f"{name.replace('.', '-')}-{sizes.mark(size)}.jpg"


def discard(kept: Iterable[str | None], *, at: datetime | None = None) -> None:
    """Have files deleted when this transaction has committed, or later; URLs are let be."""
    files = sorted({name for name in kept if name and storage.is_kept(name)})
    if files:
        jobs.enqueue("media.delete-files", run_after=at, kept=files)


def lend(row: models.Model) -> None:
    """Have `row`, a copy that is about to be saved, show its original's images by their URLs.

    `give_own` it once it is saved.
    """
    for name in names_of_images(type(row)):
        setattr(row, name, storage.url(getattr(row, name)))


def give_own(rows: Sequence[models.Model]) -> None:
    """Have saved rows, all of one model, get files of their own for the images they show by a URL.

    A job does it.
    """
    wanted = [row.pk for row in rows if _shows_urls(row)]
    for start in range(0, len(wanted), AT_ONCE):
        batch = wanted[start : start + AT_ONCE]
        jobs.enqueue("media.give-own-images", model=rows[0]._meta.label_lower, ids=batch)


def _shows_urls(row: models.Model) -> bool:
    shown = [getattr(row, image.chosen.name) for image in images_of(type(row))]
    return any(value and not storage.is_kept(value) for value in shown)


def _kept(original: IO[bytes], image: ImageColumns) -> dict[str, str]:
    now = sizes.current({each.size for each in image.made if each.size})
    made = sizes_in(original, image.made, now)
    whole = _keep(original, "original.jpg")
    return {name: made.get(name, whole) for name in image.names}


def _original(source: str) -> IO[bytes]:
    """Return a JPEG of our own making of the image at a URL, or of a kept file.

    :raises FetchRefused, ImageRefused: there is none.
    """
    kept = source if storage.is_kept(source) else storage.kept_of(source)
    if kept is None:
        limit = site.current().image_size * 1024
        return images.copied(io.BytesIO(fetch(source, limit=limit)))
    try:
        file = storage.opened(kept)
    except FileNotFoundError:
        raise ImageGone from None
    with file:
        return io.BytesIO(file.read()) if _is_our_making(kept) else images.copied(file)


def _is_our_making(kept: str) -> bool:
    """Return whether a file is a JPEG that this module or `uploads` made."""
    key = kept.partition(":")[2]
    return key.startswith(_OWN) and key.endswith(".jpg")


def _let_go(kept: str) -> None:
    """Let a file go, if it is an upload, that a row has a copy of."""
    soon = timezone.now() + AFTER_USE
    Upload.objects.filter(kept=kept, expires_at__gt=soon).update(expires_at=soon)


def _keep(jpeg: IO[bytes], ending: str) -> str:
    day = timezone.now().date().isoformat()  # `sweeping` goes by it
    key = f"{FOLDER}{day}/{secrets.token_hex(16)}-{ending}"
    kept = storage.keep_public(jpeg, key, before=unnamed.note)
    leftovers.note(kept)
    return kept
