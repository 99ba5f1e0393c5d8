"""Notifications: what people are told when they look into the web client (`notify`)."""

from collections.abc import Iterable
from typing import Any

from messaging.models import Notification, NotificationSetting

from .kinds import UnknownMailError, is_notification


def notify(
    name: str,
    /,
    *,
    user: Any,
    event: Any = None,
    target: Any = None,
    action: str | None = None,
    actors: Iterable[Any] = (),
    **more: Any,
) -> Notification | None:
    """Tell `user` in the application; return the row, or `None` if an admin switched that off.

    `target` is the row that it is about and `action` what happened to it; `actors` are the
    accounts of those who did it. `more` is what clients of this type read besides (plain JSON);
    of the `event` they are told its name.

    :raises UnknownMailError: no app declares this type.
    """
    if not is_notification(name):
        raise UnknownMailError(f"No notification is declared as {name!r}.")
    if not NotificationSetting.objects.allows(name):
        return None
    content = {
        "type": name,
        "target_type": type(target).__name__ if target is not None else None,
        "target_id": target.pk if target is not None else None,
        "target_action": action,
        "actors": [{"id": each.pk, "name": each.public_name or each.full_name} for each in actors],
    }
    if event is not None:
        content["event"] = {"id": event.pk, "identifier": event.identifier, "name": event.name}
    return Notification.objects.create(user=user, event=event, content=content | more)
