from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.module_loading import autodiscover_modules


class MessagingConfig(AppConfig):
    name = "messaging"

    def ready(self) -> None:
        from . import tasks  # noqa: F401, PLC0415  its jobs stand on this app's models

        autodiscover_modules("mails")  # each app's own kinds
        post_migrate.connect(_give_each_kind_its_row, sender=self)


def _give_each_kind_its_row(using: str, apps: Any, **_: Any) -> None:
    """Make the settings rows that are missing, after a migration."""
    from .seeding import seed  # noqa: PLC0415  models load after this module

    seed(using=using)
