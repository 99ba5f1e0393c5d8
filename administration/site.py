"""The admin site: who enters, what they find in its navigation, and what its pages may load."""

from collections.abc import Callable
from typing import Any, Final

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from unfold.sites import UnfoldAdminSite

from administration.search import found
from openevent import site
from openevent.desk.panels import PAGES, TITLES

# Nothing comes from another host. Alpine, which the pages' menus stand on, compiles what stands
# in their attributes; Django's and unfold's scripts are files, so none runs that is written into
# a page.
POLICY: Final = (
    "default-src 'self'; script-src 'self' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'self'"
)


class DeskSite(UnfoldAdminSite):
    """The admin of this server, for whoever holds a panel."""

    def has_permission(self, request: HttpRequest) -> bool:
        user: Any = request.user
        return bool(user.is_active and user.panels)

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Any:
        inner = super().admin_view(view, cacheable)

        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            response: HttpResponse = inner(request, *args, **kwargs)
            response.headers.setdefault("Content-Security-Policy", POLICY)
            return response

        return guarded

    def search(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        words = request.GET.get("q", "").replace("\0", "").strip()[:100]
        context = {
            **self.each_context(request),
            "title": "Search",
            "q": words,
            "found": list(found(request, self._registry.values(), words)),
        }
        return TemplateResponse(request, "desk/search.html", context)


def title(request: HttpRequest) -> str:
    """Return what the site is called: as the app is."""
    return site.current().app_name or "Open Event"


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the pages that the caller may see, by panel, as unfold wants them."""
    pages = {model._meta.label_lower: page for model, page in admin.site._registry.items()}
    groups = [{"items": [_link("Front page", "home", reverse("admin:index"))]}]
    for panel, names in PAGES.items():
        items = [
            _link(page.title, page.icon, _list_of(page))
            for page in map(pages.__getitem__, names)
            if page.has_view_permission(request)
        ]
        if items:
            groups.append({"title": TITLES[panel], "items": items})
    return groups


def _link(title: Any, icon: str, link: str) -> dict[str, Any]:
    return {"title": title, "icon": icon, "link": link}


def _list_of(page: Any) -> str:
    return reverse(f"admin:{page.opts.app_label}_{page.opts.model_name}_changelist")
