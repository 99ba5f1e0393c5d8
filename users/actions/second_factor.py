"""The second factor: setting one up, proving it, and doing without it.

The one-time passwords are django-otp's (`django_otp.oath`). What it keeps is not used: it would
keep secrets in plain, and its middleware gives users an `is_verified` that ours have already
(docs/decisions/0131-a-second-factor-is-the-desk-s.md).
"""

import base64
import secrets
import time
from typing import Any, ClassVar, Final
from urllib.parse import quote, urlencode

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django_otp.oath import TOTP

from messaging import mail
from openevent import activity, site
from openevent.errors import DomainError
from users.models import SecondFactor, User
from users.throttles import count_code, forget_codes

from .verification import greeting

STEP: Final = 30  # seconds that one password is shown
DIGITS: Final = 6
# How many steps a phone's clock may be off, either way.
TOLERANCE: Final = 1
RECOVERY_CODES: Final = 10
# Without letters and digits that look alike.
_ALPHABET: Final = "abcdefghjkmnpqrstuvwxyz23456789"


class WrongCode(DomainError):
    detail = "This is not a code that is good now. A code is good once; wait for the next one."


class AlreadySetUp(DomainError):
    status: ClassVar[int] = 409
    detail = "This account has a second factor already."


class NotSetUp(DomainError):
    status: ClassVar[int] = 409
    detail = "This account has no second factor."


class FactorRequired(DomainError):
    status: ClassVar[int] = 403
    detail = "A second factor is required here; yours can be replaced, but not turned off."


def factor_of(user: User) -> SecondFactor | None:
    """Return the second factor that `user` is asked for; `None` without one."""
    return SecondFactor.objects.filter(user=user, confirmed_at__isnull=False).first()


def is_required() -> bool:
    """Return whether nobody enters the admin site without one."""
    return bool(site.current().is_second_factor_required)


@transaction.atomic
def begin(user: User) -> SecondFactor:
    """Give `user` a new secret, for a phone to take; it asks for nothing until it is confirmed.

    :raises AlreadySetUp: they have a second factor.
    """
    kept = SecondFactor.objects.select_for_update().filter(user=user).first()
    if kept is not None and kept.is_confirmed:
        raise AlreadySetUp
    secret = base64.b32encode(secrets.token_bytes(20)).decode()
    factor, _ = SecondFactor.objects.update_or_create(user=user, defaults={"secret": secret})
    return factor


def uri(factor: SecondFactor) -> str:
    """Return what the QR code says: an `otpauth` address, as phones understand it.

    Source: https://github.com/google/google-authenticator/wiki/Key-Uri-Format.
    """
    issuer = (site.current().app_name or "Open Event").replace(":", " ")
    label = quote(f"{issuer}:{factor.user.email}")
    query = urlencode({"secret": str(factor.secret), "issuer": issuer}, quote_via=quote)
    return f"otpauth://totp/{label}?{query}"


def confirm(user: User, code: str) -> list[str]:
    """Have `user` asked for a second factor from now on; return their recovery codes.

    They are shown this once: only digests of them are kept.

    :raises WrongCode: `code` is not what the phone shows, so it has not taken the secret.
    :raises NotSetUp: no secret is waiting.
    :raises TooManyAttempts: too many codes were wrong.
    """
    count_code(user)
    with transaction.atomic():
        factor = SecondFactor.objects.select_for_update().filter(user=user).first()
        if factor is None or factor.is_confirmed:
            raise NotSetUp
        _use_password(factor, code)
        factor.confirmed_at = timezone.now()
        codes = _renew_recovery_codes(factor)
        activity.record("Second factor set up", by=user)
        mail.send("second_factor_added", to=user, context={"name": greeting(user)})
    forget_codes(user)
    return codes


def prove(user: User, code: str) -> None:
    """Use up `code`, a one-time password or a recovery code of `user`.

    :raises WrongCode: it is neither, or was used before.
    :raises NotSetUp: they have no second factor.
    :raises TooManyAttempts: too many codes were wrong.
    """
    count_code(user)
    with transaction.atomic():
        _use(_locked(user), code)
    forget_codes(user)


