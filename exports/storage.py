"""Where exports and uploads are kept: private files, each under a key of its own.

What is kept is called `<place>:<key>` from then on, so it is found there whatever place new files
go to.
"""

import os
import shutil
import tempfile
from pathlib import Path
from typing import IO, Final

from django.conf import settings

LOCAL: Final = "local"


def keep(file: IO[bytes], key: str) -> str:
    """Keep what `file` holds under `key`, in place of what is there; return what it is called."""
    path = _path(key)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    file.seek(0)
    # under another name until it is whole
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".part-", delete=False) as part:
        try:
            shutil.copyfileobj(file, part)
            part.flush()
            os.fsync(part.fileno())
            os.replace(part.name, path)
        except BaseException:
            os.unlink(part.name)
            raise
    return named(key)


def named(key: str) -> str:
    """Return what a file that is kept under `key` now is called."""
    return f"{LOCAL}:{key}"


def opened(kept: str) -> IO[bytes]:
    """Return a kept file, to be read and closed.

    :raises FileNotFoundError: it is not there any more.
    """
    return _path(_key(kept)).open("rb")


def delete(kept: str) -> None:
    """Delete a kept file, if it is there, and what is left of attempts to keep it."""
    shutil.rmtree(_path(_key(kept)).parent, ignore_errors=True)


def _key(kept: str) -> str:
    place, _, key = kept.partition(":")
    if place != LOCAL or not key:
        raise FileNotFoundError(kept)
    return key


def _path(key: str) -> Path:
    root = Path(settings.PRIVATE_ROOT)
    path = (root / key).resolve()
    if not path.is_relative_to(root.resolve()) or len(path.relative_to(root.resolve()).parts) < 2:
        raise ValueError(f"{key!r} leads out of where private files are kept.")
    return path
