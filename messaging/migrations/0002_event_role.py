"""The mail that invites to a team is called as the contract calls it."""

from django.db import migrations


def rename(before: str, after: str):
    def move(apps, schema_editor):
        settings = apps.get_model("messaging", "MessageSetting").objects
        settings.using(schema_editor.connection.alias).filter(action=before).update(action=after)

    return move


class Migration(migrations.Migration):
    dependencies = [("messaging", "0001_initial")]

    operations = [
        migrations.RunPython(
            rename("role_invite", "event_role"), rename("event_role", "role_invite")
        )
    ]
