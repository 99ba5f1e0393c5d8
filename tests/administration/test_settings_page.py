"""The settings in the admin site: groups for those whom they concern, and secrets one-way."""

from typing import Any

import pytest
from django.test import Client

from administration.api.settings import ADMIN, PUBLIC, SIGNED_IN
from administration.settings_groups import CHOICES, GROUPS, Rank, groups_for
from messaging.models import Mail, MessageSetting
from openevent.activity.models import Activity
from openevent.sealed import SealedField
from openevent.site.models import Site
from tests.administration.desk import SECRET, sent_by, shown, signed_in, somebody_with, url
from tests.factories.users import UserFactory

pytestmark = pytest.mark.django_db

PAGE = "/admin/site/site/1/change/"
TEST_MAIL = "/admin/site/site/test-mail/"


@pytest.fixture
def client() -> Client:
    return signed_in(UserFactory(super_admin=True))


def set_secret(value: str | None = SECRET) -> None:
    Site.objects.update(smtp_password=value)


def secret() -> str | None:
    return Site.objects.get().smtp_password


def save(client: Client, **changes: Any) -> Any:
    return client.post(PAGE, sent_by(client.get(PAGE)) | changes, follow=True)


def test_every_column_stands_in_one_group_and_every_choice_in_a_column() -> None:
    grouped = [column for group in GROUPS for column in group.columns]

    assert sorted(grouped) == sorted(field.name for field in Site._meta.fields if field.editable)
    assert set(CHOICES) <= set(grouped)


def test_what_holds_keys_is_for_admins() -> None:
    keys = {field.name for field in Site._meta.fields if isinstance(field, SealedField)}
    open_to_holders = {
        column for group in GROUPS if group.rank == Rank.PANEL for column in group.columns
    }

    assert keys & open_to_holders == set()
    ladders = {"smtp_host", "frontend_url", "storage_place", "is_second_factor_required"}
    assert ladders & open_to_holders == set()


def test_lower_ranks_neither_see_nor_change_what_is_not_theirs() -> None:
    holder, admin = somebody_with("settings"), UserFactory(admin=True)
    changes = {
        "tagline": "Meet",
        "smtp_host": "evil.example.org",
        "is_second_factor_required": "on",
    }

    pages = [signed_in(user).get(PAGE).content.decode() for user in (holder, admin)]
    save(signed_in(holder), **changes)
    after_holder = Site.objects.values_list("tagline", "smtp_host").get()
    save(signed_in(admin), **changes)

    assert ["smtp_host" in page for page in pages] == [False, True]
    assert ["is_second_factor_required" in page for page in pages] == [False, False]
    assert after_holder == ("Meet", None)
    site = Site.objects.get()
    assert (site.smtp_host, site.is_second_factor_required) == ("evil.example.org", False)
    assert [group.title for group in groups_for(holder)][-1] == "Invoices"


def test_api_does_not_say_who_needs_a_second_factor() -> None:
    """It asks for none itself, so an admin's stolen password must not switch it off."""
    assert "is_second_factor_required" not in [*PUBLIC, *SIGNED_IN, *ADMIN]


def test_list_of_the_settings_is_their_only_row(client: Client) -> None:
    assert client.get(url("site.site", "changelist"))["Location"] == PAGE


def test_group_and_field_are_explained(client: Client) -> None:
    page = client.get(PAGE).content.decode()

    assert "Who delivers mail. Without a server here, the one that EMAIL_URL names does." in page
    assert "Empty: 587 with TLS, 465 with SSL, 25 without." in page


def test_secret_that_is_set_is_kept_by_an_empty_field_and_never_shown(client: Client) -> None:
    set_secret()

    page = client.get(PAGE).content.decode()
    after = save(client, tagline="Meet", smtp_password="  ").content.decode()

    assert SECRET not in page + after
    assert secret() == SECRET
    assert Site.objects.get().tagline == "Meet"