def new_recovery_codes(user: User, code: str) -> list[str]:
    """Replace the recovery codes of `user`, who proves themselves by `code`.

    :raises WrongCode, NotSetUp, TooManyAttempts: as `prove` does.
    """
    count_code(user)
    with transaction.atomic():
        factor = _locked(user)
        _use(factor, code)
        codes = _renew_recovery_codes(factor)
        activity.record("Recovery codes replaced", by=user)
    forget_codes(user)
    return codes


def turn_off(user: User, code: str) -> None:
    """Ask `user`, who proves themselves by `code`, for a password only.

    :raises FactorRequired: nobody enters without one.
    :raises WrongCode, NotSetUp, TooManyAttempts: as `prove` does.
    """
    if is_required():
        raise FactorRequired
    count_code(user)
    with transaction.atomic():
        factor = _locked(user)
        _use(factor, code)
        _remove(factor)
        activity.record("Second factor turned off", by=user)
    forget_codes(user)


@transaction.atomic
def reset(user: User, *, by: Any) -> None:
    """Remove the second factor of `user`, who has lost it.

    :raises NotSetUp: they have none.
    """
    _remove(_locked(user))
    activity.record(f"Second factor of {user.email} (id {user.pk}) removed", by=by)


def _remove(factor: SecondFactor) -> None:
    """Remove `factor`, of which whoever had it learns."""
    factor.delete()
    context = {"name": greeting(factor.user)}
    mail.send("second_factor_removed", to=factor.user, context=context)


def _locked(user: User) -> SecondFactor:
    """Return the second factor of `user`, locked, so that of two uses of a code one is refused."""
    factor = SecondFactor.objects.select_for_update().filter(user=user).first()
    if factor is None or not factor.is_confirmed:
        raise NotSetUp
    return factor


def _use(factor: SecondFactor, code: str) -> None:
    """Use up `code`, and save that.

    :raises WrongCode: it is neither a password that is good now nor a recovery code.
    """
    if len("".join(code.split())) <= DIGITS:
        _use_password(factor, code)
    else:
        _use_recovery_code(factor, code)


def _use_password(factor: SecondFactor, code: str) -> None:
    code = "".join(code.split())
    if not (code.isascii() and code.isdigit() and len(code) == DIGITS):
        raise WrongCode
    totp = TOTP(base64.b32decode(factor.secret), step=STEP, digits=DIGITS)
    totp.time = time.time()
    if not totp.verify(int(code), tolerance=TOLERANCE, min_t=factor.last_step + 1):
        raise WrongCode
    factor.last_step = totp.t()
    factor.save(update_fields=["last_step"])


def _use_recovery_code(factor: SecondFactor, code: str) -> None:
    digest = _digest(factor, code)
    left = [each for each in factor.recovery_digests if not constant_time_compare(each, digest)]
    if len(left) == len(factor.recovery_digests):
        raise WrongCode
    factor.recovery_digests = left
    factor.save(update_fields=["recovery_digests"])
    activity.record("Recovery code used", by=factor.user)


def _renew_recovery_codes(factor: SecondFactor) -> list[str]:
    codes = [
        "-".join("".join(secrets.choice(_ALPHABET) for _ in range(5)) for _ in range(2))
        for _ in range(RECOVERY_CODES)
    ]
    factor.recovery_digests = [_digest(factor, code) for code in codes]
    factor.save()
    return codes


def _digest(factor: SecondFactor, code: str) -> str:
    """Return what is kept of a recovery code, however somebody types it.

    A code has 49 bits, which a copy of the database does not yield without `SECRET_KEY`.
    """
    plain = "".join(each for each in code.lower() if each.isalnum())
    return salted_hmac(
        "users.recovery-code", f"{factor.user_id}:{plain}", algorithm="sha256"
    ).hexdigest()
