"""A mail that shows an admin whether the settings work (`POST /v1/test-mail`). Plain JSON."""

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from rest_framework.request import Request
from rest_framework.response import Response

from messaging import mail
from openevent.api.openapi.facts import describes
from openevent.errors import DomainError
from permissions.manager import has_permission
from users.api.plain import PlainView


class RecipientMissing(DomainError):
    detail = "Name the address of the recipient."
    pointer = "/recipient"


class TestMailView(PlainView):
    """Writes the mail; whether it was delivered is to be seen among the mails."""

    @describes({"message": str}, body={"recipient": str})
    @has_permission("is_admin")
    @transaction.atomic
    def post(self, request: Request) -> Response:
        recipient = request.data.get("recipient")
        try:
            validate_email(recipient)
        except ValidationError:
            raise RecipientMissing from None
        mail.send("test_mail", to=recipient, context={})
        return Response({"message": f"A mail to {recipient} is on its way."})
