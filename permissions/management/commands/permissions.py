"""`manage.py permissions`: who may what, on every route."""

import json
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.template.loader import render_to_string

from permissions.explain import explain
from permissions.routes import Route, routes
from permissions.users import Anonymous


class Command(BaseCommand):
    help = "Print every route with who may call it; or explain one decision."

    def add_arguments(self, parser: CommandParser) -> None:
        form = parser.add_mutually_exclusive_group()
        form.add_argument("--json", action="store_true", help="as JSON")
        form.add_argument("--html", action="store_true", help="as a page")
        form.add_argument(
            "--explain",
            nargs=3,
            metavar=("USER", "METHOD", "PATH"),
            help='why USER (an id, an e-mail address or "nobody") may or may not',
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["explain"]:
            self.explain(*options["explain"])
            return
        found = routes()
        if options["json"]:
            self.stdout.write(json.dumps([_row(route) for route in found], indent=2))
        elif options["html"]:
            self.stdout.write(render_to_string("permissions/routes.html", {"routes": found}))
        else:
            width = max(len(route.path) for route in found)
            for route in found:
                self.stdout.write(f"{route.method:6} {route.path:{width}}  {route.sentence}")

    def explain(self, who: str, method: str, path: str) -> None:
        try:
            found = explain(self.user(who), method, path)
        except ValueError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"{'yes' if found['allowed'] else 'no'} ({found['status']})")
        self.stdout.write(f"because: {found['because']}")
        if found["needed"]:
            self.stdout.write(f"needed:  {found['needed']}")
        if found["statement"]:
            self.stdout.write(f"stated:  {found['statement']}")

    def user(self, who: str) -> Any:
        if who == "nobody":
            return Anonymous()
        users: Any = get_user_model()._default_manager
        by = {"pk": who} if who.isdecimal() else {"email__iexact": who}
        found = users.filter(**by).first()
        if found is None:
            raise CommandError(f'There is no user "{who}"; name one by id or e-mail address.')
        return found


def _row(route: Route) -> dict[str, str]:
    return {"path": route.path, "method": route.method, "permission": route.sentence}
