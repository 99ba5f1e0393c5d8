"""Where files are kept, whichever place the super admin chose for new ones.

    kept = keep_public(file, f"events/{event.pk}/{token}/logo.jpg")  # "s3:public/events/7/…"
    url(kept)  # for everybody: "https://events.example.org/media/s3/events/7/…"

    kept = keep_private(file, f"exports/{event.pk}/{token}.zip")  # "s3:private/exports/7/…"
    link(kept, seconds=60, filename="export.zip", content_type="application/zip")

What is kept is called `<place>:<key>` from then on, and a column holds that
(`media.fields.KeptFileField`). Reads follow the name, so old files stay readable when new ones go
elsewhere. A key says where the file belongs, and what it is by its suffix
(`media.content_types`). It is used once: other content gets another key, with a part that nobody
guesses, since who has seen a public file may keep it for ever.
"""

import re
from collections.abc import Callable, Iterator
from typing import IO, Final
from urllib.parse import SplitResult, quote, unquote, urlsplit

from django.conf import settings
from django.http.request import validate_host
from django.utils.http import content_disposition_header

from media import addresses, content_types, places
from openevent.api.addresses import server
from permissions import current

PUBLIC: Final = content_types.PUBLIC
PRIVATE: Final = "private/"
# Our own route to public files: `/media/<place>/<the key after "public/">`.
ROUTE: Final = "/media/"

# Neither empty parts nor hidden ones, which ".." is too, nor what is no text.
_NO_LETTER: Final = r"/\\:\x00-\x1f\x7f\ud800-\udfff"
_PART: Final = re.compile(f"[^.{_NO_LETTER}][^{_NO_LETTER}]*")
_LONGEST_PART: Final = 200  # bytes, of a name that file systems take
_LONGEST: Final = 800  # bytes, of a key that object stores take


def keep_public(
    file: IO[bytes], key: str, *, before: Callable[[str], None] = lambda kept: None
) -> str:
    """Keep what `file` holds, from its beginning, where everybody may read it; return its name.

    `before` is told that name before anything is written, for who has to know of files that a
    process was keeping when it died.

    :raises StorageUnavailable: the chosen place does not take it; nothing is kept.
    :raises ValueError: this is no key.
    """
    return _keep(file, PUBLIC + key, before)


def keep_private(file: IO[bytes], key: str) -> str:
    """Keep what `file` holds, from its beginning, for who is handed it; return its name.

    :raises StorageUnavailable: the chosen place does not take it; nothing is kept.
    :raises ValueError: this is no key.
    """
    return _keep(file, PRIVATE + key)


def opened(kept: str) -> IO[bytes]:
    """Return a kept file, to be read and closed.

    A public one that is not where its name says is looked for in the other places: the URL that
    its name was taken from may be older than a move.

    :raises FileNotFoundError: it is not there any more, or nothing can be called that.
    :raises StorageUnavailable: its place does not answer.
    """
    name, _, key = kept.partition(":")
    if not (is_kept(kept) and key.startswith(PUBLIC)):
        place, key = place_of(kept)
        return place.open(key)
    for each in sorted(places.set_up(), key=lambda one: (one != name, one != places.chosen())):
        try:
            return places.place(each).open(key)
        except FileNotFoundError:
            continue
        except places.StorageUnavailable:
            if each in (name, places.chosen()):  # of the others nothing is expected
                raise
    raise FileNotFoundError(kept)


def exists(kept: str) -> bool:
    """Return whether a kept file is there.

    :raises StorageUnavailable: its place does not answer.
    """
    if not is_kept(kept):
        return False
    place, key = place_of(kept)
    return place.exists(key)


def size(kept: str) -> int:
    """Return how many bytes a kept file has.

    :raises FileNotFoundError: it is not there any more, or nothing can be called that.
    :raises StorageUnavailable: its place does not answer.
    """
    place, key = place_of(kept)
    return place.size(key)


def delete(kept: str) -> None:
    """Delete a kept file if it is there; an outside URL is not ours to delete.

    After a commit let a job do it: `jobs.enqueue("media.delete", kept=...)`.

    :raises StorageUnavailable: its place does not answer.
    """
    if is_kept(kept):
        place, key = place_of(kept)
        place.delete(key)


def listed(folder: str) -> Iterator[str]:
    """Iterate over the names of the public files right in `folder`, in each place that is set up.

    :raises StorageUnavailable: a place does not answer.
    """
    for name in places.set_up():
        for file in places.place(name).listed(PUBLIC + folder):
            yield f"{name}:{PUBLIC}{folder}/{file}"


def is_kept(value: str | None) -> bool:
    """Return whether a column's value is the name of a kept file, and no outside URL."""
    name, _, key = (value or "").partition(":")
    return name in places.NAMES and _is_key(key)


# --- for whoever reads


def url(kept: str | None) -> str | None:
    """Return the URL of a public file, without a query; an outside URL as it is; else `None`.

    It costs no query beyond the settings' snapshot. For many values, make one `to_urls()`.
    """
    return to_urls()(kept)


