"""The permission manager: `has_permission` on any view, `has_access` in the middle of any code.

    @has_permission("is_coorganizer", methods="POST, PATCH", fetch="event_id", model=Track)
    def reorder(request, id): ...

    class OrderEvent(Guarded, View):
        decorators = (has_permission("is_coorganizer", fetch="event_id", model=Order),)

    if has_access("is_coorganizer", event_id=event.pk): ...

docs/permissions.md is the guide. On resources the same is `permissions = allow(...)`.
"""

from __future__ import annotations

import functools
import inspect
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from rest_framework.exceptions import NotAuthenticated, PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.settings import api_settings

from . import conditions, current, sentences
from .asking import refuse, require, require_unless_unknown
from .atoms import anyone
from .bodies import linked_id
from .conditions import Condition
from .lookups import Lookup, Model, as_id, row_exists, with_ids
from .methods import METHODS, methods_of
from .predicates import Predicate
from .statements import read
from .targets import Named
from .users import Person
from .verdicts import Verdict, hidden, passes, reason

logger = logging.getLogger(__name__)

View = Callable[..., Any]


@dataclass(frozen=True)
class Statement:
    """One permission of a route: who may, by which methods, and where its values come from.

    `methods` is `None` for every method. `leave_if` and `check` get the URL's arguments as
    the route names them, in a mapping that cannot be written.
    """

    predicate: Predicate
    methods: frozenset[str] | None = None
    leave_if: Condition | None = None
    check: Condition | None = None
    lookup: Lookup | None = None
    named: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_public(self) -> bool:
        """Whether it lets everybody pass, so that nobody has to be asked who they are."""
        return self.predicate == anyone and self.check is None

    def concerns(self, method: str) -> bool:
        """Return whether it says anything about `method`; HEAD is a GET, and `FOO` may be any."""
        asked = "GET" if method == "HEAD" else method
        return self.methods is None or asked in self.methods or asked not in METHODS

    def ask(
        self,
        user: Person,
        method: str,
        arguments: Mapping[str, Any],
        body: Callable[[str], Any] = lambda need: None,
    ) -> None:
        """Let pass who may send `method` to the URL with `arguments`.

        `body` says which id the request's body links for a need that the URL does not name.

        :raises NotAuthenticated, PermissionDenied: they may not.
        :raises Http404: the URL names a row that is not there.
        :raises ValidationError: the body has to name a parent and does not.
        """
        if not self.concerns(method):
            return
        frozen = MappingProxyType(dict(arguments))
        if self.leave_if is not None and self._holds(self.leave_if, frozen):
            return
        if self.check is not None and not self._holds(self.check, frozen):
            raise PermissionDenied("This is not allowed for what the URL names.")
        # what no row could change is answered before any row is looked for
        require_unless_unknown(self.predicate, user, Named(**self.named))
        target = Named(**self._values(arguments, body))
        missing = self.predicate.fold(user, target) is None
        if missing and not self.predicate.possible(user, target):
            refuse(self.predicate, user, target)
        if missing and method == "POST":
            raise ValidationError(self._unnamed(target))
        require(self.predicate, user, target)

    def judge(
        self, user: Person, method: str, arguments: Mapping[str, Any], linked: Mapping[str, Any]
    ) -> Verdict:
        """Return what `ask` would do, and why; `linked` is what the body links."""
        try:
            self.ask(user, method, arguments, linked.get)
        except Http404:
            return hidden("What the URL names")
        except ValidationError:
            return Verdict(422, "The body does not say of which.", self.predicate.requirement)
        except (NotAuthenticated, PermissionDenied) as refusal:
            return Verdict(refusal.status_code, str(refusal.detail), self.predicate.requirement)
        target = Named(**self._values(arguments, linked.get))
        if self.predicate.fold(user, target) is not True:
            return passes("A condition of the statement leaves this out")
        return passes(reason(self.predicate, user, target), self.predicate.requirement)

    def _values(self, arguments: Mapping[str, Any], body: Callable[[str], Any]) -> dict[str, Any]:
        found = with_ids(arguments, [self.lookup] if self.lookup else [])
        values = {
            need: as_id(need, found[need])
            for need in self.predicate.all_needs
            if found.get(need) not in (None, "")
        }
        if self.lookup is not None:
            try:
                values[self.lookup.fetch_as] = self.lookup.value(found)
            except LookupError:
                logger.debug("nothing to look up by", exc_info=True)
        values |= self.named
        for need in self.predicate.all_needs - values.keys():
            linked = body(need)
            if linked is not None:
                values[need] = linked
        return values

    def _unnamed(self, target: Named) -> dict[str, list[str]]:
        needs = sorted(need for need in self.predicate.all_needs if need not in target)
        return {
            f"/data/relationships/{need.removesuffix('_id').replace('_', '-')}": [
                "Say here which one; who may depends on it."
            ]
            for need in needs
        }

    @staticmethod
    def _holds(function: Condition, arguments: Mapping[str, Any]) -> bool:
        try:
            return bool(function(arguments))
        except Exception as error:
            logger.exception("a condition of a permission failed")
            raise PermissionDenied("This is not allowed for what the URL names.") from error

    @property
    def sentence(self) -> str:
        """The statement in words; `has_permission` of them is the same statement."""
        parts = [sentences.say(self.predicate)]
        if self.lookup is not None:
            parts.append(f"fetch {' or '.join(self.lookup.fetch)} as {self.lookup.fetch_as}")
            if self.lookup.models:
                names = " or ".join(model.__name__ for model in self.lookup.models)
                parts.append(f"use model {names}")
            by = " or ".join(self.lookup.keys_url)
            matching = self.lookup.key_model
            if (by, matching) != ("id", "id"):
                parts.append(f"by {by} matching {matching}")
        if self.methods is not None:
            ordered = [method for method in METHODS if method in self.methods]
            parts.append("for " + " and ".join(ordered))
        if self.leave_if is not None:
            parts.append(f"leave if {conditions.phrase_of(self.leave_if)}")
        if self.check is not None:
            parts.append(f"check that {conditions.phrase_of(self.check)}")
        parts.extend(f"with {key} = {value}" for key, value in sorted(self.named.items()))
        return ", ".join(parts)


