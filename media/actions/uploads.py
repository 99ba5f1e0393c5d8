"""Uploads: kept before any row names them, and gone if none does."""

import re
from datetime import datetime
from typing import IO, Any, ClassVar, Final

from django.db import models, transaction
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.text import slugify

from media import images, storage, unnamed
from media.documents import suffix_of
from media.mentions import mentioning
from media.models import Upload
from media.models.upload import WAITING
from openevent import site
from openevent.errors import DomainError

from .images import discard

MOST_A_DAY: Final = 500  # of one person
IMAGE: Final = "image.jpg"  # what each is called
BATCH: Final = 500  # uploads that are looked for at once
_MENTION: Final = re.compile(rf"{Upload.FOLDER}([0-9a-f]{{32}})/")


class FileTooLarge(DomainError):
    status: ClassVar[int] = 413


class TooManyUploads(DomainError):
    status: ClassVar[int] = 429
    detail = f"You have uploaded {MOST_A_DAY} files since yesterday; go on tomorrow."


def keep_image(file: IO[bytes], *, by: Any) -> Upload:
    """Keep the image in `file`, made into a JPEG, for a row to take.

    :raises FileTooLarge, TooManyUploads, ImageRefused: nothing is kept.
    """
    _require_size(file, site.current().image_size)
    _require_few(by)
    return _keep(images.copied(file), IMAGE, by=by)


def keep_document(file: IO[bytes], name: str, *, by: Any) -> Upload:
    """Keep the document in `file` as it is; `name` is what it is called when it is saved.

    :raises FileTooLarge, TooManyUploads, NotADocument: nothing is kept.
    """
    _require_size(file, site.current().slide_size)
    _require_few(by)
    return _keep(file, _good_name(file, name), by=by)


def keep_brought(file: IO[bytes], name: str) -> Upload:
    """Keep a file that came in an archive, for rows to have its URL: an image, or a document.

    Nobody is counted as who uploaded it.

    :raises FileTooLarge, NotADocument, ImageRefused: nothing is kept.
    """
    if images.is_as_kept(file):
        return _keep(file, IMAGE, by=None)
    if images.is_image(file):
        _require_size(file, site.current().image_size)
        return _keep(images.copied(file), IMAGE, by=None)
    _require_size(file, site.current().slide_size)
    return _keep(file, _good_name(file, name), by=None)


def _good_name(file: IO[bytes], name: str) -> str:
    """Return what a document is called when it is saved.

    :raises NotADocument: it is none.
    """
    stem = slugify(name.rpartition(".")[0])[:80] or "document"
    return f"{stem}.{suffix_of(file, name)}"


def _require_size(file: IO[bytes], kilobytes: int) -> None:
    if file.seek(0, 2) > kilobytes * 1024:
        raise FileTooLarge(f"The file is larger than the {kilobytes:,} kB that are taken.")
    file.seek(0)


def _require_few(by: Any) -> None:
    since = timezone.now() - WAITING
    if Upload.objects.filter(uploaded_by=by, created_at__gt=since).count() >= MOST_A_DAY:
        raise TooManyUploads


def _keep(file: IO[bytes], name: str, *, by: Any) -> Upload:
    """Keep a file, once a row says so: whatever happens then, it is found and deleted."""
    upload = Upload(uploaded_by=by)

    def before(kept: str) -> None:
        unnamed.note(kept)
        upload.kept = kept
        upload.save()

    try:
        storage.keep_public(file, f"{Upload.FOLDER}{upload.token}/{name}", before=before)
    except BaseException:
        if upload.pk:
            upload.delete()
        raise
    return upload


def sweep(now: datetime) -> int:
    """Forget the uploads whose time has come at `now` and that no row mentions; return how many.

    Those that a row mentions are looked for again in a day.
    """
    forgotten = 0
    while batch := list(Upload.objects.filter(expires_at__lte=now).order_by("pk")[:BATCH]):
        wanted = mentioned({upload.token for upload in batch})
        gone = [upload for upload in batch if upload.token not in wanted]
        with transaction.atomic():
            Upload.objects.filter(token__in=wanted).update(expires_at=now + WAITING)
            forget(gone)
        forgotten += len(gone)
    return forgotten


@transaction.atomic
def forget(gone: list[Upload]) -> None:
    """Remove uploads, and have their files deleted."""
    Upload.objects.filter(pk__in=[upload.pk for upload in gone]).delete()
    discard(upload.kept for upload in gone)


def mentioned(tokens: set[str]) -> set[str]:
    """Return those of `tokens` that stand in some text or link of any row, in the trash or not."""
    found: set[str] = set()
    for model, columns in mentioning():
        names = [column.name for column in columns]
        as_text = {f"{name}_as_text": Cast(name, models.TextField()) for name in names}
        mentions = models.Q(
            *[(f"{name}__contains", f"/{Upload.FOLDER}") for name in as_text],
            _connector=models.Q.OR,
        )
        rows = model._base_manager.annotate(**as_text).filter(mentions).values_list(*as_text)
        for texts in rows.iterator(chunk_size=500):
            for text in filter(None, texts):
                found.update(tokens.intersection(_MENTION.findall(text)))
    return found
