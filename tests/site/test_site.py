"""The settings row: its columns, and the ways of paying that its keys switch on."""

import pytest
from django.db import IntegrityError

from openevent.site.models import Site

pytestmark = pytest.mark.django_db


def test_settings_are_there_from_the_beginning_with_the_contract_s_defaults():
    site = Site.objects.get()

    assert (site.pk, site.app_environment, site.storage_place) == (1, "production", "local")
    assert (site.order_expiry_time, site.max_complex_custom_fields) == (15, 30)
    assert (site.logo_size, site.image_size, site.slide_size) == (1000, 10000, 20000)
    assert (site.invoice_sending_day, site.invoice_sending_timezone) == (1, "UTC")
    assert (site.frontend_url, site.start_pg_enabled) == ("http://eventyay.com", "default")
    assert site.cookie_policy.startswith("This website, and certain approved third parties")
    assert site.cookie_policy_link == "https://next.eventyay.com/cookie-policy"
    assert (site.tagline, site.smtp_port, site.stripe_secret_key) == (None, None, None)


@pytest.mark.parametrize("values", [{}, {"id": 2}])
def test_there_is_no_second_row_of_settings(values):
    with pytest.raises(IntegrityError):
        Site.objects.create(**values)


@pytest.mark.parametrize(
    "values",
    [{"order_expiry_time": 0}, {"order_expiry_time": 61}, {"max_complex_custom_fields": 31}],
)
def test_numbers_outside_the_contract_s_limits_are_refused(values):
    with pytest.raises(IntegrityError):
        Site.objects.update(**values)


@pytest.mark.parametrize(
    ("way", "values", "activated"),
    [
        ("stripe", {}, False),
        ("stripe", {"stripe_client_id": "ca_1"}, True),
        ("stripe", {"stripe_client_id": ""}, False),
        ("paypal", {"paypal_client": "c"}, False),
        ("paypal", {"paypal_client": "c", "paypal_secret": "s"}, True),
        ("paypal", {"paypal_sandbox_client": "c", "paypal_sandbox_secret": "s"}, False),
        (
            "paypal",
            {"paypal_mode": "sandbox", "paypal_sandbox_client": "c", "paypal_sandbox_secret": "s"},
            True,
        ),
        ("omise", {"omise_live_public": "p", "omise_live_secret": "s"}, True),
        ("omise", {"omise_test_public": "p", "omise_test_secret": "s"}, False),
        (
            "omise",
            {"omise_mode": "test", "omise_test_public": "p", "omise_test_secret": "s"},
            True,
        ),
        ("alipay", {"alipay_publishable_key": "p"}, False),
        ("alipay", {"alipay_publishable_key": "p", "alipay_secret_key": "s"}, True),
        ("billing_paypal", {"admin_billing_paypal_email": "pay@example.org"}, True),
    ],
)
def test_way_of_paying_is_activated_by_its_keys(way, values, activated):
    Site.objects.update(**values)

    assert getattr(Site.objects.get(), f"is_{way}_activated") is activated
