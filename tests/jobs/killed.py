"""Does one job, and stops for good at one moment of it, for somebody to kill the process.

    python -m tests.jobs.killed JOB_ID MARK MOMENT

MOMENT is `progress:PHASE` (the job tells that it is in that phase) or `after:MODULE:FUNCTION`.
When it has come, the file MARK is there.
"""

import os
import sys
import time
from collections.abc import Callable
from functools import reduce, wraps
from importlib import import_module
from pathlib import Path
from typing import Any

import django

Function = Callable[..., Any]


def main(job_id: str, mark: str, moment: str) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "openevent.settings.test"
    django.setup()
    from openevent.jobs import worker  # noqa: PLC0415  once Django is set up

    def stop() -> None:
        Path(mark).touch()
        time.sleep(60)

    kind, _, where = moment.partition(":")
    if kind == "progress":
        replace("openevent.jobs.run:Run.progress", lambda original: stopping_in(where, stop))
    else:
        replace(where, lambda original: stopping_after(original, stop))
    worker.run(job_id)


def stopping_in(phase: str, stop: Function) -> Function:
    def progress(self: Any, told: str, *_: Any) -> None:
        if told == phase:
            stop()

    return progress


def stopping_after(original: Function, stop: Function) -> Function:
    @wraps(original)
    def call(*args: Any, **options: Any) -> None:
        original(*args, **options)
        stop()

    return call


def replace(where: str, make: Callable[[Function], Function]) -> None:
    """Put what `make` makes of a function in its place; `where` is "module:Class.method"."""
    module, _, path = where.partition(":")
    *parents, name = path.split(".")
    owner = reduce(getattr, parents, import_module(module))
    setattr(owner, name, make(getattr(owner, name)))


if __name__ == "__main__":
    main(*sys.argv[1:])
