"""What the plain endpoints of this app are sent, checked."""

from typing import Any, Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.html import strip_tags

from events.actions.session_mails import Letter
from messaging.kinds import LONGEST_SUBJECT
from openevent.errors import DomainError
from users.models.user import LONGEST_EMAIL

# Characters of a message to organizers.
LONGEST_MESSAGE: Final = 5_000
# Addresses that get a copy of one mail.
MOST_COPIES: Final = 10
# Rows that are put in order by one request; more than any event has speakers.
MOST_PLACES: Final = 10_000


class NoToken(DomainError):
    detail = 'Write the token of the link as {"data": {"token": "..."}}.'
    pointer = "/data/token"


def token_of(body: Any) -> str:
    """Return the token in `{"data": {"token": ...}}`.

    :raises NoToken: there is none.
    """
    data = body.get("data") if isinstance(body, dict) else None
    token = data.get("token") if isinstance(data, dict) else None
    if not isinstance(token, str) or not token:
        raise NoToken
    return token


class BadPlaces(DomainError):
    pointer = ""


def places_of(body: Any, noun: str, column: str) -> dict[int, int]:
    """Return the places in `[{noun: id, column: place}, ...]`, by id; ids may be numeric texts.

    :raises BadPlaces: it is something else, or too much of it.
    """
    wrong = BadPlaces(f'Write a list of objects such as {{"{noun}": 1, "{column}": 2}}.')
    if not isinstance(body, list) or len(body) > MOST_PLACES:
        raise wrong
    places = {}
    for each in body:
        if not isinstance(each, dict):
            raise wrong
        key, place = each.get(noun), each.get(column)
        if isinstance(key, str) and key.isascii() and key.isdecimal() and len(key) < 19:
            key = int(key)
        if not (type(key) is int and type(place) is int and 0 < key < 2**63 and abs(place) < 2**31):
            raise wrong
        places[key] = place
    return places


class NoMessage(DomainError):
    detail = f'Write the message, of up to {LONGEST_MESSAGE:,} characters, as {{"email": "..."}}.'
    pointer = "/email"


def message_of(body: Any) -> str:
    """Return the message in `{"email": ...}`, without mark-up.

    :raises NoMessage: there is none, or it is too long.
    """
    text = body.get("email") if isinstance(body, dict) else None
    if not isinstance(text, str) or len(text) > LONGEST_MESSAGE:
        raise NoMessage
    message = strip_tags(text).strip()
    if not message:
        raise NoMessage
    return message


class BadLetter(DomainError):
    pass


def letter_of(body: Any) -> Letter:
    """Return the letter in `{"subject": ..., "message": ..., "bcc": [...]}`; all may be missing.

    :raises BadLetter: one is no text, too long, or no list of addresses.
    """
    if not isinstance(body, dict):
        raise BadLetter('Write an object, of "subject", "message" and "bcc".', pointer="")
    return Letter(
        subject=_text(body, "subject", LONGEST_SUBJECT),
        message=_text(body, "message", LONGEST_MESSAGE),
        copies=_addresses(body, "bcc"),
    )


def _text(body: dict[str, Any], name: str, longest: int) -> str | None:
    text = body.get(name)
    if text is not None and not (isinstance(text, str) and len(text) <= longest):
        raise BadLetter(f"Write a text of up to {longest:,} characters.", pointer=f"/{name}")
    return text or None


def _addresses(body: dict[str, Any], name: str) -> tuple[str, ...]:
    addresses = body.get(name) or []
    wrong = BadLetter(f"Write a list of up to {MOST_COPIES} e-mail addresses.", pointer=f"/{name}")
    if not isinstance(addresses, list) or len(addresses) > MOST_COPIES:
        raise wrong
    if not all(isinstance(each, str) and len(each) <= LONGEST_EMAIL for each in addresses):
        raise wrong
    try:
        for address in addresses:
            validate_email(address)
    except ValidationError:
        raise wrong from None
    return tuple(addresses)
