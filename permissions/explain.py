"""Why somebody may, or may not: which role or rule decided, and what would be needed."""

from typing import Any

from django.urls import Resolver404, resolve

from .methods import METHODS
from .routes import routes_to
from .users import Person


def explain(user: Person, method: str, path: str) -> dict[str, Any]:
    """Return whether `user` may send `method` to `path`, and why.

    `{"allowed": bool, "status": int, "because": str, "needed": str, "statement": str}`; the
    status is 200 where permission lets it pass. What depends on the parent that a body links
    is answered for a body that links none.

    :raises ValueError: there is no such method.
    """
    wanted = "GET" if method.upper() == "HEAD" else method.upper()
    if wanted not in METHODS:
        raise ValueError(f'"{method}" is no method; known: {", ".join(METHODS)}')
    try:
        found = resolve(path.partition("?")[0])
    except Resolver404:
        return _said(404, "There is nothing at this path.")
    for route in routes_to(found.func, path):
        if route.method == wanted:
            verdict = route.judge(user, found.kwargs)
            return _said(verdict.status, verdict.because, verdict.needed, route.sentence)
    return _said(405, f"{wanted} is not allowed here.")


def _said(status: int, because: str, needed: str = "", statement: str = "") -> dict[str, Any]:
    return {
        "allowed": status == 200,
        "status": status,
        "because": because,
        "needed": needed,
        "statement": statement,
    }
