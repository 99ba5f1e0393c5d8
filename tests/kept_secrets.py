"""Every secret that the server keeps, made recognisable, and a search for them in what it tells.

A sealed column is found by itself, in whichever model. Of other columns those are meant whose
names say that somebody could use what they hold, but for a few that are there to be told.
"""

import base64
import json
import re
from collections.abc import Iterator
from typing import Any, Final

from django.apps import apps
from django.conf import settings
from django.db import models

from openevent.sealed import SealedField
from tests.factories.users import PASSWORD

USABLE: Final = re.compile("password|secret|token|digest|hash|^state$|^holder$")
# What sounds like a secret, and why it is told all the same.
TOLD: Final = {
    "events.eventcopyright.holder": "whose the pictures are",
    "events.event.state": "whether it is published",
    "events.session.state": "whether it is accepted",
    "events.speakerscall.hash": "who calls for papers hands it out",
    "jobs.job.state": "how the work stands",
    "messaging.mail.state": "whether it has left",
    "media.upload.token": "the path of a file, which admins look through",
    "users.user.tokens_valid_from": "a moment",
}
# What is read from a sealed column has to have a certain form.
_SECOND_FACTOR: Final = base64.b32encode(b"hush: second factor!").decode()
_FORMS: Final = {
    "secret": _SECOND_FACTOR,
    "confidential": json.dumps({"html": "hush-html", "text": "hush-text"}),
    "memory": json.dumps({"code_verifier": "hush-memory"}),
    "gs_service_account": json.dumps({"private_key": "hush-gs-service-account"}),
}


def plant() -> None:
    """Give each sealed column of each row a secret that is found again wherever it is told."""
    for model, kept_in in columns():
        sealed = [column for column in kept_in if isinstance(column, SealedField)]
        if sealed:
            told = {each.name: _FORMS.get(each.name, f"hush-{each.name}") for each in sealed}
            model._default_manager.update(**told)


def kept() -> frozenset[str]:
    """Return every secret there is: in the settings of the process, and in each row."""
    found = {PASSWORD, settings.SECRET_KEY, *settings.FIELD_KEYS, "hush-", _SECOND_FACTOR}
    for model, kept_in in columns():
        plain = [each.name for each in kept_in if not isinstance(each, SealedField)]
        for values in model._default_manager.values_list(*plain) if plain else ():
            for value in values:
                found.update(map(str, value if isinstance(value, list) else [value]))
    return frozenset(found - {"", "None"})


def told(text: str, secrets: frozenset[str]) -> set[str]:
    """Return which of `secrets` are in `text`."""
    return {each for each in secrets if each in text}


def columns() -> Iterator[tuple[type[models.Model], list[Any]]]:
    """Iterate over our models that keep a secret, with the columns that hold it."""
    for model in apps.get_models():
        found = [column for column in model._meta.concrete_fields if _is_secret(column)]
        if found:
            yield model, found


def _is_secret(column: Any) -> bool:
    if isinstance(column, SealedField):
        return True
    name = f"{column.model._meta.label_lower}.{column.name}"
    return bool(USABLE.search(column.name)) and name not in TOLD
