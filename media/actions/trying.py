"""Whether a place does what it is for: tried with a file, for who sets it up."""

import io
import secrets

import requests

from media import places, storage
from media.places import Place, StorageUnavailable
from media.places.base import CONNECT, READ


def try_place(name: str) -> str:
    """Write, read and delete a private and a public file; return a sentence that says so.

    Where a place hands files out itself, they are asked for there, as a browser would.

    :raises StorageUnavailable: something of that fails; `reason` says what.
    """
    place, base = places.place(name), places.public_url(name)
    key = f"tests/{secrets.token_hex(16)}.txt"
    _try(place, storage.PRIVATE + key)
    _try(
        place, storage.PUBLIC + key, public_url=base and storage.url_at(base, storage.PUBLIC + key)
    )
    return f"Files can be kept in {name}: one was written, read and deleted."


def _try(place: Place, key: str, public_url: str | None = None) -> None:
    content = secrets.token_bytes(1000)
    place.save(io.BytesIO(content), key)
    try:
        _require(content, _opened(place, key), "What was written could not be read back.")
        if link := place.link(key, seconds=60):
            _require(
                content, _fetched(link), f"The store does not hand out {link.partition('?')[0]}."
            )
        if public_url:
            _require(content, _fetched(public_url), f"Not everybody can read {public_url}.")
    finally:
        place.delete(key)
    if place.exists(key):
        raise StorageUnavailable("What was deleted is still there.")


def _require(content: bytes, found: bytes | None, otherwise: str) -> None:
    if found != content:
        raise StorageUnavailable(otherwise)


def _opened(place: Place, key: str) -> bytes | None:
    try:
        with place.open(key) as file:
            return file.read()
    except FileNotFoundError:
        return None


def _fetched(url: str) -> bytes | None:
    try:
        answer = requests.get(url, timeout=(CONNECT, READ), allow_redirects=False)
    except requests.RequestException:
        return None
    return answer.content if answer.ok else None
