"""What the plain endpoints of this app are sent, checked."""

from typing import Any

from openevent.errors import DomainError


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
