from typing import Any

from django.db import migrations

FLAGS = {"sales_admin": "is_sales_admin", "marketer": "is_marketer"}


def flag(apps: Any, schema_editor: Any) -> None:
    """Flag again whoever holds a role; only backwards."""
    users = apps.get_model("users", "User").objects.using(schema_editor.connection.alias)
    for key, name in FLAGS.items():
        users.filter(system_roles__role__key=key).update(**{name: True})


class Migration(migrations.Migration):

    dependencies = [
        ('users', '0004_system_roles'),
    ]

    operations = [
        # 0004 gave the roles to who was flagged
        migrations.RunPython(migrations.RunPython.noop, flag),
        migrations.RemoveField(
            model_name='user',
            name='is_marketer',
        ),
        migrations.RemoveField(
            model_name='user',
            name='is_sales_admin',
        ),
    ]