def test_secret_is_replaced_by_what_is_typed_which_is_not_shown_again(client: Client) -> None:
    set_secret()

    faulty = save(client, smtp_password="typed just now", smtp_port="99999999").content.decode()
    before = secret()
    save(client, smtp_password=" a new one ")

    assert "typed just now" not in faulty
    assert "Ensure this value is less than or equal to 65535" in faulty
    assert (before, secret()) == (SECRET, "a new one")


def test_secret_is_cleared_by_a_tick(client: Client) -> None:
    set_secret()

    save(client, **{"smtp_password-clear": "on"})

    assert secret() is None


def test_secret_is_not_typed_and_cleared_at_once(client: Client) -> None:
    set_secret()

    answer = save(client, **{"smtp_password": "new", "smtp_password-clear": "on"})

    assert answer.context["adminform"].form.errors == {
        "smtp_password": ["Type a new one or clear the old one, not both."]
    }
    assert secret() == SECRET


@pytest.mark.parametrize(("value", "says"), [(None, "Not set"), (SECRET, "Set")])
def test_page_says_whether_a_secret_is_set(client: Client, value: str | None, says: str) -> None:
    sealed = [field.name for field in Site._meta.fields if isinstance(field, SealedField)]
    Site.objects.update(**dict.fromkeys(sealed, value))

    page = client.get(PAGE).content.decode()

    assert page.count(f">{says}</span>") == len(sealed)


def test_unreadable_secret_counts_as_set_and_stays_as_it_is_stored(
    client: Client, settings: Any
) -> None:
    set_secret()
    keys = settings.FIELD_KEYS
    settings.FIELD_KEYS = ["another key, which opens nothing that there is"]

    save(client, tagline="Meet")

    settings.FIELD_KEYS = keys
    assert secret() == SECRET


def test_history_names_the_field_and_not_the_secret(client: Client) -> None:
    save(client, smtp_password="typed just now")

    history = client.get("/admin/site/site/1/history/").content.decode()

    assert "SMTP password" in history
    assert "typed just now" not in history
    assert Activity.objects.filter(action="Settings changed").count() == 1


def test_word_that_is_no_choice_may_stay_and_no_other_may_come(client: Client) -> None:
    Site.objects.update(paytm_mode="legacy")

    save(client, tagline="Meet")
    kept = Site.objects.get().paytm_mode
    answer = save(client, paytm_mode="made up")

    assert kept == "legacy"
    assert list(answer.context["adminform"].form.errors) == ["paytm_mode"]


def test_change_is_in_force_at_once(client: Client) -> None:
    save(client, app_name="Our events")

    assert "Our events" in client.get("/admin/").content.decode()


def test_test_mail_is_written_down_and_on_its_way(client: Client) -> None:
    answer = client.post(TEST_MAIL, {"recipient": "ada@example.org"}, follow=True)

    assert shown(answer) == [
        "A mail to ada@example.org is on its way; the mails list says how that went."
    ]
    assert [mail.recipient for mail in Mail.objects.filter(action="test_mail")] == [
        "ada@example.org"
    ]


def test_test_mail_says_why_it_is_not_sent(client: Client) -> None:
    nobody = client.post(TEST_MAIL, {"recipient": "nobody"}, follow=True)
    MessageSetting.objects.filter(action="test_mail").update(enabled=False)
    switched_off = client.post(TEST_MAIL, {"recipient": "ada@example.org"}, follow=True)

    assert shown(nobody) == ["Name the address that the test mail goes to."]
    assert shown(switched_off) == [
        "Mails of the kind test_mail are switched off, so none was sent."
    ]
    assert not Mail.objects.exists()


def test_test_mail_is_sent_by_a_post_of_admins_only(client: Client) -> None:
    holder = signed_in(somebody_with("settings"))

    answers = [client.get(TEST_MAIL), holder.post(TEST_MAIL, {"recipient": "ada@example.org"})]

    assert [answer.status_code for answer in answers] == [405, 403]
    assert not Mail.objects.exists()
