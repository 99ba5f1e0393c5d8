"""`manage.py lead_mails_here`: for a server without a web client, such as a private machine's."""

from typing import Any

from django.core.management.base import BaseCommand

from openevent.api import addresses
from openevent.site.models import Site


class Command(BaseCommand):
    help = (
        "Have links in mails lead to the pages of this server, unless somebody said where else. "
        "The default is a server of others, to whom no token for an account here is to be sent."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        default = Site._meta.get_field("frontend_url").default
        Site.objects.filter(frontend_url=default).update(frontend_url=addresses.server())
