"""Lists of links, as events and sessions carry them: `[{"name": ..., "link": ...}]`."""

from typing import Any

from django.core.exceptions import ValidationError as Invalid
from django.core.validators import URLValidator
from rest_framework.exceptions import ValidationError

_is_url = URLValidator(schemes=["http", "https"])


def validate_links(links: Any) -> Any:
    """Return `links` if it is null, or a list of objects with a name and an http(s) link each.

    :raises ValidationError: it is anything else.
    """
    if links is None:
        return None
    if not isinstance(links, list):
        raise ValidationError("Write a list of objects with a name and a link.")
    return [_validate_link(link) for link in links]


def _validate_link(link: Any) -> dict[str, str]:
    if not (isinstance(link, dict) and isinstance(link.get("name"), str)):
        raise ValidationError("Each of the links needs a name and a link.")
    try:
        _is_url(link.get("link"))
    except Invalid:
        raise ValidationError("A link starts with http:// or https://.") from None
    return {"name": link["name"], "link": link["link"]}
