"""What is done about accounts after the answer has left: who asks must not learn by waiting, nor
wait for others.
"""

import logging
from datetime import time, timedelta

from django.utils import timezone
from social_core.exceptions import SocialAuthBaseException

from openevent import jobs
from openevent.sealed import unseal
from users.actions.avatars import take_avatar
from users.actions.passwords import send_reset
from users.actions.verification import send_verification_again
from users.models import EmailToken, Handshake
from users.providers import KNOWN, SiteStrategy

logger = logging.getLogger(__name__)


@jobs.handler("users.mail-verification")
def mail_verification(run: jobs.Run, *, email: str) -> None:
    send_verification_again(email)


@jobs.handler("users.mail-reset")
def mail_reset(run: jobs.Run, *, email: str) -> None:
    send_reset(email)


@jobs.periodic("users.delete-expired-tokens", at=time(4, 10))
def delete_expired_tokens(run: jobs.Run, *, due: str) -> None:
    EmailToken.objects.filter(expires_at__lt=timezone.now()).delete()


@jobs.periodic("users.delete-old-handshakes", every=timedelta(hours=1))
def delete_old_handshakes(run: jobs.Run, *, due: str) -> None:
    Handshake.objects.filter(expires_at__lt=timezone.now()).delete()


@jobs.handler("users.take-avatar", atomic=False)
def take_avatar_of(run: jobs.Run, *, account_id: int) -> None:
    take_avatar(account_id, run.transaction)


@jobs.handler("users.revoke-social-access", atomic=False)
def revoke_social_access(run: jobs.Run, *, provider: str, uid: str, token: str) -> None:
    """Give `token` back to the provider that gave it for the account `uid`."""
    backend = KNOWN[provider](SiteStrategy())
    try:
        backend.revoke(unseal(token), uid)
    except SocialAuthBaseException as error:
        if error.recovery == "retry_later":
            raise
        # mostly because it has expired, or its owner was faster
        logger.info("%s did not take a token back: %s", backend.label, error)
