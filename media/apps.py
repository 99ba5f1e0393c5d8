from django.apps import AppConfig


class MediaConfig(AppConfig):
    name = "media"

    def ready(self) -> None:
        from . import tasks  # noqa: F401, PLC0415  registers them, once models are loaded
