"""Verbs: what can be done with a row beside changing its columns, as buttons on its page.

    @verb("Block", sure="They are signed out and cannot sign in again.", many=True)
    def block(self, request, user):
        block_account(user, by=request.user)
        return f"{user} is blocked."

A method of a page, which gets the row, locked in a transaction, makes one call and returns the
sentence that says what was done. A `DomainError` is shown and leaves everything as it was. It is
sent by POST only, so no link and no other site can set it off.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.http import url_has_allowed_host_and_scheme

from openevent.errors import DomainError

# Rows that one action changes at most, each in a transaction of its own; refusals it shows.
MOST: Final = 200
SHOWN: Final = 10

Function = Callable[[Any, HttpRequest, Any], str]


class RuleBroken(DomainError):
    """A rule that the database holds stood in the way; `detail` is what the model says of it."""

    status: ClassVar[int] = 409


def broken_rule(model: type[Model], error: IntegrityError) -> str:
    """Return what `model` says of the rule that was broken; no form asked for it.

    :raises IntegrityError: the same, if the model has nothing to say.
    """
    diagnosis = getattr(error.__cause__, "diag", None)
    for constraint in model._meta.constraints:
        if constraint.name == getattr(diagnosis, "constraint_name", None):
            return str(constraint.violation_error_message)
    raise error


@dataclass(frozen=True)
class Verb:
    """One verb; `verb` says what the members mean."""

    name: str
    label: str
    function: Function
    sure: str | None
    when: Callable[[Any], bool]
    many: bool
    super_admins: bool
    danger: bool

    def is_offered(self, page: Any, request: HttpRequest, row: Any) -> bool:
        """Return whether the caller may, and `row` is one with which it can be done."""
        if self.super_admins and not request.user.is_super_admin:  # type: ignore[union-attr]
            return False
        return bool(page.may_act(request, row)) and self.when(row)


def verb(
    label: str,
    *,
    sure: str | None = None,
    when: Callable[[Any], bool] = lambda row: True,
    many: bool = False,
    super_admins: bool = False,
    danger: bool = False,
) -> Callable[[Function], Function]:
    """Declare a method of a page as a verb, whose button says `label`.

    - `sure`: what will follow, as a sentence; then the button has to be pressed once more.
    - `when`: of which rows it is offered.
    - `many`: it can also be done with several rows that are ticked in the list.
    - `super_admins`: it is theirs alone.
    - `danger`: its button is red.
    """

    def declare(function: Function) -> Function:
        function.verb = Verb(  # type: ignore[attr-defined]
            function.__name__, label, function, sure, when, many, super_admins, danger
        )
        return function

    return declare


class WithVerbs:
    """What a page needs to have verbs."""

    model: Any
    admin_site: Any

    def verbs(self) -> Iterator[Verb]:
        """Iterate over the verbs of this page, those of its bases last."""
        seen = {}
        for base in type(self).__mro__:
            for name, value in vars(base).items():
                declared = getattr(value, "verb", None)
                if declared is not None:
                    seen.setdefault(name, declared)
        yield from seen.values()

    def may_act(self, request: HttpRequest, row: Any) -> bool:
        """Return whether the caller may do something with `row`: who may change it."""
        return bool(self.has_change_permission(request, row))  # type: ignore[attr-defined]

    def offered(self, request: HttpRequest, row: Any) -> list[dict[str, Any]]:
        """Return the buttons of `row`'s page."""
        return [
            {
                "label": each.label,
                "sure": each.sure,
                "danger": each.danger,
                "url": self.url_of(each.name, row),
            }
            for each in self.verbs()
            if each.is_offered(self, request, row)
        ]

    def url_of(self, verb: str, row: Any) -> str:
        """Return where to post to for `verb` to be done with `row`."""
        return reverse(self._url_name, args=(row.pk, verb))

    def verb_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.verb_view)
        name = self._url_name.removeprefix(f"{self.admin_site.name}:")
        return [path("<path:object_id>/do/<slug:name>/", view, name=name)]

    def verb_view(self, request: HttpRequest, object_id: str, name: str) -> HttpResponse:
        """Do one verb with one row, and go back to its page."""
        found = next((each for each in self.verbs() if each.name == name), None)
        if found is None:
            raise Http404
        if request.method != "POST":
            return HttpResponse(status=405, headers={"Allow": "POST"})
        row = self.get_object(request, object_id)  # type: ignore[attr-defined]
        if row is None:
            raise Http404
        try:
            messages.success(request, self.perform(found, request, row))
        except DomainError as refusal:
            messages.error(request, refusal.detail)
        return HttpResponseRedirect(self.after_verb(request, row))

    def after_verb(self, request: HttpRequest, row: Any) -> str:
        """Return where to go once something was done with `row`.

        Where the button was, if that page says so; else its own page, or the list without it.
        """
        before = request.POST.get("next", "")
        if url_has_allowed_host_and_scheme(before, allowed_hosts=None):
            return before
        meta = self.model._meta
        prefix = f"{self.admin_site.name}:{meta.app_label}_{meta.model_name}"
        if self.model._base_manager.filter(pk=row.pk).exists():
            return reverse(f"{prefix}_change", args=(row.pk,))
        return reverse(f"{prefix}_changelist")

    @transaction.atomic
    def perform(self, chosen: Verb, request: HttpRequest, row: Any) -> str:
        """Do `chosen` with `row`, and return what was done.

        :raises DomainError: it was refused.
        :raises PermissionDenied: the caller may not, or it is not offered for this row.
        """
        rows = self.model._base_manager.select_for_update(of=("self",))
        locked = rows.filter(pk=row.pk).first()
        if locked is None or not chosen.is_offered(self, request, locked):
            raise PermissionDenied
        try:
            return chosen.function(self, request, locked)
        except IntegrityError as error:
            raise RuleBroken(broken_rule(self.model, error)) from error

    def verb_actions(self, request: HttpRequest) -> dict[str, tuple[Callable[..., None], str, str]]:
        """Return the verbs for several rows as actions of the list, as Django wants them."""
        if not self.may_act(request, None):
            return {}
        return {
            each.name: (_for_each(each), each.name, each.label)
            for each in self.verbs()
            if each.many
        }

    @property
    def _url_name(self) -> str:
        meta = self.model._meta
        return f"{self.admin_site.name}:{meta.app_label}_{meta.model_name}_verb"


def _for_each(chosen: Verb) -> Callable[..., None]:
    """Return what does `chosen` with each of several rows, and says with how many."""

    def act(page: Any, request: HttpRequest, rows: Any) -> None:
        if rows.count() > MOST:
            messages.error(request, f"Choose at most {MOST} rows at a time.")
            return
        done, refusals = 0, set()
        for row in rows:
            try:
                page.perform(chosen, request, row)
                done += 1
            except PermissionDenied:
                refusals.add(f"{row} stays as it is.")
            except DomainError as refusal:
                refusals.add(f"{row}: {refusal.detail}")
        if done:
            messages.success(request, f"{chosen.label}: done with {done}.")
        for refusal in sorted(refusals)[:SHOWN]:
            messages.warning(request, refusal)

    return act
