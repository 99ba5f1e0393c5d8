from django.apps import AppConfig


class PermissionsConfig(AppConfig):
    name = "permissions"

    def ready(self) -> None:
        from . import atoms, checks, registry  # noqa: F401, PLC0415  models load after this module

        registry.register(
            atoms.anyone,
            atoms.auth_required,
            atoms.is_super_admin,
            atoms.is_admin,
            atoms.is_verified,
            atoms.is_user_itself,
        )
        # names of the former server for "somebody is signed in"
        for name in ("create_event", "accessible_role_based_events", "user_event"):
            registry.alias(name, atoms.auth_required)
