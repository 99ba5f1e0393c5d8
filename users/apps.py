from django.apps import AppConfig


class UsersConfig(AppConfig):
    name = "users"

    def ready(self) -> None:
        from permissions import registry  # noqa: PLC0415  models load after this module

        from . import atoms, tasks  # noqa: F401, PLC0415  they stand on this app's models

        registry.register(*atoms.ALL)
