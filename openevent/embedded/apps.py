from django.apps import AppConfig


class EmbeddedConfig(AppConfig):
    name = "openevent.embedded"

    def ready(self) -> None:
        import openevent.checks  # noqa: F401, PLC0415  registers them, once apps are loaded
