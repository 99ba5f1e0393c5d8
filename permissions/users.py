"""What a predicate may ask of a user, and the user that nobody is."""

from collections.abc import Callable
from typing import Any, Protocol, runtime_checkable

from django.contrib.auth.models import AnonymousUser


@runtime_checkable
class Person(Protocol):
    """The facts about a user that predicates read, whoever supplies them.

    A row of `users`, `Anonymous`, or the stand-in of a compiled statement, whose `pk` and
    `email` are placeholders bound when the statement runs. So an atom's `q` may put `pk` and
    `email` into a query, but must never compare them in Python; what else it wants to know of
    the user it asks by `known`.
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


def known(user: Person, name: str, load: Callable[[Person], Any]) -> Any:
    """Return what `load` finds out about `user`, for use in a query: ids of their events.

    For the stand-in of a compiled statement it is a placeholder called `name`, and `load` is
    called with the user of each run. A list goes with the lookup `among`.
    """
    placeholder = getattr(user, "placeholder", None)
    return placeholder(name, load) if placeholder else load(user)


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
