"""How people with a panel sign in to the admin site."""

from typing import Any, Final

from django.contrib.auth.backends import BaseBackend
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from users.actions.sign_in import InvalidCredentials, verify
from users.client_address import client_address
from users.models import User
from users.throttles import TooManyAttempts

TOO_MANY: Final = "too_many"  # the code of the refusal whose `wait` says for how many seconds


class EmailBackend(BaseBackend):
    """Lets in who holds a panel, by e-mail and password, under the limits of every other sign-in.

    Rights are not asked of it: they are the user's own (`User.has_perm`).
    """

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **_: Any,
    ) -> User | None:
        """Return the person with a panel whose email and password these are, if there is one.

        :raises ValidationError: too many have failed; the form shows it.
        """
        if username is None or password is None:
            return None
        address = client_address(request) if request else ""
        try:
            user = verify(username, password, address=address)
        except InvalidCredentials:
            return None
        except TooManyAttempts as refusal:
            raise ValidationError(
                str(refusal.detail), code=TOO_MANY, params={"wait": refusal.wait}
            ) from None
        return user if user.panels else None

    def get_user(self, user_id: int) -> User | None:
        """Return the user of a running session, which ends with their account or their panels."""
        rows = User.objects.select_related("second_factor").defer("second_factor__secret")
        user = rows.filter(pk=user_id).first()
        return user if user and user.panels else None
