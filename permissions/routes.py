"""Every route of the project, and what it asks: for the printed list, explanations and tests."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from . import sentences
from .manager import Guarded, Statement, named_arguments, statements_on
from .methods import METHODS
from .predicates import Predicate
from .users import Person
from .verdicts import Verdict, passes

# Django's own admin asks its own permissions, by panel.
_NOT_OURS = ("admin",)


@dataclass(frozen=True)
class Route:
    """One path and method, and the view behind it. `path` is `/v1/tracks/{ref}`."""

    path: str
    method: str
    view: Any = field(compare=False)

    @cached_property
    def view_class(self) -> Any:
        """The class behind a view made by `as_view`; `None` of a plain function."""
        return getattr(self.view, "cls", None) or getattr(self.view, "view_class", None)

    @cached_property
    def handler(self) -> str:
        """The name of the method that answers: `retrieve`, or `get`."""
        actions: Mapping[str, str] | None = getattr(self.view, "actions", None)
        name = self.method.lower()
        return actions[name] if actions else name

    @cached_property
    def options(self) -> Mapping[str, Any]:
        """What the router told the view."""
        found = getattr(self.view, "initkwargs", None)
        return found or getattr(self.view, "view_initkwargs", None) or {}

    @cached_property
    def statements(self) -> tuple[Statement, ...]:
        """The statements by `has_permission` that concern this method, the outermost first."""
        found = statements_on(self.view)
        if self.view_class is not None:
            for name in ("dispatch", self.handler):
                found += statements_on(getattr(self.view_class, name, None))
        return tuple(stated for stated in found if stated.concerns(self.method))

    @cached_property
    def predicate(self) -> Predicate | None:
        """What a resource states for this route; `None` of others, and where nobody may."""
        stated = getattr(self.view_class, "stated", None)
        return stated(self.handler, self.options) if stated else None

    @property
    def is_stated(self) -> bool:
        """Whether somebody said who may."""
        return bool(self.statements) or hasattr(self.view_class, "judge")

    @property
    def sentence(self) -> str:
        """Who may, in words."""
        parts = [stated.sentence for stated in self.statements]
        if hasattr(self.view_class, "judge"):
            parts.append(sentences.say(self.predicate) if self.predicate else "nobody")
        return "; and ".join(parts) or "nothing is stated"

    def judge(
        self,
        user: Person,
        arguments: Mapping[str, Any],
        linked: Mapping[str, Any] | None = None,
    ) -> Verdict:
        """Return what a request by `user` is answered, as far as permission goes.

        `arguments` are the URL's; `linked` is what the body links: `{"event_id": 3}`.
        """
        body = dict(linked or {})
        verdict = passes("Nothing is asked")
        for stated in self.statements:
            verdict = stated.judge(user, self.method, named_arguments(arguments), body)
            if not verdict.allowed:
                return verdict
        judge = getattr(self.view_class, "judge", None)
        if judge is not None:
            found: Verdict = judge(self.handler, self.options, user, arguments, body)
            return found
        return verdict


def routes() -> list[Route]:
    """Return every route of the URLconf but the admin's, by path and method."""
    return sorted(_walk(get_resolver(), "/"), key=lambda route: (route.path, route.method))


def routes_to(view: Any, path: str) -> list[Route]:
    """Return the routes of one view."""
    return [Route(path, method, view) for method in _methods(view)]


def unstated() -> list[str]:
    """Return a sentence for each route that nobody stated anything for."""
    faults = [
        f"{route.method} {route.path}: nothing is stated; decorate the view with "
        "has_permission(...), or with public() if it is for everybody"
        for route in routes()
        if not route.is_stated
    ]
    classes = {route.view_class for route in routes()}
    for view in sorted((each for each in classes if each is not None), key=lambda c: c.__name__):
        if hasattr(view, "decorators") and not issubclass(view, Guarded):
            faults.append(
                f"{view.__name__} has decorators that nobody asks; derive it from Guarded"
            )
    return faults


def _walk(resolver: URLResolver, prefix: str) -> Iterator[Route]:
    for pattern in resolver.url_patterns:
        path = prefix + _template(str(pattern.pattern))
        if isinstance(pattern, URLResolver):
            if pattern.namespace not in _NOT_OURS:
                yield from _walk(pattern, path)
        elif isinstance(pattern, URLPattern):
            yield from routes_to(pattern.callback, path)


def _template(pattern: str) -> str:
    return re.sub(r"<(?:[^<>:]+:)?([^<>]+)>", r"{\1}", pattern)


def _methods(view: Any) -> list[str]:
    actions = getattr(view, "actions", None)
    if actions:
        return [method for method in METHODS if method.lower() in actions]
    view_class = getattr(view, "cls", None) or getattr(view, "view_class", None)
    if view_class is not None:
        return [method for method in METHODS if hasattr(view_class, method.lower())]
    said = [stated.methods for stated in statements_on(view)]
    if not said or None in said:
        return ["GET"]
    # it answers whatever it is sent, and each statement lets the methods pass that it does not list
    return [method for method in METHODS if method in (_required_methods(view) or METHODS)]


def _required_methods(view: Any) -> frozenset[str]:
    """Return what Django's `require_http_methods` lets through to `view`; none: it does not ask."""
    while view is not None:
        kept = inspect.getclosurevars(view).nonlocals if inspect.isfunction(view) else {}
        if "request_method_list" in kept:
            return frozenset(kept["request_method_list"])
        view = getattr(view, "__wrapped__", None)
    return frozenset()
