"""For tests of whoever enqueues: do the work here and now, without broker and worker."""

from typing import Any

from . import worker
from .keeper import Keeper
from .models import Job


class KeeperWithoutThread(Keeper):
    """Writes progress at once; a thread's connection would not see a test's open transaction."""

    def __enter__(self) -> Keeper:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def show(self, **progress: Any) -> None:
        self.progress = progress
        Job.objects.held(self._job).update(**progress)


def run_due(kind: str | None = None) -> list[Job]:
    """Do what is due, of all kinds or of one, oldest first, and what that enqueues.

    Return the jobs as they were left: succeeded, failed, or waiting for the next attempt.
    """
    due = Job.objects.claimable().order_by("run_after", "created_at")
    if kind is not None:
        due = due.filter(kind=kind)
    done = []
    while job := due.first():
        worker.run(job.pk, keep=KeeperWithoutThread)
        job.refresh_from_db()
        done.append(job)
    return done
