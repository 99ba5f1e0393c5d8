"""What is done about accounts after the answer has left: who asks must not learn by waiting."""

from datetime import time

from django.utils import timezone

from openevent import jobs
from users.actions.passwords import send_reset
from users.actions.verification import send_verification_again
from users.models import EmailToken


@jobs.handler("users.mail-verification")
def mail_verification(run: jobs.Run, *, email: str) -> None:
    send_verification_again(email)


@jobs.handler("users.mail-reset")
def mail_reset(run: jobs.Run, *, email: str) -> None:
    send_reset(email)


@jobs.periodic("users.delete-expired-tokens", at=time(4, 10))
def delete_expired_tokens(run: jobs.Run, *, due: str) -> None:
    EmailToken.objects.filter(expires_at__lt=timezone.now()).delete()
