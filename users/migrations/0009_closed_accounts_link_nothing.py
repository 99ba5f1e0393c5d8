from typing import Any

from django.db import migrations


def unlink(apps: Any, schema_editor: Any) -> None:
    """Do for accounts that are closed already what closing one does from now on."""
    links = apps.get_model("users", "SocialAccount").objects.using(schema_editor.connection.alias)
    links.filter(user__deleted_at__isnull=False).delete()


class Migration(migrations.Migration):

    dependencies = [
        ('users', '0008_second_factor'),
    ]

    operations = [
        migrations.RunPython(unlink, migrations.RunPython.noop),
    ]
