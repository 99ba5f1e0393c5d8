"""The thread beside a running job: it renews the lease and writes the progress."""

import contextvars
import logging
import threading
import time
from datetime import timedelta
from typing import Any

from django.db import DatabaseError, connection
from django.db.models.functions import Now

from .models import Job

logger = logging.getLogger(__name__)

RENEWALS = 3  # per lease, so that one or two may fail
PROGRESS_INTERVAL = 1.0  # seconds between two writes of progress, at least


class Keeper:
    """Keeps a running job the worker's own, until told to stop or the lease is lost.

    The thread has a database connection of its own, so it works while the job computes, waits,
    or has a transaction open, and what it writes is seen at once. A short job ends before the
    thread has anything to do, and never opens that connection.
    """

    def __init__(self, job: Job, lease: float) -> None:
        """`lease` is in seconds, and has just begun."""
        self._job = job
        self._lease = lease
        self._ends_at = time.monotonic() + lease
        self.progress: dict[str, Any] = {}
        self._woken = threading.Event()
        self._stopped = threading.Event()
        self.lost = False
        # In the job's context, so that its log lines name the job.
        self._thread = threading.Thread(
            target=contextvars.copy_context().run,
            args=(self._work,),
            name="job-keeper",
            daemon=True,
        )

    def __enter__(self) -> "Keeper":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._woken.set()
        self._thread.join()

    def show(self, **progress: Any) -> None:
        """Have these columns written soon; of several, only the latest may be."""
        self.progress = progress
        self._woken.set()

    def _work(self) -> None:
        try:
            while not self.lost:
                self._woken.wait(self._lease / RENEWALS)
                if self._stopped.is_set():
                    return
                self._woken.clear()
                self._renew()
                self._stopped.wait(min(PROGRESS_INTERVAL, self._lease / RENEWALS))
        finally:
            connection.close()

    def _renew(self) -> None:
        begun = time.monotonic()
        until = Now() + timedelta(seconds=self._lease)
        try:
            held = Job.objects.held(self._job).update(
                lease_until=until, wake_at=until, **self.progress
            )
        except DatabaseError as error:
            logger.warning("The lease was not renewed: %s", error)
            connection.close()  # the next try gets a new one
            self.lost = time.monotonic() > self._ends_at
        else:
            self.lost = not held
            self._ends_at = begun + self._lease