def statement(
    permission: str | Predicate,
    *,
    methods: str | Iterable[str] | None = None,
    method: str | Iterable[str] | None = None,
    leave_if: Condition | None = None,
    check: Condition | None = None,
    fetch: str | Sequence[str] | None = None,
    fetch_as: str | None = None,
    model: Model | Sequence[Model] | None = None,
    fetch_key_url: str | Sequence[str] | None = None,
    fetch_key_model: str | None = None,
    **named: Any,
) -> Statement:
    """Return the statement that these keywords say; see `has_permission`.

    :raises TypeError: they contradict each other, or the permission does not take them.
    :raises LookupError: no permission has that name.
    :raises SentenceError: the sentence cannot be read.
    """
    predicate = permission
    said: dict[str, Any] = {}
    if isinstance(permission, str):
        predicate, said = read(permission)
    if not isinstance(predicate, Predicate):
        raise TypeError(f"{permission!r} is no permission; write a name, a sentence or a predicate")
    if methods is not None and method is not None:
        raise TypeError("methods= and method= are the same; say one of them")
    given = {
        "methods": methods if methods is not None else method,
        "leave_if": leave_if,
        "check": check,
        "fetch": fetch,
        "fetch_as": fetch_as,
        "model": model,
        "fetch_key_url": fetch_key_url,
        "fetch_key_model": fetch_key_model,
    }
    keywords = {key: value for key, value in given.items() if value is not None} | named
    if twice := sorted(keywords.keys() & said.keys()):
        raise TypeError(f"{', '.join(twice)} is said in the sentence and beside it")
    return _stated(predicate, **(said | keywords))


def _stated(
    predicate: Predicate,
    *,
    methods: str | Iterable[str] | None = None,
    leave_if: Condition | None = None,
    check: Condition | None = None,
    fetch: str | Sequence[str] | None = None,
    fetch_as: str | None = None,
    model: Model | Sequence[Model] | None = None,
    fetch_key_url: str | Sequence[str] | None = None,
    fetch_key_model: str | None = None,
    **named: Any,
) -> Statement:
    needs = predicate.all_needs
    for name in sorted(named.keys() - needs):
        known = ", ".join(sorted(needs)) or "nothing"
        raise TypeError(f'this permission takes no "{name}"; it takes {known}')
    lookup = None
    if fetch is not None:
        lookup = Lookup.of(
            needs,
            fetch=fetch,
            fetch_as=fetch_as,
            model=model,
            fetch_key_url=fetch_key_url,
            fetch_key_model=fetch_key_model,
        )
        if lookup.fetch_as in named:
            raise TypeError(f"{lookup.fetch_as} is both fetched and given; say one of them")
    elif any(each is not None for each in (fetch_as, model, fetch_key_url, fetch_key_model)):
        raise TypeError("fetch_as, model and fetch_key_... say how to fetch; say what: fetch=")
    for function in (leave_if, check):
        if function is not None and not callable(function):
            raise TypeError(f"{function!r} is no function of the URL's arguments")
    return Statement(predicate, methods_of(methods), leave_if, check, lookup, named)