def to_urls(server: str | None = None) -> Callable[[str | None], str | None]:
    """Return `url` for many values: where this server is reached is found out once, or said."""
    own = addresses.files(server) + ROUTE
    bases = {name: base for name in places.NAMES if (base := places.public_url(name))}

    def url_of(kept: str | None) -> str | None:
        if not kept:
            return None
        name, _, key = kept.partition(":")
        if name not in places.NAMES:
            return kept
        if not key.startswith(PUBLIC):
            return None
        if name in bases:
            return url_at(bases[name], key)
        return f"{own}{name}/{quote(key.removeprefix(PUBLIC))}"

    return url_of


def url_at(base: str, key: str) -> str:
    """Return the URL of what is under `key` where `base` hands out a whole bucket."""
    return f"{base}/{quote(key)}"


def kept_of(url: str | None) -> str | None:
    """Return what the file at one of our own URLs is called; `None` of any other URL.

    Our hosts are the one of the request, the static domain, those of `ALLOWED_HOSTS`, and where
    a bucket hands out its public files. A URL made before the host or the place changed may be
    unknown or lead to where the file was: to tell whether a client sent back what it was given,
    ask `is_url_of`.
    """
    if not url:
        return None
    for name in places.NAMES:
        base = places.public_url(name)
        if base and url.startswith(f"{base}/{PUBLIC}"):
            return _name_of(name, url.removeprefix(f"{base}/{PUBLIC}"))
    parts = _split(url)
    before, _, rest = parts.path.partition(ROUTE)
    is_own = f"{parts.scheme}://{parts.netloc}{before}" == addresses.files()
    if not is_own and (before or not _is_own_host(parts.netloc)):
        return None
    name, _, key = rest.partition("/")
    return _name_of(name, key)


def is_url_of(url: str | None, kept: str | None) -> bool:
    """Return whether `url` leads to the kept file, whatever host or place it was made with.

    Keys are unguessable and used once, so the path is enough. An outside URL leads to itself.
    """
    if not url or not kept or not is_kept(kept):
        return url == kept
    key = kept.partition(":")[2]
    ends = [f"{ROUTE}{name}/{key.removeprefix(PUBLIC)}" for name in places.NAMES]
    in_a_bucket = f"/{key}"
    return key.startswith(PUBLIC) and unquote(_split(url).path).endswith((*ends, in_a_bucket))


def link(kept: str, *, seconds: int, filename: str, content_type: str) -> str | None:
    """Return a URL that is good for so many `seconds`, under which its place hands out the file.

    `filename` is what it is saved as. `None`: the place has no such URLs, stream what is `opened`.

    :raises FileNotFoundError: nothing can be called that.
    :raises StorageUnavailable: the place is not set up (any more).
    """
    place, key = place_of(kept)
    disposition = content_disposition_header(as_attachment=True, filename=filename) or "attachment"
    return place.link(key, seconds=seconds, content_type=content_type, disposition=disposition)


# --- names


def place_of(kept: str) -> tuple[places.Place, str]:
    """Return the place and the key that `kept` names.

    :raises FileNotFoundError: nothing can be called that.
    :raises StorageUnavailable: the place is not set up (any more).
    """
    if not is_kept(kept):
        raise FileNotFoundError(kept)
    name, _, key = kept.partition(":")
    return places.place(name), key


def private_names(key: str) -> list[str]:
    """Return what a private file under `key` would be called in each place that is set up."""
    return [f"{name}:{PRIVATE}{key}" for name in places.set_up()]


def _keep(file: IO[bytes], key: str, before: Callable[[str], None] = lambda kept: None) -> str:
    if not _is_key(key):
        raise ValueError(f"{key!r} is no key: write parts like exports/7/f00/talks.zip.")
    name = places.chosen()
    before(f"{name}:{key}")
    file.seek(0)
    places.place(name).save(file, key)
    return f"{name}:{key}"


def _is_key(key: str) -> bool:
    parts = key.split("/")
    return (
        key.startswith((PUBLIC, PRIVATE))
        and all(_PART.fullmatch(part) and len(part.encode()) <= _LONGEST_PART for part in parts)
        and len(key.encode()) <= _LONGEST
    )


def _name_of(place: str, quoted: str) -> str | None:
    kept = f"{place}:{PUBLIC}{unquote(quoted)}"
    return kept if is_kept(kept) else None


def _split(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError:  # brackets that hold no address, and the like
        return urlsplit("")


def _is_own_host(netloc: str) -> bool:
    request = current.request()
    if request is not None and netloc == request.get_host():
        return True
    if netloc in (urlsplit(addresses.files()).netloc, urlsplit(server()).netloc):
        return True
    named = [host for host in settings.ALLOWED_HOSTS if host != "*"]
    return validate_host(urlsplit(f"//{netloc}").hostname or "", named)
