"""`manage.py load_sample`: a real conference to look at, on a server without any event."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from events.models import Event
from exports.actions.archives import import_archive
from exports.archives import files
from exports.archives.contents import ArchiveUnreadable
from users.models import User

SAMPLE = Path(__file__).parents[2] / "samples" / "nextcloud-conference-2017"


class Command(BaseCommand):
    help = (
        "Import the Nextcloud Conference 2017, or another unpacked archive, if there is no event "
        "yet. With -v 2 it says what of the archive was left out or mended."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", nargs="?", type=Path, default=SAMPLE)
        parser.add_argument(
            "--owner", metavar="EMAIL", help="whose event it is; default: the first super admin"
        )
        parser.add_argument(
            "--again", action="store_true", help="import it even if there are events"
        )

    def handle(self, *, folder: Path, **options: Any) -> None:
        if Event.objects.exists() and not options["again"]:
            return
        if not folder.is_dir():
            raise CommandError(f"There is no folder {folder}.")
        owner = _owner(options["owner"])
        try:
            report = import_archive(files.folder(folder), by=owner)
        except ArchiveUnreadable as refusal:
            raise CommandError(refusal.detail) from None
        event = report.event
        counts = ", ".join(f"{count} {noun}" for noun, count in report.counts.items())
        self.stdout.write(
            f'Loaded "{event.name}" for {owner.email}: {counts}. See /v1/events/{event.identifier}'
        )
        if options["verbosity"] > 1:
            for note in report.notes:
                self.stdout.write(f"  {note}")


def _owner(email: str | None) -> User:
    if email is not None:
        try:
            return User.objects.get_by_natural_key(email)
        except User.DoesNotExist:
            raise CommandError(f"There is no account {email}.") from None
    admins = User.objects.filter(is_super_admin=True, is_blocked=False, deleted_at=None)
    first = admins.order_by("pk").first()
    if first is None:
        raise CommandError(
            "There is no super admin yet to own the event: create one with "
            "`manage.py createsuperuser`, or name another account with --owner."
        )
    return first
