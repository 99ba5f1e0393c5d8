"""When somebody was last here: `users.last_accessed_at`, exact to a minute.

The old server wrote and committed it in every request. Here the row that a token leads to says
whether a minute has passed, so most requests write nothing and ask nothing; and the one that
does write has already sent its answer. No cache is asked, so none can be missing.
"""

import logging
from contextvars import ContextVar
from datetime import timedelta
from typing import Any

from django.core.signals import request_finished, request_started
from django.db import DatabaseError, transaction
from django.db.models import Q
from django.utils import timezone

from users.models import User

logger = logging.getLogger(__name__)

EVERY = timedelta(minutes=1)

# The id of the user whose access is to be written once the answer has left.
_due: ContextVar[int | None] = ContextVar("last_access_due", default=None)


def note(user: User) -> None:
    """Have it written that `user` was here, if the last time was long enough ago."""
    if user.last_accessed_at is None or user.last_accessed_at <= timezone.now() - EVERY:
        _due.set(user.pk)


def _write(**_: Any) -> None:
    """Write what is due. Whoever has the row locked is not waited for: they may be long."""
    user_id = _due.get()
    if user_id is None:
        return
    _due.set(None)
    now = timezone.now()
    long_ago = Q(last_accessed_at=None) | Q(last_accessed_at__lte=now - EVERY)
    rows = User.objects.filter(long_ago, pk=user_id)
    try:
        with transaction.atomic():
            free = rows.select_for_update(skip_locked=True, no_key=True)
            User.objects.filter(pk__in=free.values("pk")).update(last_accessed_at=now)
    except DatabaseError as error:  # the answer has left, so nobody else could tell
        logger.warning("The last access of user %d is not written: %r", user_id, error)


def _forget(**_: Any) -> None:
    _due.set(None)


request_started.connect(_forget, dispatch_uid="users.last_access")
request_finished.connect(_write, dispatch_uid="users.last_access")
