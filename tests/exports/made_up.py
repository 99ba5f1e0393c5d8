"""Archives made up for a test."""

from typing import Any

import orjson

from exports.archives.contents import Read

EVENT = {
    "name": "Made Up Days",
    "starts-at": "2031-05-01T09:00:00+02:00",
    "ends-at": "2031-05-02T17:00:00+02:00",
    "timezone": "Europe/Berlin",
}


def archive(event: Any = None, **files: Any) -> Read:
    """Return what reads an archive: the usual event with the members of `event`, and `files`."""
    values = {"event": EVENT | (event or {}), **files}
    return contents({name: orjson.dumps(value) for name, value in values.items()})


def contents(files: dict[str, bytes]) -> Read:
    return lambda name: [files[name]] if name in files else None
