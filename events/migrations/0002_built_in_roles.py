"""The roles that carry rights exist on every server."""

from typing import Any

from django.db import migrations

ROLES = {
    "owner": "Owner",
    "organizer": "Organizer",
    "coorganizer": "Co-organizer",
    "track_organizer": "Track Organizer",
    "moderator": "Moderator",
    "registrar": "Registrar",
    "attendee": "Attendee",
}


def add(apps: Any, schema_editor: Any) -> None:
    role = apps.get_model("events", "Role")
    for name, title in ROLES.items():
        role.objects.get_or_create(name=name, defaults={"title_name": title})


class Migration(migrations.Migration):
    dependencies = [("events", "0001_initial")]
    # backwards, the table goes with 0001
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
