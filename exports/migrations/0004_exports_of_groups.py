"""An export is of an event or of a group; going back, those of groups are forgotten."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0011_images_are_kept'),
        ('exports', '0003_files_are_named_by_place'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='export',
            name='group',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='exports', to='events.group'),
        ),
        migrations.AlterField(
            model_name='export',
            name='event',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='exports', to='events.event'),
        ),
        migrations.AlterField(
            model_name='export',
            name='kind',
            field=models.CharField(choices=[('archive', 'Archive'), ('ical', 'Ical'), ('xcal', 'Xcal'), ('pentabarf', 'Pentabarf'), ('sessions-csv', 'Sessions Csv'), ('sessions-pdf', 'Sessions Pdf'), ('speakers-csv', 'Speakers Csv'), ('speakers-pdf', 'Speakers Pdf'), ('followers-csv', 'Followers Csv')], max_length=20),
        ),
        migrations.AddConstraint(
            model_name='export',
            constraint=models.CheckConstraint(condition=models.Q(('event', None), ('group', None), _connector='XOR'), name='export_of_event_or_group', violation_error_message='An export is of an event or of a group.'),
        ),
        migrations.RunSQL(
            migrations.RunSQL.noop, "DELETE FROM exports_export WHERE event_id IS NULL"
        ),
    ]
