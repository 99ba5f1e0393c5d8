"""Links to private files: good for five minutes, for one person, and one file."""

from typing import Any, Final

from django.core import signing
from django.http import Http404

from exports.models import Export
from exports.rights import takes
from openevent.api.addresses import absolute
from permissions.manager import has_access
from users.models import User

SECONDS: Final = 300
_SALT: Final = "exports.download"


def download_url(export: Export, *, user_id: int) -> str:
    """Return a link by which that person gets the file of `export`."""
    return absolute(f"/v1/exports/{signing.dumps([export.pk, user_id], salt=_SALT)}")


def read(token: str, *, caller: Any) -> Export:
    """Return the export that a link is for.

    The link is no right: whoever it was made for must still be one who may have such a file. Who is
    signed in as somebody else does not get the file with it.

    :raises Http404: there is nothing to be had by this link, or not any more.
    """
    try:
        export_id, user_id = signing.loads(token, salt=_SALT, max_age=SECONDS)
    except signing.BadSignature:
        raise Http404 from None
    if caller.is_authenticated and caller.pk != user_id:
        raise Http404
    user = User.objects.filter(pk=user_id, deleted_at=None, is_blocked=False).first()
    living = Export.objects.filter(event__deleted_at=None, group__deleted_at=None)
    export = living.filter(pk=export_id).exclude(file="").first()
    if user is None or export is None:
        raise Http404
    if not _may_have(export, user):
        raise Http404
    return export


def _may_have(export: Export, user: User) -> bool:
    if export.event_id is None:
        return has_access("is_group_organizer", user=user, group_id=export.group_id)
    return has_access(takes(export.kind), user=user, event_id=export.event_id)
