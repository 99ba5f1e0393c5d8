"""An index for pages of an event's sessions, made while they are read and written."""

import django.db.models.deletion
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # PostgreSQL builds an index beside other work only outside a transaction.
    atomic = False

    dependencies = [("events", "0006_custom_placeholder")]

    operations = [
        AddIndexConcurrently(
            model_name="session",
            index=models.Index("event", "id", name="session_event_order_idx"),
        ),
        migrations.AlterField(
            model_name="session",
            name="event",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="sessions",
                to="events.event",
            ),
        ),
    ]
