"""Image sizes, each with a picture of how it cuts; and what was uploaded."""

from collections.abc import Mapping
from typing import Any, ClassVar, Final
from urllib.parse import urlencode

from django.contrib import admin
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_safe

from administration import sample_picture
from media import sizes, storage
from media.actions.remaking import change_sizes
from media.actions.uploads import forget
from media.images import Size
from media.models import EventImageSize, SpeakerImageSize, Upload
from media.models.image_size import LONGEST_SIDE
from openevent.desk.pages import Disposable, OnlyRow

HELP: Final = {
    "width": "Pixels; empty: {}.",
    "height": "Pixels; empty: {}.",
    "keeps_aspect": "It fits in. Otherwise it fills the size, and what sticks out is cut off.",
    "quality": "Of the JPEG, from 1 to 100; empty: {}.",
}


class ImageSizeDesk(OnlyRow):
    """One group of fields for each size, with a picture that follows what is typed."""

    icon = "aspect_ratio"
    change_form_template = "desk/image_sizes.html"
    kind: ClassVar[str]  # as `media.sizes` names it
    is_portrait: ClassVar[bool] = False
    # What each size is for; and, of each part of it, what its column is called after its name.
    sizes: ClassVar[Mapping[str, str]]
    columns: ClassVar[Mapping[str, str]]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_safe(self.picture))
        name = f"{self.opts.model_name}_picture"
        return [path("picture/<slug:size>/", view, name=name), *super().get_urls()]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        known = {field.name for field in self.opts.fields}
        return [
            (
                size.capitalize(),
                {
                    "description": help_text,
                    "fields": [each for each in self._columns_of(size).values() if each in known],
                },
            )
            for size, help_text in self.sizes.items()
        ]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        for size in self.sizes:
            for part, column in self._columns_of(size).items():
                if column == db_field.name:
                    default = getattr(sizes.DEFAULTS[f"{self.kind}.{size}"], part)
                    field.help_text = HELP[part].format(default)
        if db_field.name.endswith("_aspect"):
            field.label = f"{db_field.name.removesuffix('_aspect').capitalize()} is whole"
        return field

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        change_sizes(obj)
        self.message_user(request, "The images that there are, are being made in the new sizes.")

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        now = sizes.current(f"{self.kind}.{size}" for size in self.sizes)
        context["pictures"] = {
            size.capitalize(): self._described(size, now[f"{self.kind}.{size}"])
            for size in self.sizes
        }
        return super().render_change_form(request, context, *args, **kwargs)

    def picture(self, request: HttpRequest, size: str) -> HttpResponse:
        """Show the sample picture in `size`, by the numbers of the query where it has them."""
        default = sizes.DEFAULTS.get(f"{self.kind}.{size}")
        if default is None:
            raise Http404
        asked = self._asked(request, default)
        made = sample_picture.cut(asked, is_portrait=self.is_portrait)
        width, height = sample_picture.dimensions(asked, is_portrait=self.is_portrait)
        return FileResponse(
            made,
            content_type="image/jpeg",
            headers={
                "Cache-Control": "private, max-age=600",
                "X-Picture-Size": f"{width} x {height}",
            },
        )

    def _asked(self, request: HttpRequest, default: Size) -> Size:
        """Return the size of the query; what is missing or cannot be is as in `default`."""
        width = _number(request, "width", default.width, LONGEST_SIDE)
        is_square = "height" not in self.columns
        return Size(
            width=width,
            height=width if is_square else _number(request, "height", default.height, LONGEST_SIDE),
            keeps_aspect=request.GET.get("keeps_aspect", "True") != "False",
            quality=_number(request, "quality", default.quality, 100),
        )

    def _described(self, name: str, size: Size) -> dict[str, Any]:
        """Return what the template draws of a size as it is now."""
        parts = ("width", "height", "keeps_aspect", "quality")
        width, height = sample_picture.dimensions(size, is_portrait=self.is_portrait)
        return {
            "url": reverse(f"admin:{self.opts.model_name}_picture", args=(name,)),
            "query": urlencode({part: getattr(size, part) for part in parts}),
            "width": width,
            "height": height,
            "inputs": self._columns_of(name),
        }

    def _columns_of(self, size: str) -> dict[str, str]:
        """Return the column of each part of a size: `{"width": "full_width", ...}`."""
        return {part: f"{size}_{column}" for part, column in self.columns.items()}


@admin.register(EventImageSize)
class EventImageSizeDesk(ImageSizeDesk):
    called = "Sizes of event pictures"
    kind = "event"
    sizes = {
        "full": "At the head of an event’s page.",
        "thumbnail": "In lists of events.",
        "icon": "Beside a name.",
        "logo": "Logos of events, sponsors, exhibitors and groups; always whole.",
    }
    columns = {
        "width": "width",
        "height": "height",
        "keeps_aspect": "aspect",
        "quality": "quality",
    }


@admin.register(SpeakerImageSize)
class SpeakerImageSizeDesk(ImageSizeDesk):
    called = "Sizes of photos"
    kind = "speaker"
    is_portrait = True
    sizes = {
        "thumbnail": "On the page of a speaker or a user.",
        "small": "In lists of speakers.",
        "icon": "Beside a name.",
    }
    columns = {"width": "size_width_height", "quality": "size_quality"}


@admin.register(Upload)
class UploadDesk(Disposable):
    """What people uploaded, with the files."""

    icon = "cloud_upload"
    list_display = ("__str__", "uploaded_by", "created_at", "expires_at")
    list_select_related = ("uploaded_by",)
    search_fields = ("kept", "uploaded_by__email")
    fields = ("uploaded_by", "created_at", "expires_at")
    date_hierarchy = "created_at"
    ordering = ("-id",)

    def view_on_site(self, obj: Upload) -> str | None:
        return storage.url(obj.kept)

    def delete_model(self, request: HttpRequest, obj: Upload) -> None:
        forget([obj])

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        forget(list(queryset))


def _number(request: HttpRequest, name: str, default: int, most: int) -> int:
    text = request.GET.get(name, "")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
    return number if 1 <= number <= most else default
