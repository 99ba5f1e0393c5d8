"""This machine: files in a folder, which every process of it sees."""

import contextlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from django.core.files import File
from django.core.files.storage import FileSystemStorage

from .base import StorageUnavailable


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
        return self.path(key).is_file()

    def delete(self, key: str) -> None:
        with self._explained():
            self.folder.delete(key)

    def listed(self, folder: str) -> list[str]:
        try:
            _, names = self.folder.listdir(folder)
        except FileNotFoundError:
            return []
        return [name for name in names if not name.startswith(".")]

    def link(self, key: str, *, seconds: int, **_: Any) -> None:
        return None

    def path(self, key: str) -> Path:
        """Return where the file under `key` lies, if it is there."""
        return Path(self.folder.path(key))

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except FileNotFoundError:
            raise
        except OSError as error:
            if error.errno is None:  # not the system's, but of who hands us the file
                raise
            reason = f"Files cannot be kept in {self.folder.location}: {error.strerror}."
            raise StorageUnavailable(reason) from error


class Folder(FileSystemStorage):
    """Files that are whole or not there; an empty folder goes with its last file."""

    def _save(self, name: str, content: Any) -> str:
        path = Path(self.path(name))
        part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
        with contextlib.ExitStack() as undoing:
            undoing.callback(part.unlink, missing_ok=True)
            self._write(os.path.relpath(part, self.location), content)
            with part.open("rb") as file:
                os.fsync(file.fileno())
            part.replace(path)
        return name

    def _write(self, name: str, content: Any) -> None:
        try:
            super()._save(name, content)
        except FileNotFoundError:  # the folder was empty, and went with what was deleted there
            super()._save(name, content)

    def delete(self, name: str) -> None:
        super().delete(name)
        path = Path(self.path(name))
        with contextlib.suppress(FileNotFoundError):
            for other in path.parent.iterdir():
                if other.name.startswith(f".{path.name}.") and other.suffix == ".part":
                    other.unlink(missing_ok=True)
        with contextlib.suppress(OSError):  # not empty, or gone
            for folder in path.parents:
                if folder == Path(self.location):
                    break
                folder.rmdir()
