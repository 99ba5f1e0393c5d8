"""Secrets in the database: what is stored, what is read, and how keys are replaced."""

import copy
import io
import logging

import pytest
from django.core import serializers
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connection

from openevent import sealed
from openevent.sealed import UnreadableSecretError
from openevent.site.models import Site

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery staple"


def stored(column="smtp_password"):
    """Return what the database holds in a column of the settings."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM site_site")  # noqa: S608  our own names
        return cursor.fetchone()[0]


def set_password(value=PASSWORD):
    site = Site.objects.get()
    site.smtp_password = value
    site.save()


def reseal(**options):
    out = io.StringIO()
    call_command("reseal", stdout=out, **options)
    return out.getvalue().strip()


def test_every_secret_column_is_sealed():
    columns = {f.name for f in Site._meta.concrete_fields if isinstance(f, sealed.SealedField)}

    assert columns == {
        "alipay_secret_key", "aws_secret", "fb_client_secret", "google_client_secret",
        "google_recaptcha_secret", "gs_secret", "gs_service_account", "in_client_secret",
        "omise_live_secret", "omise_test_secret", "paypal_sandbox_secret", "paypal_secret",
        "paytm_live_secret", "paytm_sandbox_secret", "rocket_chat_registration_secret",
        "sendgrid_key", "smtp_password", "stripe_secret_key", "stripe_test_secret_key",
        "tw_consumer_secret",
    }  # fmt: skip


def test_secret_is_not_stored_as_it_is_and_reads_as_it_was():
    set_password()

    assert PASSWORD not in stored()
    assert Site.objects.get().smtp_password == PASSWORD
    assert list(Site.objects.values_list("smtp_password", flat=True)) == [PASSWORD]


def test_secret_set_by_a_query_is_sealed_too():
    Site.objects.update(smtp_password=PASSWORD)

    assert PASSWORD not in stored()
    assert Site.objects.get().smtp_password == PASSWORD


def test_same_secret_is_stored_differently_each_time():
    set_password()
    first = stored()
    set_password()

    assert stored() != first


@pytest.mark.parametrize("value", [None, "", "ünïcödé\n\x7f"])
def test_any_text_and_none_come_back(value):
    set_password(value)

    assert Site.objects.get().smtp_password == value


def test_secret_hides_from_repr_but_not_from_use(caplog):
    set_password()
    secret = Site.objects.get().smtp_password

    logging.getLogger("test").warning("%r %s", secret, {"password": secret})

    assert repr([secret]) == "[<secret>]"
    assert PASSWORD not in caplog.text
    assert f"{secret}" == str(secret) == secret == copy.deepcopy(secret) == PASSWORD


def test_secrets_are_left_out_of_dumps():
    set_password()

    assert "smtp_password" not in serializers.serialize("json", Site.objects.all())


def test_sealed_column_can_be_asked_whether_it_is_there_and_nothing_else():
    set_password()

    assert Site.objects.filter(smtp_password__isnull=False).count() == 1
    for question in ("smtp_password", "smtp_password__startswith", "smtp_password__length"):
        with pytest.raises(FieldError):
            Site.objects.filter(**{question: "x"}).exists()


def test_without_a_key_nothing_is_sealed(settings):
    settings.FIELD_KEYS = []

    with pytest.raises(ImproperlyConfigured, match="FIELD_KEYS is empty"):
        Site.objects.update(smtp_password=PASSWORD)


def test_keys_are_replaced_without_an_outage(settings):
    (old,) = settings.FIELD_KEYS
    set_password()
    before = stored()

    settings.FIELD_KEYS = ["new", old]
    assert Site.objects.get().smtp_password == PASSWORD
    assert reseal() == "Sealed 1 values anew."
    assert stored() != before
    assert reseal() == "Sealed 0 values anew."

    settings.FIELD_KEYS = ["new"]
    assert Site.objects.get().smtp_password == PASSWORD


@pytest.fixture
def lost_key(settings):
    """A password that is sealed with a key which nobody has any more."""
    set_password()
    settings.FIELD_KEYS = ["another"]


@pytest.mark.parametrize(
    "use", [str, len, list, bytes, "{}".format, lambda secret: "AWS4" + secret]
)
def test_use_of_a_secret_that_no_key_opens_says_what_to_do(lost_key, use):
    secret = Site.objects.get().smtp_password

    with pytest.raises(UnreadableSecretError, match=r"Site.smtp_password.*`manage.py reseal`"):
        use(secret)
    with pytest.raises(AttributeError, match=r"`manage.py reseal`"):
        secret.encode()


def test_row_with_a_secret_that_no_key_opens_can_be_read_and_saved(lost_key, settings):
    before = stored()
    site = Site.objects.get()
    assert bool(site.smtp_password)
    assert repr(site.smtp_password) == "<unreadable secret>"

    site.tagline = "Hello"
    site.save()

    assert stored() == before


def test_reseal_names_what_no_key_opens_and_leaves_it(lost_key):
    before = stored()

    with pytest.raises(CommandError, match=r"smtp_password of row 1.*--forget-unreadable"):
        reseal()

    assert stored() == before


def test_reseal_empties_what_no_key_opens_when_told_to(lost_key):
    Site.objects.update(aws_secret="abc")

    assert "Emptied, enter them again: site.Site.smtp_password of row 1" in reseal(
        forget_unreadable=True
    )

    site = Site.objects.get()
    assert (site.smtp_password, site.aws_secret) == (None, "abc")
