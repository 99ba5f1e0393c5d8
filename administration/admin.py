"""The settings of the site, what is uploaded, and the log of who did what, in the admin."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST

from administration.models import Page
from media import places, storage
from media.actions.remaking import change_sizes
from media.actions.trying import try_place
from media.actions.uploads import forget
from media.models import EventImageSize, SpeakerImageSize, Upload
from openevent.activity.models import Activity
from openevent.sealed import SealedField
from openevent.site.models import Site
from users.admin import Desk

admin.site.site_header = admin.site.site_title = "Open Event"


class OnlyRow(Desk):
    """What there is one of."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        is_there = self.model._default_manager.exists()
        return super().has_add_permission(request) and not is_there

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Site)
class SiteDesk(OnlyRow):
    """The only row; the API takes its secrets and does not show them, and here they are not."""

    list_display = ("app_name", "frontend_url", "storage_place", "email_service")
    exclude = tuple(field.name for field in Site._meta.fields if isinstance(field, SealedField))

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.test_storage))
        return [path("test-storage/", view, name="site_site_test_storage"), *super().get_urls()]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        context["places"] = places.set_up() if request.user.is_super_admin else []
        return super().render_change_form(request, context, *args, **kwargs)

    def test_storage(self, request: HttpRequest) -> HttpResponse:
        """Try a place by the settings as they are saved, and say how that went."""
        if not request.user.is_super_admin:
            raise PermissionDenied
        try:
            messages.success(request, try_place(request.POST.get("place", "")))
        except places.StorageUnavailable as error:
            messages.error(request, error.reason)
        return HttpResponseRedirect(reverse("admin:site_site_change", args=(1,)))


@admin.register(EventImageSize, SpeakerImageSize)
class ImageSizeDesk(OnlyRow):
    """A change has the images that there are made anew."""

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        change_sizes(obj)


@admin.register(Upload)
class UploadDesk(Desk):
    """What people uploaded; it can be looked at, and deleted before its time."""

    list_display = ("__str__", "uploaded_by", "created_at", "expires_at")
    list_select_related = ("uploaded_by",)
    search_fields = ("kept", "uploaded_by__email")
    date_hierarchy = "created_at"
    ordering = ("-id",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def view_on_site(self, obj: Upload) -> str | None:
        return storage.url(obj.kept)

    def delete_model(self, request: HttpRequest, obj: Upload) -> None:
        forget([obj])

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        forget(list(queryset))


@admin.register(Activity)
class ActivityDesk(Desk):
    """Read only: what was done was done."""

    list_display = ("time", "actor", "action")
    search_fields = ("actor", "action")
    date_hierarchy = "time"
    ordering = ("-id",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Page)
class PageDesk(Desk):
    list_display = ("name", "title", "url", "place", "language", "index")
    list_filter = ("place", "language")
    search_fields = ("name", "title", "url")
