from django.apps import AppConfig


class MediaConfig(AppConfig):
    name = "media"

    def ready(self) -> None:
        from . import doctor, tasks  # noqa: F401, PLC0415  they register what they hold
