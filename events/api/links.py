"""Lists of links, as events and sessions carry them: `[{"name": ..., "link": ...}]`."""

from typing import Any

from django.core.exceptions import ValidationError as Invalid
from rest_framework.exceptions import ValidationError

from media.fields import validate_url


def validate_links(links: Any, *, flag: str | None = None) -> Any:
    """Return `links` if it is null, or a list of objects with a name and an http(s) link each.

    Each may say whether it has the property `flag`; if it does not say, it has not.

    :raises ValidationError: it is anything else.
    """
    if links is None:
        return None
    if not isinstance(links, list):
        raise ValidationError("Write a list of objects with a name and a link.")
    return [_validate_link(link, flag) for link in links]


def _validate_link(link: Any, flag: str | None) -> dict[str, Any]:
    if not (isinstance(link, dict) and isinstance(link.get("name"), str)):
        raise ValidationError("Each of the links needs a name and a link.")
    try:
        validate_url(str(link.get("link")))
    except Invalid:
        raise ValidationError("A link starts with http:// or https://.") from None
    flags = {flag: link.get(flag) is True} if flag else {}
    return {"name": link["name"], "link": link["link"], **flags}
