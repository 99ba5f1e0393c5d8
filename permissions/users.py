"""What a predicate may ask of a user, and the user that nobody is."""

from typing import Any, Protocol, runtime_checkable

from django.contrib.auth.models import AnonymousUser


@runtime_checkable
class Person(Protocol):
    """The facts about a user that predicates read, whoever supplies them.

    A row of `users`, `Anonymous`, or the stand-in of a compiled statement, whose `pk` and
    `email` are placeholders bound when the statement runs. So an atom's `q` may put `pk` and
    `email` into a query, but must never compare them in Python.
    """

    @property
    def pk(self) -> Any: ...
    @property
    def email(self) -> Any: ...
    @property
    def is_authenticated(self) -> bool: ...
    @property
    def is_verified(self) -> bool: ...
    @property
    def is_admin(self) -> bool: ...
    @property
    def is_super_admin(self) -> bool: ...
    @property
    def is_staff(self) -> bool: ...


class Anonymous(AnonymousUser):
    """Nobody: a request without a valid token.

    `token_error` says why a token that was sent is not accepted (`None`: none was sent). A
    public route serves such a request all the same; where nobody is denied, it is the reason.
    """

    email = None
    is_verified = False
    is_admin = False
    is_super_admin = False

    def __init__(self, token_error: str | None = None) -> None:
        super().__init__()
        self.token_error = token_error
