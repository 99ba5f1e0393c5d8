"""Secrets in forms: they go in and do not come out (docs/decisions/0006).

The page says whether one is set. What is typed replaces it, an empty field keeps it, and a tick
clears it. No form, page or message holds what is kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from unfold.widgets import UnfoldAdminPasswordWidget

# What a form has for a secret that stays as it is.
KEEP: Final = object()


@dataclass(frozen=True)
class Sent:
    """What a browser sent for a secret."""

    typed: str = field(repr=False)
    is_cleared: bool


class SecretWidget(UnfoldAdminPasswordWidget):
    """A field for a new secret, and a box that clears the one that is kept."""

    template_name = "desk/secret.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        attrs = {"autocomplete": "new-password", "spellcheck": "false", **(attrs or {})}
        context = super().get_context(name, None, attrs)
        context["widget"] |= {"is_set": bool(value), "clear": _clear(name)}
        return context

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Sent:
        return Sent((data.get(name) or "").strip(), _clear(name) in data)

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return name not in data and _clear(name) not in data


class SecretField(forms.Field):
    """A secret in a form: a text, `None` to clear it, or `KEEP`."""

    widget = SecretWidget

    def __init__(self, *, label: Any = None, help_text: Any = "", **_: Any) -> None:
        super().__init__(required=False, label=label, help_text=help_text)

    def bound_data(self, data: Any, initial: Any) -> Any:
        """Return what the page is drawn from: never what was typed a moment ago."""
        return initial

    def clean(self, value: Sent) -> Any:
        if value.typed and value.is_cleared:
            raise ValidationError("Type a new one or clear the old one, not both.")
        return None if value.is_cleared else value.typed or KEEP

    def has_changed(self, initial: Any, data: Sent) -> bool:
        return bool(data.typed) or (data.is_cleared and bool(initial))


class DeskForm(forms.ModelForm):
    """The form of a page: a secret that nobody typed or cleared is left alone."""

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        # what is missing is not written to the row
        return {name: value for name, value in values.items() if value is not KEEP}

    def add_error(self, field: str | None, error: Any) -> None:
        """Say of the whole form what is wrong with a column that it has no field for."""
        if field is None and hasattr(error, "error_dict"):
            for name, errors in error.error_dict.items():
                super().add_error(name if name in self.fields else None, errors)
        else:
            super().add_error(field, error)


def _clear(name: str) -> str:
    return f"{name}-clear"
