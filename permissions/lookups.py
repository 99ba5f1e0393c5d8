"""Lookups: from the arguments of a URL to the values that a permission needs.

    has_permission(
        "is_coorganizer",
        fetch="event_id",
        fetch_key_url="notification_id, order_id",
        model=[Notification, Order],
    )

on `/notifications/{notification_id}/event` and `/orders/{order_id}/event` finds the event of
the one that the URL names: the first key serves the first model, and a key that this URL does
not have skips its model, so that order 5 is never judged by notification 5.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.http import Http404

from .targets import UnknownNeed, need_path, own_need, walk

Model = type[models.Model]

# Of an id; a bigint may have one more, and no row does.
MOST_DIGITS = 18


@dataclass(frozen=True)
class Lookup:
    """Where one value comes from.

    `fetch` are the names to look for, in the URL first and then on a row; `fetch_as` is the
    name under which the permission receives it. Row `n` of `models` is the one whose
    `keys_model` equals what the URL has as `keys_url[n]`.
    """

    fetch: tuple[str, ...]
    fetch_as: str
    models: tuple[Model, ...] = ()
    keys_url: tuple[str, ...] = ("id",)
    key_model: str = "id"

    @classmethod
    def of(
        cls,
        needs: frozenset[str],
        *,
        fetch: str | Sequence[str],
        fetch_as: str | None,
        model: Model | Sequence[Model] | None,
        fetch_key_url: str | Sequence[str] | None,
        fetch_key_model: str | None,
    ) -> Lookup:
        """Return the lookup that the keywords of `has_permission` say, for a permission's `needs`.

        :raises TypeError: they contradict each other, or name what is not there.
        """
        names = listed(fetch)
        if not names:
            raise TypeError("fetch= names nothing; name the value to obtain, such as event_id")
        taken = fetch_as or next((name for name in names if name in needs), names[0])
        if taken not in needs:
            known = ", ".join(sorted(needs)) or "nothing"
            raise TypeError(f'this permission takes no "{taken}" (it takes {known}); say fetch_as')
        found = (
            () if model is None else tuple(model) if isinstance(model, list | tuple) else (model,)
        )
        for each in found:
            if not (isinstance(each, type) and issubclass(each, models.Model)):
                raise TypeError(f"model= takes a model or a list of models, not {each!r}")
        if not found and (fetch_key_url or fetch_key_model):
            raise TypeError("fetch_key_... say how a row is found; say of what: model=")
        keys = listed(fetch_key_url) if fetch_key_url is not None else ("id",)
        if not keys:
            raise TypeError("fetch_key_url= names no key; leave it out to mean id")
        if len(keys) > 1 and len(keys) != len(found):
            raise TypeError(
                f"fetch_key_url names {len(keys)} keys for {len(found)} models; "
                "name one for each, or one for all"
            )
        lookup = cls(names, taken, found, keys, fetch_key_model or "id")
        lookup._refuse_unknown_columns()
        return lookup

    def _refuse_unknown_columns(self) -> None:
        for each in self.models:
            if not any(_path(each, name) for name in self.fetch):
                raise TypeError(
                    f"{each.__name__} has no {' or '.join(self.fetch)}; name a column of it, or "
                    f"say where it lies: {each.__name__}.needs_at"
                )
            if _path(each, self.key_model) is None:
                raise TypeError(f"{each.__name__} has no {self.key_model} to be found by")

    def value(self, arguments: Mapping[str, Any]) -> Any:
        """Return the value for a URL with `arguments`.

        :raises Http404: no model has the row that the URL names, or the row has no value.
        :raises LookupError: neither the URL nor a model could say.
        """
        for name in self.fetch:
            if arguments.get(name) not in (None, ""):
                return as_id(name, arguments[name])
        if not self.models:
            raise LookupError(f"this URL has no {' or '.join(self.fetch)}")
        is_asked = False
        for index, model in enumerate(self.models):
            key = self.keys_url[index] if len(self.keys_url) > 1 else self.keys_url[0]
            if arguments.get(key) in (None, ""):
                continue
            is_asked = True
            row = self._row(model, arguments[key])
            if row is None:
                continue
            for name in self.fetch:
                path = _path(model, name)
                value = walk(row, path) if path else None
                if value is not None:
                    return value
            raise Http404
        if is_asked:
            raise Http404
        raise LookupError(f"this URL has no {' or '.join(self.keys_url)}")

    def _row(self, model: Model, key: Any) -> Any:
        _refuse_impossible(key)
        column = self.key_model
        if column in ("id", "pk") and not str(key).isdecimal():
            if not _has_identifier(model):
                raise Http404
            column = "identifier"
        path = _path(model, column) or column
        related = [step for name in self.fetch if (step := _related(model, _path(model, name)))]
        rows = (
            model._default_manager.select_related(*related)
            if related
            else (model._default_manager.all())
        )
        return rows.filter(**{path: key}).first()


def listed(names: str | Iterable[str]) -> tuple[str, ...]:
    """Return the names of a comma list; spaces mean nothing."""
    parts = names.split(",") if isinstance(names, str) else names
    return tuple(part.strip() for part in parts if part.strip())


def as_id(name: str, value: Any) -> Any:
    """Return a value of a URL as what it names: ids are numbers, whatever the route wrote.

    :raises Http404: it is no value that a row could have.
    """
    _refuse_impossible(value)
    text = str(value)
    is_id = name == "id" or name.endswith("_id")
    return int(text) if is_id and text.isascii() and text.isdecimal() else value


def _refuse_impossible(key: Any) -> None:
    """Refuse what PostgreSQL cannot compare with a column: NUL, and more than a bigint holds.

    :raises Http404: no row has it.
    """
    text = str(key)
    if "\0" in text or (text.isdecimal() and len(text) > MOST_DIGITS):
        raise Http404


def _path(model: Model, name: str) -> str | None:
    """Return the ORM path to what `name` says of a row of `model`; `None` if it has no such."""
    try:
        return need_path(model, name)
    except UnknownNeed:
        pass
    try:
        field = model._meta.get_field(name) if name != "pk" else model._meta.pk
    except FieldDoesNotExist:
        return None
    return field.attname if isinstance(field, models.Field) else None


def _related(model: Model, path: str | None) -> str | None:
    """Return the foreign keys on the way of `path`, to be read in one query."""
    return path.rpartition("__")[0] if path and "__" in path else None


def _has_identifier(model: Model) -> bool:
    return any(field.name == "identifier" for field in model._meta.concrete_fields)


def our_models() -> list[Model]:
    """Return the models of our own apps, and of none that is installed beside them."""
    root = str(settings.BASE_DIR)
    return [
        model
        for config in apps.get_app_configs()
        if config.path.startswith(root) and "site-packages" not in config.path
        for model in config.get_models()
    ]


@cache
def _identified() -> dict[str, tuple[str, Model]]:
    """Return, for each `event_identifier`, the `event_id` it stands for and the model."""
    found = {}
    for model in our_models():
        if _has_identifier(model):
            noun = own_need(model).removesuffix("_id")
            found[f"{noun}_identifier"] = (f"{noun}_id", model)
    return found


def with_ids(arguments: Mapping[str, Any], lookups: Iterable[Lookup] = ()) -> dict[str, Any]:
    """Return `arguments` with the ids that its identifiers stand for.

    A plain `identifier` belongs to the first model that a lookup names and that has one.

    :raises Http404: an identifier is nobody's, or of models that have none.
    """
    found = dict(arguments)
    for name, (key, model) in _identified().items():
        if found.get(name) and not found.get(key):
            found[key] = _id_of(model, found[name])
    if found.get("identifier") and not found.get("id"):
        asked = [model for lookup in lookups for model in lookup.models]
        identified = [model for model in asked if _has_identifier(model)]
        if identified:
            found["id"] = _id_of(identified[0], found["identifier"])
        elif asked:
            raise Http404
    return found


def _id_of(model: Model, identifier: Any) -> Any:
    _refuse_impossible(identifier)
    rows = model._default_manager.filter(identifier=identifier)
    for key in rows.values_list("pk", flat=True)[:1]:
        return key
    raise Http404


def row_exists(need: str, value: Any) -> bool:
    """Return whether the row that `need` identifies exists; a need of no model always does."""
    for model in our_models():
        if own_need(model) == need:
            return model._default_manager.filter(pk=value).exists()
    return True