def has_permission(permission: str | Predicate, **keywords: Any) -> Callable[[Any], Any]:
    """Decorate a view so that only those may call it for whom `permission` holds.

    `permission` is a name, a sentence (`permissions.sentences`) or a predicate. The view is a
    function, a class with `as_view`, or a method of one: a handler or a viewset's action.
    Several statements on one view all apply.

    `methods`: a comma list; the others pass. `leave_if`: a function of the URL's arguments;
    where it is true the statement passes. `check`: one that must be true. `fetch`: the value
    to obtain, from the URL or from a row; `fetch_as`: the name under which the permission
    takes it (default: `fetch`); `model`: the class of that row, or a list; `fetch_key_url`:
    the URL's argument that names the row, one or one for each model (default: `id`);
    `fetch_key_model`: the column it equals (default: `id`). Any other keyword is a value that
    the permission takes as it is.

    :raises TypeError, LookupError, SentenceError: as `statement` does, when the module loads.
    """
    stated = statement(permission, **keywords)

    def decorate(view: Any) -> Any:
        if isinstance(view, type):
            guarded: Any = Guarded.guarding(view)
            guarded.decorators = (decorate, *getattr(guarded, "decorators", ()))
            return guarded
        return _guard(view, stated)

    return decorate


def public(methods: str | Iterable[str] | None = None) -> Callable[[Any], Any]:
    """Mark a view as open to everybody: by these methods, or by all."""
    return has_permission(anyone, methods=methods)


class Guarded:
    """A class-based view whose `decorators` guard it; subclasses inherit them.

        class OrderEvent(Guarded, View):
            decorators = (has_permission("is_coorganizer", fetch="event_id", model=Order),)

    A class with `decorators` that is not `Guarded` is refused when the server starts.
    """

    @classmethod
    def as_view(cls, *args: Any, **kwargs: Any) -> View:
        view: View = super().as_view(*args, **kwargs)  # type: ignore[misc]
        for decorate in reversed(getattr(cls, "decorators", ())):
            view = decorate(view)
        return view

    @staticmethod
    def guarding(view: type) -> type:
        """Return `view` as a class that asks its `decorators`."""
        if issubclass(view, Guarded):
            return view
        made = type(view.__name__, (Guarded, view), {"__doc__": view.__doc__})
        made.__module__, made.__qualname__ = view.__module__, view.__qualname__
        return made


def statements_on(view: Any) -> tuple[Statement, ...]:
    """Return the statements that guard a view function or a method, the outermost first."""
    return getattr(view, "permission_statements", ())


def _guard(view: View, stated: Statement) -> View:
    if inspect.iscoroutinefunction(view):
        raise TypeError(f"{view.__qualname__} is async, and who may is asked of the database")

    @functools.wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        request = next(arg for arg in args if isinstance(arg, HttpRequest | Request))
        if request.method == "OPTIONS":
            # a class has an answer of its own to it; a function would do what it does
            is_function = args[0] is request and not is_of_class(view)
            return HttpResponse(status=204) if is_function else view(*args, **kwargs)
        try:
            if not stated.is_public:
                ask(stated, request, kwargs)
        except Exception as error:
            if isinstance(request, Request):
                raise  # inside of DRF, which answers it
            return _answer(error, request)
        return view(*args, **kwargs)

    guarded.permission_statements = (stated, *statements_on(view))  # type: ignore[attr-defined]
    return guarded


def is_of_class(view: Any) -> bool:
    """Return whether `view` was made by `as_view`."""
    return hasattr(view, "view_class") or hasattr(view, "cls")


def ask(stated: Statement, request: HttpRequest | Request, arguments: Mapping[str, Any]) -> None:
    """Ask `stated` of who sent `request`.

    :raises NotAuthenticated, PermissionDenied, Http404, ValidationError: as `Statement.ask`.
    """
    user = current.caller_of(request)
    named = named_arguments(arguments)
    stated.ask(user, request.method or "GET", named, functools.partial(linked_id, request))


def named_arguments(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return a URL's arguments by the names that statements use.

    Routes of resources call the row `ref`, which is an id or an identifier.
    """
    named = dict(arguments)
    if "ref" in named:
        ref = str(named.pop("ref"))
        named["id" if ref.isdecimal() else "identifier"] = ref
    return named


def _answer(error: Exception, request: HttpRequest) -> HttpResponseBase:
    handler: Any = api_settings.EXCEPTION_HANDLER
    answer: HttpResponseBase = handler(error, {"request": request})
    return answer


def has_access(permission: str | Predicate, *, user: Person | None = None, **named: Any) -> bool:
    """Return whether `permission` holds for `user` of the named values: `event_id=3`.

    `user` is by default who sent the request that is being answered, and nobody outside of
    one. What names no row (an id that does not exist, or an unknown identifier) is `False`.

    :raises LookupError: no permission has that name.
    :raises TypeError: the permission does not take such a value, or needs one more.
    """
    predicate = read(permission)[0] if isinstance(permission, str) else permission
    asker = current.user() if user is None else user
    try:
        values = {name: as_id(name, value) for name, value in with_ids(named).items()}
    except Http404:
        return False
    needs = predicate.all_needs
    for name in sorted(named.keys() - needs):
        if not name.endswith("identifier"):
            raise TypeError(f'this permission takes no "{name}"; it takes {sorted(needs)}')
    if missing := sorted(needs - values.keys()):
        raise TypeError(f"say {', '.join(missing)} for this permission")
    if not all(row_exists(need, values[need]) for need in sorted(needs)):
        return False
    return predicate.fold(asker, Named(**values)) is True
