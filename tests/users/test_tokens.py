"""Tokens: what is in them, and that nothing but our own is believed."""

import base64
import json
import time
from datetime import timedelta
from typing import Any

import jwt
import pytest
from django.conf import settings
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.utils import timezone
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from permissions.users import Anonymous
from tests.factories.users import UserFactory, authorization
from users import tokens
from users.actions.sign_in import revoke_all, sign_in
from users.models import SignIn, User
from users.tokens import TokenAuthentication

STANDARD_BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


def request_with(header: str | None) -> HttpRequest:
    headers = {} if header is None else {"Authorization": header}
    return RequestFactory().get("/", headers=headers)


def authenticate(header: str | None) -> tuple[Any, Any] | None:
    return TokenAuthentication().authenticate(request_with(header))


def error_of(header: str | None) -> str | None:
    """Return why the token in `header` makes nobody of the request."""
    found = authenticate(header)
    assert found is not None
    user, claims = found
    assert isinstance(user, Anonymous)
    assert claims is None
    return user.token_error


def forged(claims: dict[str, Any], key: str | None = None, algorithm: str | None = "HS256") -> str:
    return jwt.encode(claims, key if key is not None else settings.SECRET_KEY, algorithm=algorithm)


# --- what is in a token


@pytest.mark.django_db
def test_an_access_token_has_the_claims_that_clients_read(ada: User, time_machine: Any) -> None:
    time_machine.move_to("2027-01-01T12:00Z", tick=False)
    now = int(time.time())

    token = sign_in(ada).access

    header, payload, _ = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    row = SignIn.objects.get()
    assert claims.pop("csrf").isalnum()
    assert claims == {
        "identity": ada.pk,
        "sid": row.pk.hex,
        "type": "access",
        "iat": now,
        "exp": now + 24 * 3600,
        "fresh": True,
    }
    assert type(claims["identity"]) is int
    assert json.loads(base64.urlsafe_b64decode(header + "==")) == {"alg": "HS256", "typ": "JWT"}


@pytest.mark.django_db
def test_a_refresh_token_has_no_more_claims_than_it_needs(ada: User) -> None:
    refresh = sign_in(ada, remember=True, renewable=True).refresh

    claims = tokens.read(refresh or "", tokens.REFRESH)

    assert set(claims) == {"identity", "sid", "type", "iat", "exp", "generation"}


@hypothesis_settings(max_examples=60, deadline=None)
@given(
    identity=st.integers(1, 2**63 - 1),
    sid=st.uuids(),
    generation=st.integers(0, 2**31 - 1),
    days=st.integers(0, 36500),
    fresh=st.booleans(),
)
def test_the_android_apps_can_decode_every_token(
    identity: int, sid: Any, generation: int, days: int, fresh: bool
) -> None:
    """Their table knows standard base64 only: `-` and `_` would come out as nothing."""
    expires_at = timezone.now() + timedelta(days=days)
    row = SignIn(pk=sid, user_id=identity, expires_at=expires_at)

    for token in (
        tokens.access_token(row, fresh=fresh, lifetime=days * 86400),
        tokens.refresh_token(row, generation=generation),
    ):
        payload = token.split(".")[1]
        assert set(payload) <= set(STANDARD_BASE64)


# --- who it makes of a request


@pytest.mark.django_db
@pytest.mark.parametrize("scheme", ["JWT", "jwt", "Jwt", "Bearer", "bearer", "BEARER"])
def test_a_valid_token_makes_its_user_of_the_request(ada: User, scheme: str) -> None:
    token = sign_in(ada).access

    found = authenticate(f"{scheme} {token}")

    assert found is not None
    user, claims = found
    assert user == ada
    assert user.is_authenticated
    assert claims["fresh"] is True


@pytest.mark.django_db
def test_the_user_is_the_row_as_the_orm_reads_it(ada: User) -> None:
    found = authenticate(authorization(ada)["Authorization"])

    assert found is not None
    expected = User.objects.get(pk=ada.pk)
    for field in User._meta.concrete_fields:
        assert getattr(found[0], field.attname) == getattr(expected, field.attname), field
        # it would be skipped: the row is made without the ORM's converters
        assert not hasattr(field, "from_db_value"), field
    found[0].first_name = "Augusta"
    found[0].save()
    assert User.objects.get(pk=ada.pk).first_name == "Augusta"


@pytest.mark.django_db
def test_a_valid_token_costs_one_query(ada: User, django_assert_num_queries: Any) -> None:
    header = authorization(ada)["Authorization"]

    with django_assert_num_queries(1):
        authenticate(header)


@pytest.mark.parametrize(
    "header",
    [None, "", "JWT", "JWT ", "JWT null", "JWT undefined", "Bearer null", "Basic YTpi", "null"],
)
def test_no_token_is_nobody_without_a_reason(header: str | None) -> None:
    assert authenticate(header) is None


@pytest.mark.parametrize(
    "header",
    [
        "JWT rubbish",
        "JWT a.b.c",
        "JWT a b",
        "Bearer ..",
        "JWT \xfc",
        "JWT NULL",
        "JWT " + "x" * 8000,
    ],
)
def test_rubbish_makes_nobody_of_the_request(header: str) -> None:
    assert error_of(header) == "Token is invalid"


