from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "openevent.desk"

    def ready(self) -> None:
        from . import checks  # noqa: F401, PLC0415  registers itself
