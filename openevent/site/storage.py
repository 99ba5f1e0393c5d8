"""What the settings of a storage place must say, so that files can go there."""

import json
from typing import Any, Final
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError

# What each place needs, as the API calls it.
NEEDS: Final = {
    "s3": "aws-key, aws-secret and aws-bucket-name",
    "gs": "gs-bucket-name, and gs-service-account or both gs-key and gs-secret",
}
_OF_ITS_JSON: Final = ("client_email", "private_key", "token_uri")


def validate_address(value: str) -> None:
    """Refuse what is no address of a server: a scheme, a host, perhaps a port and a path.

    Django's own rule for URLs wants a dot in the host, which one of a private network lacks.

    :raises ValidationError: it is none.
    """
    try:
        parts = urlsplit(value)
        has_host = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        has_host = False
    if (
        not has_host
        or parts.scheme not in ("http", "https")
        or "@" in parts.netloc
        or parts.query
        or parts.fragment
        or any(letter.isspace() for letter in value)
    ):
        raise ValidationError("Write an address as https://storage.example.org.")


def validate(site: Any) -> None:
    """Refuse to have files go to a place that is not set up.

    :raises ValidationError: of `storage_place`, whatever is missing.
    """
    place, account = site.storage_place, site.gs_service_account
    is_set_up = {"s3": site.is_s3_set_up, "gs": site.is_gs_set_up}
    if not is_set_up.get(place, True):
        raise ValidationError({"storage_place": f"To keep files in {place}, set {NEEDS[place]}."})
    if place == "gs" and isinstance(account, str) and account and not _is_one(account):
        raise ValidationError(
            {"storage_place": "gs-service-account is the whole JSON of a service account's key."}
        )


def _is_one(text: str) -> bool:
    try:
        known = json.loads(text)
    except ValueError:
        return False
    return (
        isinstance(known, dict)
        and known.get("type") == "service_account"
        and all(isinstance(known.get(name), str) for name in _OF_ITS_JSON)
    )