@pytest.mark.django_db
def test_an_expired_token_makes_nobody_of_the_request(ada: User, time_machine: Any) -> None:
    time_machine.move_to("2027-01-01T12:00Z")
    header = authorization(ada)["Authorization"]

    time_machine.move_to("2027-01-02T11:59:59Z")
    found = authenticate(header)
    assert found is not None
    assert found[0] == ada

    time_machine.move_to("2027-01-02T12:00:01Z")
    assert error_of(header) == "Token has expired"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        lambda user: User.objects.filter(pk=user.pk).update(is_blocked=True),
        lambda user: user.trash(),
        lambda user: user.delete(),
        lambda user: revoke_all(user),
        lambda user: User.objects.filter(pk=user.pk).update(tokens_valid_from=timezone.now()),
        lambda user: user.sign_ins.all().delete(),
    ],
    ids=["blocked", "trashed", "removed", "signed out everywhere", "tokens void", "signed out"],
)
def test_a_revoked_token_makes_nobody_of_the_request(ada: User, change: Any) -> None:
    header = authorization(ada)["Authorization"]

    change(ada)

    assert error_of(header) == "Token has been revoked"


@pytest.mark.django_db
def test_a_sign_in_of_somebody_else_validates_nothing(ada: User) -> None:
    claims = tokens.read(sign_in(UserFactory()).access, tokens.ACCESS)

    assert error_of("JWT " + forged({**claims, "identity": ada.pk})) == "Token has been revoked"


# --- the law: nothing but our own signature is believed

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=5,
)
# claims that would be believed if the signature were
plausible = st.fixed_dictionaries(
    {
        "identity": st.integers(1, 5) | json_values,
        "sid": st.uuids().map(lambda uuid: uuid.hex) | json_values,
        "type": st.sampled_from(["access", "refresh"]) | json_values,
        "exp": st.just(2**32) | json_values,
    },
    optional={"fresh": json_values, "iat": json_values, "aud": json_values, "nbf": json_values},
)
KEYS = {
    "HS256": "another key, which is also longer than 32 bytes",
    "HS384": settings.SECRET_KEY,
    "HS512": settings.SECRET_KEY,
    "none": None,
}


def encoded(part: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


def refusal_of(header: str) -> Any:
    """Return what a request with `header` is; no query is made, since the database is shut here."""
    found = authenticate(header)
    assert found is None or isinstance(found[0], Anonymous), header
    return found


@hypothesis_settings(max_examples=150, deadline=None)
@given(claims=plausible, algorithm=st.sampled_from(sorted(KEYS)))
@pytest.mark.filterwarnings("ignore:The HMAC key is")
def test_no_claims_signed_otherwise_than_by_us_are_believed(
    claims: dict[str, Any], algorithm: str
) -> None:
    header = {"alg": algorithm, "typ": "JWT"}
    unsigned = f"{encoded(header)}.{encoded(claims)}"
    algorithms = jwt.PyJWS().get_algorithm_by_name
    key = KEYS[algorithm]
    signature = b"" if key is None else algorithms(algorithm).sign(unsigned.encode(), key.encode())

    refusal_of(f"JWT {unsigned}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}")


@hypothesis_settings(max_examples=150, deadline=None)
@given(
    header=st.fixed_dictionaries(
        {"alg": st.sampled_from(["none", "None", "HS256", "RS256", "ES256"]) | json_values},
        optional={"typ": json_values, "kid": json_values, "crit": json_values, "b64": json_values},
    ),
    claims=plausible,
    signature=st.binary(max_size=40),
)
def test_no_header_talks_us_out_of_asking_for_our_signature(
    header: dict[str, Any], claims: dict[str, Any], signature: bytes
) -> None:
    end = base64.urlsafe_b64encode(signature).rstrip(b"=").decode()

    refusal_of(f"Bearer {encoded(header)}.{encoded(claims)}.{end}")


@pytest.fixture(scope="module")
def genuine() -> str:
    row = SignIn(user_id=1, expires_at=timezone.now())
    return tokens.access_token(row, fresh=True, lifetime=3600)


@hypothesis_settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_token_changed_anywhere_is_no_token(genuine: str, data: st.DataObject) -> None:
    # but for the last character, whose lower bits belong to no byte
    place = data.draw(st.integers(0, len(genuine) - 2))
    character = data.draw(st.characters(max_codepoint=0x17F).filter(lambda c: c != genuine[place]))

    refusal_of(f"JWT {genuine[:place]}{character}{genuine[place + 1 :]}")


@hypothesis_settings(max_examples=100, deadline=None)
@given(header=st.text(max_size=200) | st.text(max_size=200).map(lambda text: f"JWT {text}"))
def test_no_header_whatsoever_is_an_error(header: str) -> None:
    request = HttpRequest()
    request.META["HTTP_AUTHORIZATION"] = header
    found = TokenAuthentication().authenticate(request)

    assert found is None or isinstance(found[0], Anonymous)


@pytest.mark.django_db
@pytest.mark.parametrize("missing", ["identity", "sid", "type", "exp"])
def test_a_token_of_ours_for_something_else_is_no_token(ada: User, missing: str) -> None:
    claims = dict(tokens.read(sign_in(ada).access, tokens.ACCESS))
    del claims[missing]

    assert error_of("JWT " + forged(claims)) == "Token is invalid"


# --- in the API


@pytest.mark.django_db
@pytest.mark.parametrize("header", ["JWT rubbish", "JWT null"])
def test_a_public_route_serves_whoever_has_a_bad_token(client: Client, header: str) -> None:
    assert client.get("/v1/events", headers={"Authorization": header}).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "delete"])
def test_a_route_that_is_not_public_says_what_is_wrong_with_the_token(
    client: Client, ada: User, method: str
) -> None:
    answer = getattr(client, method)(f"/v1/users/{ada.pk}", headers={"Authorization": "JWT x"})

    assert answer.status_code == 401
    assert answer.json()["errors"][0]["detail"] == "Token is invalid"


@pytest.mark.django_db
def test_a_token_opens_what_is_its_users(client: Client, ada: User) -> None:
    answer = client.get(f"/v1/users/{ada.pk}", headers=authorization(ada))

    assert answer.json()["data"]["attributes"]["email"] == "Ada@example.org"
