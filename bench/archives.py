"""What it takes to take an event out and to bring one in, each in a process of its own.

    python -m bench.archives out EVENT_ID FILE
    python -m bench.archives in FILE_OR_FOLDER

Prints a JSON object. CPU seconds are those of this process and of its database backend. A small
event is moved before anything is measured.
"""

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "exports" / "samples" / "fossasia-summit-2016"
EXCERPT = ROOT / "tests" / "exports" / "data" / "fossasia-summit-2016"


@dataclass(frozen=True)
class Moved:
    """An event that was taken out or brought in: CPU seconds, bytes of memory and of the file."""

    sessions: int
    cpu: float
    peak: int
    size: int


def taken_out(event_id: int, file: Path) -> Moved:
    """Write the archive of an event into `file`."""
    return _measured("out", str(event_id), str(file))


def brought_in(file: Path) -> Moved:
    """Make an event of an archive."""
    return _measured("in", str(file))


def _measured(*arguments: str) -> Moved:
    done = subprocess.run(
        [sys.executable, "-m", "bench.archives", *arguments],
        stdout=subprocess.PIPE,
        check=True,
        cwd=ROOT,
    )
    return Moved(**json.loads(done.stdout))


def main(way: str, *arguments: str) -> Moved:
    django.setup()
    from django.db import connection  # noqa: PLC0415  once Django is set up

    from bench import cost, memory  # noqa: PLC0415

    move, warm_up = {"out": (_take_out, _take_out_little), "in": (_bring_in, _bring_in_little)}[way]
    warm_up()
    backend = cost.clock_of(connection.connection.info.backend_pid)
    idle = memory.forget_peak()
    began = time.process_time() + time.clock_gettime(backend)
    sessions, size = move(*arguments)
    cpu = time.process_time() + time.clock_gettime(backend) - began
    return Moved(sessions, cpu, memory.peak_now() - idle, size)


def _take_out(event_id: str, name: str) -> tuple[int, int]:
    from events.models import Session  # noqa: PLC0415
    from exports.archives import taking_out  # noqa: PLC0415

    with Path(name).open("wb") as file:
        taking_out.write(int(event_id), file, root_url="", progress=lambda *told: None)
        size = file.tell()
    return Session.objects.filter(event=int(event_id)).count(), size


def _take_out_little() -> None:
    from django.db.models import Count  # noqa: PLC0415

    from events.models import Event  # noqa: PLC0415

    counted = Event.objects.annotate(count=Count("sessions")).filter(count__gt=0)
    _take_out(str(counted.earliest("count", "pk").pk), os.devnull)


def _bring_in_little() -> None:
    _bring_in(str(EXCERPT))


def _bring_in(name: str) -> tuple[int, int]:
    from exports.actions.archives import import_archive  # noqa: PLC0415
    from exports.archives import files  # noqa: PLC0415
    from users.models import User  # noqa: PLC0415

    owner, path = User.objects.earliest("pk"), Path(name)
    if path.is_dir():
        report = import_archive(files.folder(path), by=owner)
        size = sum(each.stat().st_size for each in path.iterdir())
    else:
        with path.open("rb") as file:
            report = import_archive(files.zipped(file), by=owner)
        size = path.stat().st_size
    return report.counts.get("sessions", 0), size


if __name__ == "__main__":
    sys.stdout.write(json.dumps(vars(main(*sys.argv[1:]))))
