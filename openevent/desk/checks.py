"""System checks: no page of the admin site without a panel."""

from typing import Any

from django.contrib import admin
from django.core.checks import CheckMessage, Error, Tags, register

from .pages import Desk
from .panels import PAGES, panel_of


@register(Tags.admin)
def every_page_is_on_a_panel(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """Refuse pages that nobody said who may see, and names of pages that are not there."""
    pages = {model._meta.label_lower: page for model, page in admin.site._registry.items()}
    faults = [
        f"The admin page of {name} is on no panel; name it in openevent/desk/panels.py"
        for name in pages
        if panel_of(name) is None
    ]
    faults += [
        f"{name} is on the panel {panel}, but has no admin page"
        for panel, names in PAGES.items()
        for name in names
        if name not in pages
    ]
    faults += [
        f"{type(page).__name__} asks nobody's panels; derive it from openevent.desk.pages.Desk"
        for page in pages.values()
        if not isinstance(page, Desk)
    ]
    return [Error(fault, id="desk.E001") for fault in faults]
