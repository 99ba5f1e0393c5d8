"""Seal every secret in the database anew with the first of FIELD_KEYS."""

from collections.abc import Iterator
from typing import Any

from cryptography.fernet import InvalidToken
from django.apps import apps
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import models
from django.db.models.functions import Cast

from openevent.sealed import SealedField, resealed

BATCH = 500  # rows read at a time


class Command(BaseCommand):
    help = (
        "Seal every secret in the database anew with the first of FIELD_KEYS. Afterwards the "
        "other keys may be removed. It may run while the server does, and again at any time."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--forget-unreadable",
            action="store_true",
            help="empty what no key opens, so that it can be entered again",
        )

    def handle(self, *, forget_unreadable: bool, **options: Any) -> None:
        done = 0
        unreadable = []
        for field, pk, token in _sealed_values():
            try:
                fresh = resealed(token)
            except InvalidToken:
                unreadable.append(f"{field} of row {pk}")
                if forget_unreadable:
                    _replace(field, pk, token, None)
            else:
                if fresh is not None:
                    done += _replace(field, pk, token, fresh)
        self.stdout.write(f"Sealed {done} values anew.")
        if unreadable and forget_unreadable:
            self.stdout.write(f"Emptied, enter them again: {', '.join(unreadable)}.")
        elif unreadable:
            raise CommandError(
                f"No key opens {', '.join(unreadable)}. Add the key that sealed them to FIELD_KEYS "
                "and run this again; or, if it is lost, run it with --forget-unreadable."
            )


def _sealed_values() -> Iterator[tuple[SealedField, Any, str]]:
    """Yield each sealed value of the database: (its field, the row's pk, the sealed text)."""
    for model in apps.get_models():
        for field in model._meta.local_concrete_fields:
            if isinstance(field, SealedField):
                rows = _rows(field).filter(_sealed__isnull=False).values_list("pk", "_sealed")
                for pk, token in rows.iterator(chunk_size=BATCH):
                    yield field, pk, token


def _replace(field: SealedField, pk: Any, token: str, fresh: str | None) -> int:
    """Store `fresh` unless the value is no longer `token`; return how many rows changed."""
    value = models.Value(fresh, output_field=models.TextField())
    return _rows(field).filter(pk=pk, _sealed=token).update(**{field.attname: value})


def _rows(field: SealedField) -> models.QuerySet[Any]:
    """Return all rows of the field's model, with the sealed text as it is stored."""
    return field.model._base_manager.annotate(_sealed=Cast(field.attname, models.TextField()))
