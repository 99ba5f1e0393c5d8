"""The trash of the admin site: what lies in it, of the types whose pages the caller may see."""

from typing import Any, Final

from django.core.paginator import Paginator
from django.db import models
from django.db.models import Count, Value
from django.http import Http404, HttpRequest
from django.urls import reverse

PER_PAGE: Final = 50


def types(request: HttpRequest, pages: Any) -> list[dict[str, Any]]:
    """Return each type that has rows in the trash, with their number: one query for all."""
    shown = {page.opts.label_lower: page for page in _pages(request, pages)}
    counts = [
        page.model._base_manager.filter(deleted_at__isnull=False)
        .order_by()
        .values(page_name=Value(name))
        .annotate(page_rows=Count("pk"))
        for name, page in shown.items()
    ]
    if not counts:
        return []
    first, *others = counts
    found = first.union(*others, all=True).order_by("-page_rows", "page_name")
    return [
        {
            "title": shown[each["page_name"]].title,
            "rows": each["page_rows"],
            "url": reverse("admin:trash_of", args=(each["page_name"],)),
        }
        for each in found
        if each["page_rows"]
    ]


def rows(request: HttpRequest, pages: Any, name: str) -> dict[str, Any]:
    """Return what lies in the trash of the type `name`, what was put there last first.

    :raises Http404: there is no such type, or the caller may not see its page.
    """
    page = _page(request, pages, name)
    found = page.model._base_manager.filter(deleted_at__isnull=False)
    found = found.select_related(*_event_of(page.model)).order_by("-deleted_at", "-pk")
    shown = Paginator(found, PER_PAGE).get_page(request.GET.get("p"))
    return {
        "title": f"{page.title} in the trash",
        "page": shown,
        "rows": [_described(request, page, row) for row in shown],
    }


def row(request: HttpRequest, pages: Any, name: str, pk: int) -> dict[str, Any]:
    """Return a row in the trash that is to be removed for good, and what goes with it.

    :raises Http404: there is no such row in the trash, or the caller may not remove it.
    """
    page = _page(request, pages, name)
    found = page.model._base_manager.filter(deleted_at__isnull=False, pk=pk).first()
    if found is None or not (described := _described(request, page, found))["remove"]:
        raise Http404
    return {
        "title": f"Remove “{found}” for good",
        "row": described,
        "verb": page.url_of("remove", found),
        "belonging": _belonging(found),
        "next": reverse("admin:trash_of", args=(name,)),
    }


def _pages(request: HttpRequest, pages: Any) -> list[Any]:
    return [page for page in pages if page.is_trashable and page.has_view_permission(request)]


def _page(request: HttpRequest, pages: Any, name: str) -> Any:
    for page in _pages(request, pages):
        if page.opts.label_lower == name:
            return page
    raise Http404


def _described(request: HttpRequest, page: Any, row: Any) -> dict[str, Any]:
    offered = {each.name for each in page.verbs() if each.is_offered(page, request, row)}
    name = page.opts.label_lower
    return {
        "name": str(row),
        "event": str(row.event) if _event_of(page.model) and row.event_id else "",
        "deleted_at": row.deleted_at,
        "url": reverse(f"admin:{name.replace('.', '_')}_change", args=(row.pk,)),
        "restore": page.url_of("out_of_trash", row) if "out_of_trash" in offered else None,
        "remove": (
            reverse("admin:trash_remove", args=(name, row.pk)) if "remove" in offered else None
        ),
    }


def _event_of(model: type[models.Model]) -> list[str]:
    names = [field.name for field in model._meta.fields if field.is_relation]
    return ["event"] if "event" in names else []


def _belonging(row: models.Model) -> list[tuple[str, int]]:
    """Return how many rows of which model are removed with `row`, one level deep."""
    found = []
    for relation in row._meta.related_objects:
        if relation.on_delete is models.CASCADE:
            model: Any = relation.related_model
            count = model._base_manager.filter(**{relation.field.name: row.pk}).count()
            if count:
                found.append((str(model._meta.verbose_name_plural), count))
    return sorted(found, key=lambda each: -each[1])
