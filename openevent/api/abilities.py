"""What somebody may do with all that hangs under a row: `GET /v1/events/{id}/abilities`."""

from django.db.models import Model

from permissions.predicates import Predicate
from permissions.targets import Target, UnknownNeed, need_path, own_need
from permissions.users import Person

from .registry import registry
from .resources import Resource

ALL = "all"
SOME = "some"


def abilities(row: Model, user: Person) -> dict[str, dict[str, str]]:
    """Return what `user` may do there, by type and verb: `{"track": {"change": "all"}}`.

    A verb is "all" where it goes for every such row under `row`, "some" where it depends on
    the row (their own session), and absent where it goes for none.
    """
    found = {}
    for resource in registry:
        if not _hangs_under(resource, row):
            continue
        verbs = {
            verb: extent
            for verb, predicate in resource.permissions.items()
            if verb not in ("embedded", "list") and (extent := _extent(predicate, user, row))
        }
        if verbs:
            found[resource.type] = verbs
    return found


def _hangs_under(resource: Resource, row: Model) -> bool:
    if resource.model is None:
        return False
    try:
        need_path(resource.model, own_need(type(row)))
    except UnknownNeed:
        return False
    return True


def _extent(predicate: Predicate, user: Person, row: Model) -> str:
    target = Target(row)
    answer = predicate.fold(user, target)
    if answer is None:
        return SOME if predicate.possible(user, target) else ""
    return ALL if answer else ""
