"""What all places have in common."""

from contextlib import AbstractContextManager
from typing import IO, Any, Final, Protocol

from django.core.files import File
from django.core.files.storage import Storage

from openevent.api.errors import ApiError

# Seconds that a store may take to be reached, and to send the next bytes.
CONNECT: Final = 3
READ: Final = 10
# Bytes of an opened file that are held in memory; a longer one goes to a temporary file.
IN_MEMORY: Final = 1_000_000


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

    def __str__(self) -> str:
        return self.reason


class Place(Protocol):
    """Somewhere files are kept, each under a key as `private/exports/7/….zip`.

    Each method raises `StorageUnavailable` if the place cannot be reached, or refuses.
    """

    def save(self, file: IO[bytes], key: str) -> None:
        """Keep `file` under `key`, in place of what is there: all of it or nothing."""

    def open(self, key: str) -> IO[bytes]:
        """Return the file under `key`, to be read from its beginning, sought in, and closed.

        :raises FileNotFoundError: there is none.
        """

    def exists(self, key: str) -> bool: ...

    def size(self, key: str) -> int:
        """Return how many bytes the file under `key` has.

        :raises FileNotFoundError: there is none.
        """

    def delete(self, key: str) -> None:
        """Delete the file under `key`, if there is one, and what is left of attempts to keep it."""

    def listed(self, folder: str) -> list[str]:
        """Return the names of the files right in `folder`, as `public/images/2031-05-01`."""

    def link(
        self,
        key: str,
        *,
        seconds: int,
        content_type: str | None = None,
        disposition: str | None = None,
    ) -> str | None:
        """Return a URL of the place that hands out the file for so many `seconds`.

        It says of the file what it was kept with, or what is given. `None`: the place has no
        such URLs.
        """


class Bucket:
    """A bucket of an object store, by way of a backend of django-storages."""

    objects: Storage

    def explained(self) -> AbstractContextManager[None]:
        """Raise `StorageUnavailable` in place of what the backend raises, and say why."""
        raise NotImplementedError

    def signed(
        self, key: str, seconds: int, content_type: str | None, disposition: str | None
    ) -> str:
        """Return what `link` is to return."""
        raise NotImplementedError

    def save(self, file: IO[bytes], key: str) -> None:
        with self.explained():
            self.objects.save(key, File(file))

    def open(self, key: str) -> IO[bytes]:
        with self.explained():
            opened: Any = self.objects.open(key)
            return opened.file  # fetched by this, not while it is read

    def exists(self, key: str) -> bool:
        with self.explained():
            return self.objects.exists(key)

    def size(self, key: str) -> int:
        if not self.exists(key):
            raise FileNotFoundError(key)
        with self.explained():
            return self.objects.size(key)

    def delete(self, key: str) -> None:
        with self.explained():
            self.objects.delete(key)

    def listed(self, folder: str) -> list[str]:
        with self.explained():
            return self.objects.listdir(folder)[1]

    def link(
        self,
        key: str,
        *,
        seconds: int,
        content_type: str | None = None,
        disposition: str | None = None,
    ) -> str:
        with self.explained():
            return self.signed(key, seconds, content_type, disposition)
