"""The broker: how workers hear that there is work. A message is a hint; the row is the truth.

No request waits for the broker. A thread of this process sends, so a broker that refuses or
hangs costs it nothing; what is not sent, the sweep sends later.
"""

import atexit
import logging
import os
import queue
import threading

from celery import Celery

from . import registry
from .errors import UnknownKindError

logger = logging.getLogger(__name__)

app = Celery("openevent")
app.config_from_object("django.conf:settings", namespace="CELERY")


def send(job_id: str, kind: str) -> None:
    """Send for a worker to run the job, now; this may take as long as the broker's time-out.

    :raises Exception: the broker is not there; which one depends on the kind of broker.
    """
    app.send_task(
        "jobs.run", args=[job_id], time_limit=_timeout(kind), retry=False, ignore_result=True
    )


def _timeout(kind: str) -> float | None:
    """Return the seconds after which Celery kills the process that runs the job."""
    try:
        return registry.find(kind).timeout
    except UnknownKindError:  # a row from before its handler was removed
        return None


class Waker:
    """The thread that sends, started with the first message, and what waits for it."""

    PENDING = 10_000  # messages that wait at most; more are left to the sweep

    def __init__(self) -> None:
        self._forget()
        os.register_at_fork(after_in_child=self._forget)
        atexit.register(self.flush, timeout=2)

    def wake(self, job_id: str, kind: str) -> None:
        """Have the message sent as soon as can be; return at once, whatever the broker does."""
        try:
            self._pending.put_nowait((job_id, kind))
        except queue.Full:
            return
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="jobs-waker", daemon=True)
                self._thread.start()

    def flush(self, *, timeout: float) -> bool:
        """Wait until nothing is pending, at most `timeout` seconds; return whether it is so."""
        pending = self._pending
        with pending.all_tasks_done:
            return pending.all_tasks_done.wait_for(lambda: not pending.unfinished_tasks, timeout)

    def _work(self) -> None:
        while True:
            message = self._pending.get()
            try:
                send(*message)
            except Exception as error:  # of whatever library the broker's URL chooses
                dropped = 1 + self._drop_pending()
                logger.warning(
                    "The broker is away; the sweep will wake %d jobs: %r", dropped, error
                )
            finally:
                self._pending.task_done()

    def _drop_pending(self) -> int:
        """Forget what is pending: to try each would keep the next request's message waiting."""
        dropped = 0
        try:
            while True:
                self._pending.get_nowait()
                self._pending.task_done()
                dropped += 1
        except queue.Empty:
            return dropped

    def _forget(self) -> None:
        """Begin afresh, at first and in a forked process, which does not have the thread."""
        self._pending: queue.Queue[tuple[str, str]] = queue.Queue(self.PENDING)
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None


_waker = Waker()
wake = _waker.wake
flush = _waker.flush
