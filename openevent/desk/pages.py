"""Pages: what the admin pages of all our models have in common."""

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

import nh3
from django.contrib import messages
from django.db import IntegrityError, models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, reverse
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminExpandableTextareaWidget

from media.actions.images import settle
from media.fields import ImageURLField
from media.places import StorageUnavailable
from openevent.api.registry import registry
from openevent.errors import DomainError
from openevent.sealed import SealedField
from openevent.trash import Trashable

from . import trash
from .columns import TrashFilter
from .images import ImageField, WithImages
from .secrets import DeskForm, SecretField
from .verbs import Verb, WithVerbs, broken_rule, verb


class Desk(WithVerbs, WithImages, ModelAdmin):
    """The admin pages of one of our models.

    Who holds the panel that they are on (`panels.py`) may do there what the page allows. A
    refusal is shown as a message. Secrets are taken and not shown. What can be trashed is
    trashed and not deleted.
    """

    form = DeskForm
    formfield_overrides = {
        models.URLField: {"assume_scheme": "https"},
        models.TextField: {"widget": UnfoldAdminExpandableTextareaWidget},
    }
    list_per_page = 50
    show_full_result_count = False
    change_form_template = "desk/change_form.html"
    # In the navigation: what the rows are called, if not by their model's name, and the name of
    # a Material symbol. And whether the search of the whole site looks here.
    called: ClassVar[str | None] = None
    icon: ClassVar[str] = "label"
    is_searched: ClassVar[bool] = False
    # Whether super admins may remove for good what lies in the trash.
    is_removable: ClassVar[bool] = True

    @property
    def title(self) -> str:
        return self.called or str(self.opts.verbose_name_plural).capitalize()

    # --- who may

    def has_add_permission(self, request: HttpRequest) -> bool:
        closed = self._closed_fields(request)
        needed = any(not self.opts.get_field(name).blank for name in closed)
        return super().has_add_permission(request) and not needed

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return not self.is_trashable and super().has_delete_permission(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Leave to the trash what is in it, and unchanged what is chosen on a page not theirs."""
        fields = (*super().get_readonly_fields(request, obj), *self._closed_fields(request))
        return (*fields, "deleted_at") if self.is_trashable else fields

    def _closed_fields(self, request: HttpRequest) -> list[str]:
        """Return the fields whose choices are the rows of a page that the caller may not see."""
        pages = {
            name: self.admin_site._registry.get(self.opts.get_field(name).remote_field.model)
            for name in self.autocomplete_fields
        }
        return [
            name for name, page in pages.items() if page and not page.has_view_permission(request)
        ]

    @property
    def is_trashable(self) -> bool:
        return issubclass(self.model, Trashable)

    # --- lists

    def get_list_filter(self, request: HttpRequest) -> Any:
        chosen = super().get_list_filter(request)
        return (*chosen, TrashFilter) if self.is_trashable else chosen

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        return super().get_actions(request) | self.verb_actions(request)

    # --- forms

    def get_urls(self) -> list[URLPattern]:
        return [*self.verb_urls(), *self.image_urls(), *super().get_urls()]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if isinstance(db_field, SealedField):
            return db_field.formfield(form_class=SecretField)
        if isinstance(db_field, ImageURLField):
            return db_field.formfield(form_class=ImageField, by=request.user)
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Leave secrets out of a page that is only looked at: Django would print them."""
        shown = super().get_fieldsets(request, obj)
        if obj is None or self.has_change_permission(request, obj):
            return shown
        return [
            (title, options | {"fields": [*filter(self._is_no_secret, options["fields"])]})
            for title, options in shown
        ]

    def _is_no_secret(self, name: Any) -> bool:
        sealed = {each.name for each in self.opts.fields if isinstance(each, SealedField)}
        return name not in sealed

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Any:
        """Treat the row that is about to be saved as the API would.

        Of mark-up what is harmless is kept, and images become files of its own.
        """
        row = super().save_form(request, form, change)
        for name in self._html_columns():
            setattr(row, name, nh3.clean(getattr(row, name) or "") or getattr(row, name))
        settle(row, self.model._default_manager.get(pk=row.pk) if change else None)
        return row

    def _html_columns(self) -> set[str]:
        """Return the columns of mark-up that people write, which clients show as it is."""
        shown = [each.serializer_class for each in registry if each.model is self.model]
        return {name for each in shown for name in getattr(each.Meta, "html", ())}

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().changeform_view(request, *args, **kwargs)
        except (DomainError, StorageUnavailable) as refusal:
            detail = str(refusal.detail)
        except IntegrityError as error:
            detail = broken_rule(self.model, error)
        self.message_user(request, detail, messages.ERROR)
        return HttpResponseRedirect(request.get_full_path())

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        row = kwargs.get("obj")
        if row is not None:
            context |= {"verbs": self.offered(request, row), "asides": self.asides(request, row)}
            self.show_images(context["adminform"].form, row)
        return super().render_change_form(request, context, *args, **kwargs)

    def asides(self, request: HttpRequest, row: Any) -> Sequence[str]:
        """Return what the page of `row` shows above its form, as HTML."""
        return []

    # --- verbs

    def verbs(self) -> Iterator[Verb]:
        for each in super().verbs():
            of_trash = each.name in ("to_trash", "out_of_trash", "remove")
            if each.name == "remove" and not self.is_removable:
                continue
            if self.is_trashable or not of_trash:
                yield each

    @verb(
        "Move to the trash",
        sure="It is shown to nobody from then on, and can be taken out of the trash again.",
        when=lambda row: row.deleted_at is None,
        many=True,
        danger=True,
    )
    def to_trash(self, request: HttpRequest, row: Any) -> str:
        trash.put(row, request)
        return f"“{row}” is in the trash."

    @verb("Take out of the trash", when=lambda row: row.deleted_at is not None, many=True)
    def out_of_trash(self, request: HttpRequest, row: Any) -> str:
        trash.take_out(row, request)
        return f"“{row}” is out of the trash."

    @verb(
        "Remove for good",
        sure="Nothing brings it back, nor what belongs to it.",
        when=lambda row: row.deleted_at is not None,
        super_admins=True,
        danger=True,
    )
    def remove(self, request: HttpRequest, row: Any) -> str:
        name = str(row)
        trash.remove(row, request)
        return f"“{name}” is gone."


class LookedAt(Desk):
    """What the server writes by itself: looked at here, and not changed."""

    def verbs(self) -> Iterator[Verb]:
        return (each for each in super().verbs() if each.name != "to_trash")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def may_act(self, request: HttpRequest, row: Any) -> bool:
        return self.has_view_permission(request, row)


class Disposable(LookedAt):
    """What the server writes by itself, and people may delete before its time."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_view_permission(request, obj)


class Switches(Desk):
    """Each kind has its row, which is switched on or off and neither added nor removed."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class OnlyRow(Desk):
    """The page of a model with one row, which a migration made: its list leads to it."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return HttpResponseRedirect(self.only_url)

    @property
    def only_url(self) -> str:
        name = f"{self.opts.app_label}_{self.opts.model_name}_change"
        return reverse(f"{self.admin_site.name}:{name}", args=(1,))
