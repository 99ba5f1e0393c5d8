"""`manage.py forget_second_factor`: for the only super admin, who lost phone and codes."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from users.actions import second_factor
from users.models import User


class Command(BaseCommand):
    help = "Remove the second factor of an account; its password is not touched."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the address of the account")

    def handle(self, *args: Any, email: str, **options: Any) -> None:
        user = User.objects.of_email(email).first()
        if user is None:
            raise CommandError(f"There is no account of {email}.")
        try:
            second_factor.reset(user, by=None)
        except second_factor.NotSetUp as refusal:
            raise CommandError(refusal.detail) from None
        self.stdout.write(f"{user.email} signs in by password alone, until they set up another.")
