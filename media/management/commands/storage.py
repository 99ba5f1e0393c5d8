"""`manage.py storage move`: all that is kept in one place goes to another."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.template.defaultfilters import filesizeformat, pluralize

from media import places
from media.actions import moving
from media.actions.trying import try_place

WIDTH = 30  # letters of the bar
EVERY = 10  # seconds between lines where there is no terminal
NAMED = 20  # files that are named at the end


class Command(BaseCommand):
    help = (
        "Move all files from one place to another. The server may run meanwhile, and this may be "
        "stopped and run again: it goes on with what is left. Originals are deleted after two "
        "hours."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(required=True, metavar="move")
        verb = verbs.add_parser("move", help="move all files from one place to another")
        verb.add_argument("source", choices=places.NAMES)
        verb.add_argument("target", choices=places.NAMES)

    def handle(self, *, source: str, target: str, **options: Any) -> None:
        if source == target:
            raise CommandError("Name two places: files are in the second one already.")
        total = moving.count(source)
        bar = Bar(self.stdout, f"{source} → {target}", total)
        try:
            places.place(source)
            try_place(target)
            moved = moving.move(source, target, progress=bar.show)
        except places.StorageUnavailable as error:
            bar.end()
            raise CommandError(f"{error.reason} Mend that, and run this again.") from error
        except moving.AlreadyMovingError as error:
            raise CommandError("Files are being moved already: wait until that ends.") from error
        bar.end()
        self.stdout.write(f"Moved {_files(moved.files)} ({_size(moved.size)}).")
        if places.chosen() == source:
            self.stdout.write(
                f"New files still go to {source}: choose {target} in the settings, "
                "and run this again."
            )
        self._tell("not found", moved.missing)
        self._tell("not the same when read back", moved.spoiled)
        if moved.missing or moved.spoiled:
            raise SystemExit(1)

    def _tell(self, what: str, kept: list[str]) -> None:
        if kept:
            self.stderr.write(f"{_files(len(kept))} {what}, left as it was:")
            self.stderr.write("\n".join(kept[:NAMED]))


class Bar:
    """How far it is: one line that changes, or, where there is no terminal, one now and then."""

    def __init__(self, out: Any, title: str, total: int) -> None:
        self.out = out
        self.title = title
        self.total = total
        self.said_at = time.monotonic()
        self.is_open = False

    def show(self, done: int, moved: moving.Moved) -> None:
        full = WIDTH * min(done, self.total) // max(self.total, 1)
        line = f"{self.title}  [{'#' * full:<{WIDTH}}]  {done}/{self.total}  {_size(moved.size)}"
        now = time.monotonic()
        if self.out.isatty():
            self.out.write(f"\r\x1b[K{line}", ending="")
            self.out.flush()
            self.is_open = True
        elif done >= self.total or now - self.said_at > EVERY:
            self.out.write(line)
            self.said_at = now

    def end(self) -> None:
        if self.is_open:
            self.out.write("")


def _files(count: int) -> str:
    return f"{count} file{pluralize(count)}"


def _size(count: int) -> str:
    return filesizeformat(count).replace("\xa0", " ")
