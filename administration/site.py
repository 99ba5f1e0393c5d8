"""The admin site: who enters, what they find in its navigation, and what its pages may load."""

from collections.abc import Callable
from typing import Any, Final

from django.contrib import admin
from django.contrib.auth.views import LogoutView, redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from unfold.sites import UnfoldAdminSite

from administration import doors, front, own, trash
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
        return doors.is_open(request)

    def get_urls(self) -> list[Any]:
        return [
            # ours, for who is kept out by nothing but a second factor may want to leave
            path("logout/", self._guarded(self.logout), name="logout"),
            path("login/code/", self._guarded(self.code), name="code"),
            path("second-factor/", self._guarded(self.second_factor), name="second_factor"),
            path("trash/", self.admin_view(self.trash), name="trash"),
            path("trash/<str:name>/", self.admin_view(self.trash_of), name="trash_of"),
            path(
                "trash/<str:name>/<int:pk>/",
                self.admin_view(self.trash_remove),
                name="trash_remove",
            ),
            *super().get_urls(),
        ]

    @method_decorator([never_cache, sensitive_post_parameters()])
    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if doors.must_set_up(request):
            return HttpResponseRedirect(reverse("admin:second_factor"))
        if request.method == "GET" and self.has_permission(request):
            return HttpResponseRedirect(reverse("admin:index"))
        context = {**self.each_context(request), "title": "Sign in"}
        context["app_path"] = request.get_full_path()
        context["next"] = request.GET.get("next") or reverse("admin:index")
        return self._policed(doors.SignInView.as_view(extra_context=context)(request))

    def logout(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return LogoutView.as_view(next_page=reverse("admin:login"))(request)

    @method_decorator([never_cache, sensitive_post_parameters()])
    def code(self, request: HttpRequest) -> HttpResponse:
        """Ask who has named their password for their second factor."""
        return doors.CodeView.as_view(extra_context=self.each_context(request))(request)

    @method_decorator(never_cache)
    def second_factor(self, request: HttpRequest) -> HttpResponse:
        """Show and change the caller's own second factor; they may have to set one up first."""
        if not (self.has_permission(request) or doors.must_set_up(request)):
            return redirect_to_login(request.get_full_path(), reverse("admin:login"))
        shown = own.second_factor_page(request)
        return self._page(request, "desk/second_factor.html", shown)

    @method_decorator(sensitive_post_parameters())
    def password_change(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return own.password_page(request, self.each_context(request))

    def index(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return self._page(request, "desk/front.html", front.shown(request, now=timezone.now()))

    def app_index(
        self, request: HttpRequest, app_label: str, extra_context: Any = None
    ) -> HttpResponse:
        """Lead to the front page: pages are found by panel, not by app."""
        return HttpResponseRedirect(reverse("admin:index"))

    def trash(self, request: HttpRequest) -> HttpResponse:
        shown = {"title": "Trash", "types": trash.types(request, self._registry.values())}
        return self._page(request, "desk/trash.html", shown)

    def trash_of(self, request: HttpRequest, name: str) -> HttpResponse:
        shown = trash.rows(request, self._registry.values(), name)
        return self._page(request, "desk/trash_of.html", shown)

    def trash_remove(self, request: HttpRequest, name: str, pk: int) -> HttpResponse:
        shown = trash.row(request, self._registry.values(), name, pk)
        return self._page(request, "desk/trash_remove.html", shown)

    def _page(self, request: HttpRequest, template: str, shown: dict[str, Any]) -> HttpResponse:
        return TemplateResponse(request, template, {**self.each_context(request), **shown})

    def _guarded(self, view: Callable[..., Any]) -> Callable[..., Any]:
        """Return `view`, which looks for itself who may see it, under our policy."""
        return csrf_protect(lambda *args, **kwargs: self._policed(view(*args, **kwargs)))

    @staticmethod
    def _policed(response: HttpResponse) -> HttpResponse:
        response.headers.setdefault("Content-Security-Policy", POLICY)
        return response

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Any:
        inner = super().admin_view(view, cacheable)

        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            return self._policed(inner(request, *args, **kwargs))

        return guarded

    def search(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        words = request.GET.get("q", "").replace("\0", "").strip()[:100]
        rows = list(found(request, self._registry.values(), words))
        shown = {"title": "Search", "q": words, "found": rows}
        return self._page(request, "desk/search.html", shown)


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
    groups[0]["items"].append(_link("Trash", "delete", reverse("admin:trash")))
    return groups


def _link(title: Any, icon: str, link: str) -> dict[str, Any]:
    return {"title": title, "icon": icon, "link": link}


def _list_of(page: Any) -> str:
    return reverse(f"admin:{page.opts.app_label}_{page.opts.model_name}_changelist")
