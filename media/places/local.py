"""This machine: files in a folder, which every process of it sees."""

import contextlib
import errno
import hashlib
import os
import secrets
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Final

from django.core.files import File
from django.core.files.storage import FileSystemStorage

from .base import StorageUnavailable

DAY: Final = 24 * 3600  # seconds
ATTEMPTS: Final = 3


class Local:
    """The folder `settings.FILES_ROOT`, with `public` and `private` in it."""

    def __init__(self, root: Path) -> None:
        self.folder = Folder(
            location=root,
            allow_overwrite=True,
            file_permissions_mode=0o600,
            directory_permissions_mode=0o700,
        )

    def save(self, file: IO[bytes], key: str) -> None:
        with self._explained():
            self.folder.save(key, File(file))

    def open(self, key: str) -> IO[bytes]:
        if not self.exists(key):
            raise FileNotFoundError(key)
        with self._explained():
            return self.path(key).open("rb")

    def exists(self, key: str) -> bool:
        with self._explained():
            return self.path(key).is_file()

    def size(self, key: str) -> int:
        if not self.exists(key):
            raise FileNotFoundError(key)
        with self._explained():
            return self.path(key).stat().st_size

    def delete(self, key: str) -> None:
        with self._explained():
            self.folder.delete(key)

    def listed(self, folder: str) -> list[str]:
        if not self.path(folder).is_dir():
            return []
        with self._explained():
            return self.folder.listdir(folder)[1]

    def link(self, key: str, *, seconds: int, **_: Any) -> None:
        return None

    def path(self, key: str) -> Path:
        """Return where the file under `key` lies, if it is there."""
        return Path(self.folder.path(key))

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            if error.errno is None:  # not the system's, but of who hands us the file
                raise
            reason = f"Files cannot be kept in {self.folder.location}: {error.strerror}."
            raise StorageUnavailable(reason) from error


class Folder(FileSystemStorage):
    """Files that are whole or not there; an empty folder goes with its last file.

    What is being written lies in a folder of its own until it is whole. What is left there when
    a process is killed goes with the file it was to be, or after a day.
    """

    def _save(self, name: str, content: Any) -> str:
        path, half_made = Path(self.path(name)), self._half_made(name)
        part = half_made.with_name(f"{half_made.name}.{secrets.token_hex(4)}")
        with contextlib.ExitStack() as undoing:
            undoing.callback(part.unlink, missing_ok=True)
            super()._save(str(part.relative_to(self.location)), content)
            _sync(part)
            self._put(part, path)
            _sync(path.parent)
        self._sweep(part.parent)
        return name

    def delete(self, name: str) -> None:
        super().delete(name)
        half_made = self._half_made(name)
        for part in half_made.parent.glob(f"{half_made.name}.*"):
            part.unlink(missing_ok=True)
        with contextlib.suppress(OSError):  # not empty, or gone
            for folder in Path(self.path(name)).parents:
                if folder == Path(self.location):
                    break
                folder.rmdir()

    def _half_made(self, name: str) -> Path:
        """Return how the paths of what is to become the file begin."""
        digest = hashlib.sha256(name.encode()).hexdigest()[:32]
        return Path(self.location) / "half-made" / digest

    def _put(self, part: Path, path: Path) -> None:
        for _ in range(ATTEMPTS):
            # unless a folder was empty, and went with what somebody deleted there
            with contextlib.suppress(FileNotFoundError):
                for folder in reversed(path.relative_to(self.location).parents):
                    Path(self.location, folder).mkdir(mode=0o700, exist_ok=True)
                part.replace(path)
                return
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))

    @staticmethod
    def _sweep(folder: Path) -> None:
        for part in folder.iterdir():
            with contextlib.suppress(FileNotFoundError):  # somebody else was quicker
                if time.time() - part.stat().st_mtime > DAY:
                    part.unlink()


def _sync(path: Path) -> None:
    """Have the disk keep a file's content, or which names a folder has."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
