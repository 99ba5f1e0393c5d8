"""Activity: the log of who did what. Rows and one function; the API is `administration`'s."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .models import Activity


def record(action: str, *, by: Any) -> "Activity":
    """Write down that `by` did `action`, a sentence without the actor, in this transaction.

    `by` is a user; nobody signed in, or `None` for what the server did of itself, is recorded
    as "Anonymous".
    """
    from .models import Activity  # noqa: PLC0415  models load after this package

    if by is None or not by.is_authenticated:
        return Activity.objects.create(actor="Anonymous", action=action)
    return Activity.objects.create(actor=f"{by.email} ({by.pk})", user=by, action=action)
