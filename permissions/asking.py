"""Asking a predicate: of one row, and of all the rows a list may show."""

from typing import Any, NoReturn, TypeVar

from django.db.models import Model, QuerySet
from rest_framework.exceptions import NotAuthenticated, PermissionDenied

from .predicates import Condition, Predicate
from .targets import Paths, Target
from .users import Person

Row = TypeVar("Row", bound=Model)


def missing(predicate: Predicate, user: Person, target: Target) -> str:
    """Return the sentence that says which access is required, and what keeps `user` from it."""
    withheld = predicate.withheld(user, target)
    return f"{predicate.requirement} is required{f'; {withheld}' if withheld else ''}."


def refuse(predicate: Predicate, user: Person, target: Target | None = None) -> NoReturn:
    """Refuse `user`, saying which access to `target` is required.

    :raises NotAuthenticated: 401, when nobody is signed in.
    :raises PermissionDenied: 403.
    """
    if not user.is_authenticated:
        raise NotAuthenticated(getattr(user, "token_error", None))
    raise PermissionDenied(missing(predicate, user, Target() if target is None else target))


def require(predicate: Predicate, user: Person, target: Target) -> None:
    """Let pass whom `predicate` holds for, and refuse the others; all needs are known.

    :raises NotAuthenticated, PermissionDenied: as `refuse` does.
    """
    if predicate.fold(user, target) is not True:
        refuse(predicate, user, target)


def require_unless_unknown(predicate: Predicate, user: Person, target: Target) -> None:
    """Refuse whom no row could help: asked before anything is looked up.

    :raises NotAuthenticated, PermissionDenied: as `refuse` does.
    """
    if predicate.fold(user, target) is False:
        refuse(predicate, user, target)


def condition(
    predicate: Predicate, user: Person, model: type[Model], prefix: str = ""
) -> Condition:
    """Return the condition on rows of `model` (reached by the path `prefix`) for `user`."""
    return predicate.where(user, Paths(model, prefix))


def visible_to(rows: QuerySet[Row], predicate: Predicate, user: Person) -> QuerySet[Row]:
    """Return those of `rows` for which `predicate` holds for `user`."""
    chosen: Any = condition(predicate, user, rows.model)
    if chosen is True:
        return rows
    return rows.none() if chosen is False else rows.filter(chosen)
