"""System checks: no route without a statement."""

from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register

from .routes import unstated


@register(Tags.urls)
def every_route_is_stated(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Refuse routes that nobody said who may call."""
    return [Error(fault, id="permissions.E001") for fault in unstated()]
