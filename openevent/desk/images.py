"""Images on pages: chosen by a file or by a URL, beside what is there.

A file that is chosen becomes an upload of who sent it, as if by `/v1/upload/image`, and its URL is
what the form has from then on. What is there comes from a route of its own, since no other host may
show anything on these pages, be it where buckets hand out their files.
"""

from typing import Any, Final

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_safe
from unfold.widgets import UnfoldAdminURLInputWidget

from media import content_types, storage
from media.actions.uploads import keep_image
from media.fields import ImageColumns, ImageURLFormField, images_of
from media.places import StorageUnavailable
from openevent.errors import DomainError

FORMATS: Final = "image/jpeg,image/png,image/webp,image/gif,image/avif"


class ImageWidget(UnfoldAdminURLInputWidget):
    """A field for a URL, and one for a file, which goes first."""

    template_name = "desk/image.html"
    needs_multipart_form = True
    # Where the image that is there is shown, if there is one.
    shown_at: str | None = None

    class Media:
        js = ("desk/images.js",)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"] |= {"file": _file(name), "accept": FORMATS, "shown_at": self.shown_at}
        return context

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return files.get(_file(name)) or super().value_from_datadict(data, files, name)

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return _file(name) not in files and super().value_omitted_from_data(data, files, name)


class ImageField(ImageURLFormField):
    """An image in a form: a URL, or a file that somebody sends, which becomes one."""

    widget = ImageWidget

    def __init__(self, *, by: Any, **options: Any) -> None:
        super().__init__(**options)
        self._by = by
        self._uploaded: str | None = None

    def clean(self, value: Any) -> Any:
        if isinstance(value, UploadedFile):
            value = self._uploaded = self._upload(value)
        return super().clean(value)

    def _upload(self, file: UploadedFile) -> str | None:
        try:
            return storage.url(keep_image(file, by=self._by).kept)  # type: ignore[arg-type]
        except (DomainError, StorageUnavailable) as refusal:
            raise ValidationError(str(refusal.detail)) from refusal

    def has_changed(self, initial: Any, data: Any) -> bool:
        return isinstance(data, UploadedFile) or super().has_changed(initial, data)

    def bound_data(self, data: Any, initial: Any) -> Any:
        """Return the URL of a file that was taken, as browsers do not send it once more."""
        if isinstance(data, UploadedFile):
            return self._uploaded or initial
        return data


class WithImages:
    """What a page needs to show images."""

    model: Any
    admin_site: Any

    def image_urls(self) -> list[URLPattern]:
        if not images_of(self.model):
            return []
        view = self.admin_site.admin_view(require_safe(self.image_view))
        name = self._image_url_name.removeprefix(f"{self.admin_site.name}:")
        return [path("<path:object_id>/image/<slug:column>/", view, name=name)]

    def image_view(self, request: HttpRequest, object_id: str, column: str) -> HttpResponseBase:
        """Show the image of a row that is chosen in `column`, in a size that it is shown in."""
        row: Any = self.get_object(request, object_id)  # type: ignore[attr-defined]
        image = self._images.get(column)
        if row is None or image is None:
            raise Http404
        if not self.has_view_permission(request, row):  # type: ignore[attr-defined]
            raise PermissionDenied
        kept = getattr(row, image.made[0].name if image.made else column)
        try:
            file = storage.opened(kept or "")
        except (FileNotFoundError, StorageUnavailable):
            raise Http404 from None
        return FileResponse(
            file,
            content_type=content_types.content_type(kept),
            headers={"Cache-Control": "private, no-cache"},
        )

    def show_images(self, form: Any, row: Any) -> None:
        """Have `form`, of the page of `row`, show the images that are kept."""
        for column in self._images.keys() & form.fields.keys():
            if storage.is_kept(form.initial.get(column)):
                shown_at = reverse(self._image_url_name, args=(row.pk, column))
                form.fields[column].widget.shown_at = shown_at

    @property
    def _images(self) -> dict[str, ImageColumns]:
        return {image.chosen.name: image for image in images_of(self.model)}

    @property
    def _image_url_name(self) -> str:
        options = self.model._meta
        return f"{self.admin_site.name}:{options.app_label}_{options.model_name}_image"


def _file(name: str) -> str:
    return f"{name}-file"
