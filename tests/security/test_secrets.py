"""No secret in any answer, log line or repr: all of them are planted, and looked for everywhere."""

import io
import logging
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from events.models import Event
from exports.archives import taking_out
from openevent.api.registry import registry
from openevent.site.models import Site
from permissions import memory
from permissions.routes import routes
from tests import kept_secrets, seeds
from tests.administration.desk import signed_in, url
from tests.factories.exports import ExportFactory
from tests.factories.users import PASSWORD, SocialAccountFactory
from tests.kept_secrets import told
from tests.matrix.cells import asked_of
from tests.matrix.world import Rows
from tests.personas import client_of
from users.actions.sign_in import sign_in
from users.email_tokens import issue
from users.models import EmailToken, Handshake, SecondFactor, SocialAccount, User

OURS = [model for model in apps.get_models() if not model.__module__.startswith("django.")]
COMMANDS = [
    ("doctor",),
    ("permissions",),
    ("permissions", "--explain", "super_admin@example.org", "GET", "/v1/settings"),
    ("storage", "move", "gs", "local"),
]


class House:
    """A world in which every secret is planted."""

    def __init__(self, world: seeds.World) -> None:
        self.rows = Rows(world)
        self.boss: User = world.people["super_admin"]
        self.event: Event = world.events["published"]
        SecondFactor.objects.create(
            user=world.people["admin"], secret="A", confirmed_at=timezone.now()
        )
        Handshake.objects.create(
            state="the digest of a state",
            holder="the digest of a holder",
            provider="google",
            memory="{}",
            expires_at=timezone.now() + timedelta(minutes=10),
        )
        SocialAccountFactory(user=self.boss, access_token="x", provider="facebook")
        ExportFactory(event=self.event, requested_by=self.boss)
        given = sign_in(self.boss, remember=True, renewable=True)
        mailed = [issue(self.boss, EmailToken.Purpose(each)) for each in ("verify", "reset")]
        kept_secrets.plant()
        self.secrets = kept_secrets.kept() | {given.access, str(given.refresh), *mailed}


@pytest.fixture(scope="module")
def house(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[House]:
    with seeds.planted(django_db_blocker) as world:
        memory.forget()
        yield House(world)


def leaks(house: House, client: Any, paths: list[str]) -> dict[str, Any]:
    """Get each of `paths`, and return which tell a secret, or fail, with what they say."""
    found: dict[str, Any] = {}
    for path in paths:
        answer = client.get(path)
        text = answer.getvalue().decode(errors="replace") + str(answer.headers)
        if answer.status_code >= 500 or told(text, house.secrets):
            found[path] = (answer.status_code, told(text, house.secrets))
    return found


def test_no_route_tells_one(house: House, caplog: pytest.LogCaptureFixture) -> None:
    """All that a super admin can get, by the API with a token and on the pages with a session."""
    caplog.set_level(logging.DEBUG)
    client = client_of(house.boss)
    client.post("/sign-in", {"email": house.boss.email, "password": PASSWORD})
    paths = [next(asked_of(route, house.rows)).path for route in routes() if route.method == "GET"]
    paths += [f"/v1/{each.path}?include={','.join(each.relationships)}" for each in registry]

    assert len(paths) > 400
    assert leaks(house, client, paths) == {}
    assert told(caplog.text, house.secrets) == set()


def test_no_page_of_the_desk_tells_one(house: House, caplog: pytest.LogCaptureFixture) -> None:
    """Every page of a row is opened in `tests/administration`; here are those of who keeps one,
    and those that are of no row.
    """
    caplog.set_level(logging.DEBUG)
    keepers = [model for model, _ in kept_secrets.columns() if model in admin.site._registry]
    names = [(model._meta.label_lower, model._default_manager.latest("pk")) for model in keepers]
    paths = [
        url(name, page, *args)
        for name, row in names
        for page, args in (("changelist", ()), ("change", (row.pk,)), ("history", (row.pk,)))
    ]
    paths += [f"{url('users.user', 'changelist')}{house.boss.pk}/password/"]
    paths += [
        f"/admin/{path}"
        for path in (
            "",
            "search/?q=hush",
            "trash/",
            "trash/users.user/",
            "second-factor/",
            "password_change/",
            "jsi18n/",
            "login/",
            "nowhere/",
        )
    ]

    assert len(keepers) > 5
    assert leaks(house, signed_in(house.boss), paths) == {}
    assert told(caplog.text, house.secrets) == set()


@pytest.mark.parametrize("path", ["/v1/events/1", "/admin/"])
def test_no_error_tells_one(
    house: House, path: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Not even one whose words are made of the rows that keep them."""

    def fail(*args: Any, **kwargs: Any) -> Any:
        rows = [Site.objects.get(), SocialAccount.objects.latest("pk"), Handshake.objects.get()]
        raise RuntimeError(f"{rows} {[vars(row) for row in rows]}")

    monkeypatch.setattr("openevent.api.reading.document", fail)
    monkeypatch.setattr("administration.front.shown", fail)
    client = signed_in(house.boss)
    client.raise_request_exception = False

    answer = client.get(path)

    assert answer.status_code == 500
    assert "RuntimeError" in caplog.text
    digests = {"the digest of a state", "the digest of a holder"}
    assert told(answer.content.decode() + caplog.text, house.secrets - digests) == set()


def test_no_repr_tells_one(house: House) -> None:
    for model in OURS:
        rows = list(model._default_manager.all()[:20])
        assert told(f"{rows} {[str(row) for row in rows]}", house.secrets) == set(), model


def test_no_archive_tells_one(house: House) -> None:
    out = io.BytesIO()

    taking_out.write(house.event.pk, out, root_url="https://example.org/", progress=lambda *_: None)

    with zipfile.ZipFile(out) as archive:
        text = "".join(archive.read(name).decode(errors="replace") for name in archive.namelist())
    assert house.event.name in text
    assert told(text, house.secrets) == set()


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_no_command_tells_one(house: House, arguments: tuple[str, ...], capsys: Any) -> None:
    refused = ""
    try:
        call_command(*arguments)
    except (SystemExit, CommandError) as error:
        refused = str(error)

    said = "".join([*capsys.readouterr(), refused])
    assert len(said) > 20
    assert told(said, house.secrets) == set()


def test_one_is_found_where_it_is_told(house: House) -> None:
    """So that the tests above can fail."""
    site = Site.objects.get()

    assert told(f"{site.smtp_password}", house.secrets) == {"hush-"}
    assert told(f"{house.boss.password}", house.secrets) == {house.boss.password}
    assert len(house.secrets) > 30
