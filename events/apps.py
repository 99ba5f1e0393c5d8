from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "events"

    def ready(self) -> None:
        from permissions import registry  # noqa: PLC0415  models load after this module

        from . import atoms, groups, invited  # noqa: PLC0415  they stand on this app's models

        registry.register(*atoms.ALL, *groups.ALL, *invited.ALL)
        for name, predicate in atoms.ALIASES.items():
            registry.alias(name, predicate)
