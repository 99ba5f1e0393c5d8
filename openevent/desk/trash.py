"""The trash: rows go in and come out by the same actions as through the API."""

from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest

from openevent import activity
from openevent.api.registry import registry
from openevent.errors import DomainError


class StillNeeded(DomainError):
    status: ClassVar[int] = 409
    detail = "Something that stays refers to it, so it cannot be removed."


def put(row: models.Model, request: HttpRequest) -> None:
    """Put `row` into the trash.

    :raises DomainError: something hangs on it; the sentence says what.
    """
    _record("put into the trash", row, request)
    _resource_of(row, request).perform_trash(row)


def take_out(row: models.Model, request: HttpRequest) -> None:
    """Take `row` out of the trash.

    :raises DomainError: it cannot be as it is, or something has taken its place.
    """
    _resource_of(row, request).perform_restore(row)
    _record("taken out of the trash", row, request)


def remove(row: models.Model, request: HttpRequest) -> None:
    """Remove `row` for good, with what belongs to it.

    :raises DomainError: something hangs on it; the sentence says what.
    """
    _record("removed for good", row, request)
    try:
        _resource_of(row, request).perform_destroy(row)
    except (models.ProtectedError, models.RestrictedError):
        raise StillNeeded from None


def _resource_of(row: models.Model, request: HttpRequest) -> Any:
    view: Any = registry.of_model(type(row)).view()
    view.request = request  # who does it
    return view


def _record(what: str, row: models.Model, request: HttpRequest) -> None:
    name = str(row._meta.verbose_name).capitalize()
    activity.record(f"{name} {row} (id {row.pk}) {what}", by=request.user)
