from django.apps import AppConfig


class ExportsConfig(AppConfig):
    name = "exports"

    def ready(self) -> None:
        from . import tasks  # noqa: F401, PLC0415  models load after this module
