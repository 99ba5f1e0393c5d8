"""Files of exports and imports are named as all kept files are: `local:private/exports/…`."""

import media.fields
from django.db import migrations


def rename(old, new):
    return [
        f"UPDATE {table} SET file = '{new}' || substr(file, {len(old) + 1}) "
        f"WHERE file LIKE '{old}%'"
        for table in ("exports_export", "exports_importjob")
    ]


# What is still to be deleted, too.
JOBS = """
UPDATE jobs_job
SET kind = '{kind}', arguments = jsonb_build_object(
    'kept', '{new}' || substr(arguments->>'kept', {length}))
WHERE kind = '{was}' AND finished_at IS NULL AND arguments->>'kept' LIKE '{old}%'
"""
OLD, NEW = "local:", "local:private/"


class Migration(migrations.Migration):

    dependencies = [
        ('exports', '0002_import_job'),
        ('jobs', '0001_initial'),
    ]

    operations = [
        migrations.AlterField(
            model_name='export',
            name='file',
            field=media.fields.KeptFileField(blank=True, max_length=2048),
        ),
        migrations.AlterField(
            model_name='importjob',
            name='file',
            field=media.fields.KeptFileField(blank=True, max_length=2048),
        ),
        migrations.RunSQL(
            [
                *rename(OLD, NEW),
                JOBS.format(
                    kind="media.delete", was="exports.delete-file",
                    old=OLD, new=NEW, length=len(OLD) + 1,
                ),
            ],
            [
                *rename(NEW, OLD),
                JOBS.format(
                    kind="exports.delete-file", was="media.delete",
                    old=NEW, new=OLD, length=len(NEW) + 1,
                ),
            ],
        ),
    ]
