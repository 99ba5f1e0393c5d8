"""The Celery app as the worker starts it: `celery -A openevent worker --beat`.

Any number of workers may run with `--beat`: what the clock sends is harmless to receive twice
(docs/jobs.md). The app itself is `openevent.jobs.broker`'s, which the web server sends with.
"""

import logging.config
import os
from typing import Any

from celery.signals import setup_logging, worker_init
from django.conf import settings
from django.core.checks import ERROR, run_checks

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "openevent.settings")

from openevent.jobs.broker import app  # looks for that name when it is made

__all__ = ["app"]

app.conf.update(
    # In memory: what has begun is in the database, so that no file is to be shared or locked.
    beat_scheduler="celery.beat:Scheduler",
    # Seconds. A message that no worker took in time is not worth taking: the next one comes.
    beat_schedule={
        "sweep": {"task": "jobs.sweep", "schedule": 10, "options": {"expires": 10}},
        "tick": {"task": "jobs.tick", "schedule": 60, "options": {"expires": 60}},
    },
)


@setup_logging.connect
def use_our_logging(**_: Any) -> None:
    """Log as the web server does; that somebody answers this signal keeps Celery from its own."""
    logging.config.dictConfig(settings.LOGGING)
    # They report each message at INFO, the clock's too; `openevent.jobs.worker` does each job.
    for name in ("celery.beat", "celery.worker.strategy", "celery.app.trace"):
        logging.getLogger(name).setLevel(logging.WARNING)


@worker_init.connect
def refuse_to_start_misconfigured(**_: Any) -> None:
    """Stop a worker whose settings the checks find wrong; Celery runs them, but only to warn.

    :raises SystemExit: with what is wrong.
    """
    found = [message for message in run_checks() if not message.is_silenced()]
    wrong = [str(message) for message in found if message.is_serious(ERROR)]
    if wrong:
        raise SystemExit("The worker does not start:\n" + "\n".join(wrong))
