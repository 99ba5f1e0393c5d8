"""What all places have in common."""

from typing import IO, ClassVar, Protocol

from openevent.api.errors import ApiError


class StorageUnavailable(ApiError):
    """The place where a file is, or is to go, does not do it: 503, and a job tries again.

    `reason` is for the super admin: a sentence that says what to mend, without secrets.
    """

    status_code = 503
    wait = 10  # seconds
    default_detail = "Where files are kept does not answer as it should. Try again in a while."

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason


class Place(Protocol):
    """Somewhere files are kept, each under a key: `private/exports/7/….zip`.

    Every method raises `StorageUnavailable` if the place cannot be reached or refuses.
    """

    name: ClassVar[str]
    # Where everybody may read what is kept under `public/`, if the place itself hands that out.
    public_url: str | None

    def save(self, file: IO[bytes], key: str) -> None:
        """Keep all of `file` under `key`, in place of what is there, or nothing of it."""

    def open(self, key: str) -> IO[bytes]:
        """Return the file under `key`, to be read from its beginning, sought in, and closed.

        :raises FileNotFoundError: there is none.
        """

    def exists(self, key: str) -> bool: ...

    def delete(self, key: str) -> None:
        """Delete the file under `key`, if there is one, and what is left of attempts to keep it."""

    def link(self, key: str, *, seconds: int, content_type: str, disposition: str) -> str | None:
        """Return a URL of the place that hands out this file that long, and says so of it.

        `None`: the place has no such URLs.
        """
