"""What our providers have in common, beside what the library's backends know of OAuth 2."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar
from urllib.parse import quote, urlencode, urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from social_core.utils import normalize_user_names

from openevent import site
from openevent.sealed import Unreadable
from users.models.user import LONGEST_EMAIL

LONGEST_NAME = 150
LONGEST_URL = 2048


@dataclass(frozen=True)
class Identity:
    """Who somebody is at a provider, as the provider says; what it does not say is `None`.

    An address that the provider has not verified is one that somebody wrote there, and not kept.
    """

    provider: str
    uid: str
    first_name: str | None = None
    last_name: str | None = None
    username: str | None = None
    verified_email: str | None = None
    picture_url: str | None = None
    profile_url: str | None = None
    access_token: str = field(default="", repr=False)

    @property
    def name(self) -> str | None:
        """What the account is called in a list of somebody's accounts."""
        parts = [part for part in (self.first_name, self.last_name) if part]
        return " ".join(parts) or (f"@{self.username}" if self.username else None)


class Provider:
    """Goes before a backend of the library, and says what is ours about it."""

    name: ClassVar[str]  # in URLs and rows
    label: ClassVar[str]  # what people call it
    # Columns of the site's settings, by what the library calls them.
    settings: ClassVar[Mapping[str, str]]
    origins: ClassVar[tuple[str, ...]] = ()  # see `leads_to`
    # The column of the user that the address of their page there belongs into.
    profile_column: ClassVar[str | None] = None
    # Where somebody shares a page there, up to the address of that page.
    sharer: ClassVar[str | None] = None

    # What the library's class has, which this one goes before.
    get_or_create_state: Any
    auth_params: Any
    get_scope_argument: Any
    authorization_url: Any
    get_user_details: Any
    get_user_id: Any
    revoke_token_url: Any
    revoke_token_headers: Any
    request: Any

    REDIRECT_STATE = False  # the redirect URI is registered as it is
    do_not_call_in_templates = True  # pages show the class; visits make instances

    @classmethod
    def is_offered(cls) -> bool:
        """Whether the super admin has registered this server there."""
        values = [getattr(site.current(), column) for column in cls.settings.values()]
        return all(values) and not any(isinstance(value, Unreadable) for value in values)

    @classmethod
    def option(cls, name: str) -> Any:
        """Return the setting that the library calls `name`; `None` if we have none."""
        column = cls.settings.get(name)
        return getattr(site.current(), column) if column else None

    @classmethod
    def share_url(cls, url: str) -> str | None:
        """Return where to share the page at `url`; `None` if people cannot, there."""
        return f"{cls.sharer}{quote(url, safe='')}" if cls.sharer else None

    @classmethod
    def leads_to(cls) -> tuple[str, ...]:
        """Return the origins that a browser is led to, to sign in there."""
        return cls.origins

    def auth_url(self) -> str:
        """Return where to send the browser.

        The library decodes the query again to please some provider; a redirect URI with a
        query of its own would then spill into ours.
        """
        state = self.get_or_create_state()
        parameters = {**self.auth_params(state), **self.get_scope_argument()}
        return f"{self.authorization_url()}?{urlencode(parameters)}"

    def identity(self, response: Mapping[str, Any]) -> Identity:
        """Return who the provider's answers are about.

        :raises LookupError, TypeError, ValueError: they are not what it documents.
        """
        details = self.get_user_details(response)
        uid = str(self.get_user_id(details, response) or "")
        if not 0 < len(uid) <= 255 or "\0" in uid:
            raise ValueError("an account without an id")
        _, first_name, last_name = normalize_user_names(
            *(text(details.get(key)) for key in ("fullname", "first_name", "last_name"))
        )
        return Identity(
            provider=self.name,
            uid=uid,
            first_name=first_name or None,
            last_name=last_name or None,
            username=text(details.get("username")),
            access_token=response["access_token"],
            **self.particulars(response),
        )

    def particulars(self, response: Mapping[str, Any]) -> dict[str, Any]:
        """Return the members of `Identity` that providers tell each in their own way."""
        return {}

    def revoke(self, token: str, uid: str) -> None:
        """Give `token` back, which was given for the account `uid`; some take none back.

        It is in the body alone (RFC 7009, section 2.1), since a URL is written into logs.

        :raises SocialAuthBaseException: the provider does not take it, or does not answer.
        """
        url = self.revoke_token_url(token, uid)
        if url:
            self.request(
                url,
                method="POST",
                data={"token": token},
                headers=self.revoke_token_headers(token, uid),
                stage="disconnect",
            )


def text(value: Any) -> str | None:
    """Return `value` as a name that may be kept; `None` if it is none."""
    if not isinstance(value, str):
        return None
    return " ".join(value.replace("\0", "").split())[:LONGEST_NAME] or None


def verified_email(claims: Mapping[str, Any]) -> str | None:
    """Return the address that `claims` (OpenID Connect) say to be verified, if it is one."""
    email = claims.get("email")
    if claims.get("email_verified") is not True or len(email or "") > LONGEST_EMAIL:
        return None
    try:
        validate_email(email)
    except ValidationError:
        return None
    return email


def web_address(value: Any) -> str | None:
    """Return `value` if it is an address that a page may link to; `None` if it is not."""
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_URL or "\0" in value:
        return None
    try:
        parts = urlsplit(value)
    except ValueError:
        return None
    return value if parts.scheme in ("http", "https") and parts.hostname else None
