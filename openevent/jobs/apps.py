from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "openevent.jobs"

    def ready(self) -> None:
        from . import tasks  # noqa: F401, PLC0415  registers with Celery, now that models are loaded
