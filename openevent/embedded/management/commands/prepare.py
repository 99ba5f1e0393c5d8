"""`manage.py prepare`: what `make run` does between starting the database and the web server."""

import json
import secrets
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError

from openevent import checks, health
from openevent.embedded import places

ADMIN = "admin@example.com"
PATIENCE = 30  # seconds for a database that is still starting


class Command(BaseCommand):
    help = (
        "Migrate. On a first run on a private machine, also make a super admin of a random "
        "password, have mails lead to this server and load the sample conference. The last line "
        "of the output is JSON for `make run`."
    )

    requires_system_checks = [checks.TAG]

    def handle(self, *args: Any, **options: Any) -> None:
        self._wait_for_database()
        if health.missing_migrations():
            call_command("migrate", interactive=False, stdout=self.stdout)
        facts: dict[str, Any] = {}
        if settings.IS_PRIVATE:
            facts["admin"] = self._admin(settings.VAR_DIR / "admin-password")
            for command in ("lead_mails_here", "load_sample"):
                if command in get_commands():
                    call_command(command, stdout=self.stdout)
        self.stdout.write(json.dumps(facts))

    def _wait_for_database(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                return health.ask_database()
            except OperationalError as error:
                if time.monotonic() > deadline:
                    raise CommandError(f"The database does not answer: {error}") from error
            time.sleep(0.5)

    def _admin(self, kept: Path) -> dict[str, Any] | None:
        """Return the first admin, made if nobody has an account yet; `None` if there is none.

        `password` is `None` if it is not what the file `kept` says any more.
        """
        people = get_user_model()._default_manager
        if not people.exists():
            places.keep_secret(kept, secrets.token_urlsafe(12))
            people.create_superuser(ADMIN, kept.read_text().strip())  # type: ignore[attr-defined]
        admin = people.filter(email=ADMIN).first()
        if admin is None:
            return None
        password = kept.read_text().strip() if kept.exists() else None
        known = password is not None and admin.check_password(password)
        return {"id": admin.pk, "email": ADMIN, "password": password if known else None}
