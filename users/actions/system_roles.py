"""System roles: giving somebody one for the whole server, and taking it away."""

from collections.abc import Mapping

from users.models import CustomSystemRole, User, UserSystemRole


def set_system_roles(user: User, wanted: Mapping[str, bool]) -> None:
    """Give `user` the system roles of the keys that are true in `wanted`, and take the others.

    Who holds one already, be it for one event, keeps it as it is. One that an admin removed is
    there again, and opens no panel, once somebody is given it.
    """
    for key, is_held in wanted.items():
        held = UserSystemRole.objects.filter(user=user, role__key=key)
        if not is_held:
            held.delete()
        elif not held.exists():
            label = CustomSystemRole.Key(key).label
            role, _ = CustomSystemRole.objects.get_or_create(key=key, defaults={"name": label})
            UserSystemRole.objects.create(user=user, role=role)
