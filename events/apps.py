from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "events"

    def ready(self) -> None:
        from permissions import registry  # noqa: PLC0415  models load after this module
        from users.actions.accounts import deletion_blockers  # noqa: PLC0415

        # they stand on this app's models
        from . import atoms, groups, invited, tasks  # noqa: F401, PLC0415
        from .actions.roles import work_left  # noqa: PLC0415

        deletion_blockers.append(work_left)
        registry.register(*atoms.ALL, *groups.ALL, *invited.ALL)
        for name, predicate in atoms.ALIASES.items():
            registry.alias(name, predicate)
