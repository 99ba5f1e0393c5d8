"""Settings: what the super admin sets, one row at `/v1/settings`, for three audiences."""

import copy
from typing import Any, Final

from rest_framework.serializers import BooleanField

from openevent.api.fields import Derived
from openevent.api.resources import Audience
from openevent.api.serializers import ResourceSerializer
from openevent.api.views import ResourceViewSet
from openevent.site.models import Site
from permissions.atoms import anyone, auth_required, is_admin
from permissions.statements import allow

PUBLIC: Final = """
    app_name tagline order_expiry_time start_pg_event_id start_pg_enabled
    max_complex_custom_fields analytics_key fb_client_id google_url github_url twitter_url
    support_url facebook_url instagram_url patreon_url gitter_url telegram_url youtube_url
    weblate_url frontend_url rocket_chat_url cookie_policy cookie_policy_link
    is_paytm_activated is_paypal_activated is_stripe_activated is_omise_activated
    is_alipay_activated is_billing_paypal_activated stripe_client_id stripe_publishable_key
    stripe_test_client_id stripe_test_publishable_key stripe_mode paypal_mode paypal_client
    paypal_sandbox_client omise_mode omise_test_public omise_live_public
    alipay_publishable_key paytm_mode paytm_live_merchant paytm_sandbox_merchant
    admin_billing_contact_name admin_billing_phone admin_billing_email admin_billing_state
    admin_billing_country admin_billing_tax_info admin_company admin_billing_address
    admin_billing_city admin_billing_zip admin_billing_additional_info admin_billing_logo
    logo_size image_size slide_size
""".split()
_PLACES: Final = "local, s3 or gs"
SIGNED_IN: Final = ["android_app_url", "web_app_url"]
ADMIN: Final = """
    app_environment static_domain storage_place aws_key aws_secret aws_bucket_name
    aws_region gs_key gs_secret gs_bucket_name is_google_recaptcha_enabled
    google_recaptcha_site google_recaptcha_secret google_client_id google_client_secret
    fb_client_secret tw_consumer_key tw_consumer_secret in_client_id in_client_secret
    stripe_secret_key stripe_test_secret_key paypal_secret paypal_sandbox_secret
    omise_test_secret omise_live_secret alipay_secret_key paytm_live_secret
    paytm_sandbox_secret email_service email_from email_from_name sendgrid_key smtp_host
    smtp_username smtp_password smtp_port smtp_encryption rocket_chat_registration_secret
    invoice_sending_day invoice_sending_timezone admin_billing_paypal_email
    export_retention_days aws_endpoint_url aws_public_url gs_service_account gs_public_url
""".split()


def activated(name: str, *reads: str) -> Derived:
    return Derived.from_property(BooleanField(), getattr(Site, name), reads=reads)


class SettingSerializer(ResourceSerializer):
    is_stripe_activated = activated("is_stripe_activated", "stripe_client_id")
    is_paypal_activated = activated(
        "is_paypal_activated",
        "paypal_mode",
        "paypal_client",
        "paypal_secret",
        "paypal_sandbox_client",
        "paypal_sandbox_secret",
    )
    is_omise_activated = activated(
        "is_omise_activated",
        "omise_mode",
        "omise_test_public",
        "omise_test_secret",
        "omise_live_public",
        "omise_live_secret",
    )
    is_alipay_activated = activated(
        "is_alipay_activated", "alipay_publishable_key", "alipay_secret_key"
    )
    is_billing_paypal_activated = activated(
        "is_billing_paypal_activated", "admin_billing_paypal_email"
    )

    class Meta:
        model = Site
        fields = [*PUBLIC, *SIGNED_IN, *ADMIN]
        extra_kwargs = {
            "storage_place": {"error_messages": {"invalid_choice": f"Write {_PLACES}."}}
        }

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Ask of the settings as they will be what the admin asks too."""
        row = copy.copy(self.instance)
        for name, value in attrs.items():
            setattr(row, name, value)
        row.clean()
        return attrs


class SettingViewSet(ResourceViewSet):
    serializer_class = SettingSerializer
    resource_type = "setting"
    is_singleton = True
    audiences = [
        Audience("admin", is_admin, only=tuple(ADMIN)),
        Audience("signed-in", auth_required, only=tuple(SIGNED_IN)),
    ]
    permissions = allow(view=anyone, change=is_admin)
