"""What the templates of the admin site ask."""

from typing import Any

from django import template
from django.contrib import admin
from django.urls import reverse

register = template.Library()


@register.inclusion_tag("desk/heading.html", takes_context=True)
def heading(context: template.Context) -> dict[str, Any]:
    """Say where one is: the list that a row is of, and the row, or the title of the page."""
    opts = context.get("opts")
    page = opts and admin.site._registry.get(opts.model)
    if page is None:
        return {"title": context.get("title")}
    row = context.get("original") or context.get("object")
    name = f"admin:{opts.app_label}_{opts.model_name}_changelist"
    shown = "cl" not in context
    return {
        "above": {"title": page.title, "url": reverse(name)} if shown else None,
        "title": row or (context.get("title") if shown else page.title),
    }
