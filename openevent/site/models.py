"""The site: what its super admin sets."""

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator, validate_email
from django.db import models

from openevent.sealed import SealedField

from . import snapshot, storage

COOKIE_POLICY = (
    "This website, and certain approved third parties, use functional, analytical and tracking "
    "cookies (or similar technologies) to understand your event preferences and provide you "
    "with a customized experience. By closing this banner or by continuing to use the site, you "
    "agree. For more information please review our cookie policy."
)


def text(**options: Any) -> models.CharField:
    return models.CharField(max_length=2048, null=True, blank=True, **options)


def long_text(**options: Any) -> models.TextField:
    return models.TextField(null=True, blank=True, **options)


def url(**options: Any) -> models.URLField:
    return models.URLField(max_length=2048, null=True, blank=True, **options)


def email() -> models.EmailField:
    return models.EmailField(null=True, blank=True)


def secret() -> SealedField:
    return SealedField(null=True, blank=True)


def number(default: int, *, least: int = 0, most: int | None = None) -> models.PositiveIntegerField:
    limits = [MinValueValidator(least)] + ([] if most is None else [MaxValueValidator(most)])
    return models.PositiveIntegerField(default=default, validators=limits)


class StoragePlace(models.TextChoices):
    """Where files can be kept."""

    LOCAL = "local", "This machine"
    S3 = "s3", "Amazon S3, or what speaks like it"
    GS = "gs", "Google Cloud Storage"


class SiteQuerySet(models.QuerySet["Site"]):
    def update(self, **kwargs: Any) -> int:
        updated = super().update(**kwargs)
        snapshot.changed()
        return updated


class Site(models.Model):
    """The settings of this server, its only row: names, links, and keys of outside services.

    Code reads them through `site.current()`. What is secret is sealed (`openevent/sealed.py`);
    an identifier that the service itself hands to browsers, such as `aws_key`, is not.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)

    app_environment = models.CharField(max_length=50, default="production")
    app_name = text(default="Open Event")
    tagline = text()
    frontend_url = url(default="http://eventyay.com")
    static_domain = text()
    order_expiry_time = number(15, least=1, most=60)  # minutes
    max_complex_custom_fields = number(30, least=1, most=30)
    start_pg_event_id = text()
    start_pg_enabled = text(default="default")
    cookie_policy = long_text(default=COOKIE_POLICY)
    cookie_policy_link = text(default="https://next.eventyay.com/cookie-policy")
    analytics_key = text()
    android_app_url = text()
    web_app_url = text()
    # Kilobytes; the clients' upload dialogues heed them.
    logo_size = number(1000)
    image_size = number(10000)
    slide_size = number(20000)

    google_url = text()
    github_url = text()
    twitter_url = text()
    support_url = text()
    facebook_url = text()
    instagram_url = text()
    patreon_url = text()
    gitter_url = text()
    telegram_url = text()
    youtube_url = text()
    weblate_url = text()

    # Where new files go. The keys of the others stay, for the files that are there already.
    storage_place = text(default="local", choices=StoragePlace)
    aws_key = text()
    aws_secret = secret()
    aws_bucket_name = text()
    aws_region = text()
    # Of a store that speaks like Amazon's; none: Amazon's own.
    aws_endpoint_url = text(validators=[storage.validate_address])
    # Where everybody may read the bucket; none: links of this server lead there.
    aws_public_url = text(validators=[storage.validate_address])
    # Google takes a pair of HMAC keys, or the JSON of a service account's key, which goes first.
    gs_key = text()
    gs_secret = secret()
    gs_service_account = secret()
    gs_bucket_name = text()
    gs_public_url = text(validators=[storage.validate_address])

    # Days for which exports are kept, but for the latest of each event; none: for ever.
    export_retention_days = models.PositiveIntegerField(
        null=True, blank=True, default=30, validators=[MinValueValidator(1)]
    )

    google_client_id = text()
    google_client_secret = secret()
    fb_client_id = text()
    fb_client_secret = secret()
    tw_consumer_key = text()
    tw_consumer_secret = secret()
    in_client_id = text()
    in_client_secret = secret()
    is_google_recaptcha_enabled = models.BooleanField(default=False)
    google_recaptcha_site = text()
    google_recaptcha_secret = secret()
    rocket_chat_url = url()
    rocket_chat_registration_secret = secret()

    # The service that delivers: smtp, sendgrid, disable.
    email_service = text()
    email_from = text(validators=[validate_email])
    email_from_name = text()
    sendgrid_key = secret()
    smtp_host = text()
    smtp_port = models.PositiveIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(65535)]
    )
    smtp_username = text()
    smtp_password = secret()
    smtp_encryption = text()  # tls, ssl, none

    stripe_mode = text()
    stripe_client_id = text()
    stripe_publishable_key = text()
    stripe_secret_key = secret()
    stripe_test_client_id = text()
    stripe_test_publishable_key = text()
    stripe_test_secret_key = secret()
    paypal_mode = text()  # live, sandbox
    paypal_client = text()
    paypal_secret = secret()
    paypal_sandbox_client = text()
    paypal_sandbox_secret = secret()
    omise_mode = text()  # live, test
    omise_live_public = text()
    omise_live_secret = secret()
    omise_test_public = text()
    omise_test_secret = secret()
    alipay_publishable_key = text()
    alipay_secret_key = secret()
    is_paytm_activated = models.BooleanField(default=False)
    paytm_mode = text()
    paytm_live_merchant = text()
    paytm_live_secret = secret()
    paytm_sandbox_merchant = text()
    paytm_sandbox_secret = secret()

    invoice_sending_day = number(1, least=1, most=31)
    invoice_sending_timezone = models.CharField(max_length=100, default="UTC")
    admin_company = text()
    admin_billing_contact_name = text()
    admin_billing_phone = text()
    admin_billing_email = email()
    admin_billing_paypal_email = email()
    admin_billing_address = long_text()
    admin_billing_city = text()
    admin_billing_state = text()
    admin_billing_zip = text()
    admin_billing_country = text()
    admin_billing_tax_info = text()
    admin_billing_additional_info = long_text()
    admin_billing_logo = url()

    # Whether whoever enters the admin site needs a second factor beside their password.
    is_second_factor_required = models.BooleanField(default=False)

    objects = SiteQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="site_is_one_row"),
            models.CheckConstraint(
                condition=models.Q(order_expiry_time__range=(1, 60)),
                name="site_order_expiry_time_1_to_60",
            ),
            models.CheckConstraint(
                condition=models.Q(max_complex_custom_fields__range=(1, 30)),
                name="site_max_complex_custom_fields_1_to_30",
            ),
        ]

    def __str__(self) -> str:
        return "Settings"

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        snapshot.changed()

    def clean(self) -> None:
        super().clean()
        storage.validate(self)

    # Whether files can be kept there: the keys are.

    @property
    def is_s3_set_up(self) -> bool:
        return bool(self.aws_key and self.aws_secret and self.aws_bucket_name)

    @property
    def is_gs_set_up(self) -> bool:
        hmac = self.gs_key and self.gs_secret
        return bool(self.gs_bucket_name and (self.gs_service_account or hmac))

    # Whether a way of paying may be offered: its keys are there.

    @property
    def is_stripe_activated(self) -> bool:
        return bool(self.stripe_client_id)

    @property
    def is_paypal_activated(self) -> bool:
        sandbox = self.paypal_mode == "sandbox" and self.paypal_sandbox_client
        return bool(
            (sandbox and self.paypal_sandbox_secret) or (self.paypal_client and self.paypal_secret)
        )

    @property
    def is_omise_activated(self) -> bool:
        test = self.omise_mode == "test" and self.omise_test_public
        return bool(
            (test and self.omise_test_secret) or (self.omise_live_public and self.omise_live_secret)
        )

    @property
    def is_alipay_activated(self) -> bool:
        return bool(self.alipay_publishable_key and self.alipay_secret_key)

    @property
    def is_billing_paypal_activated(self) -> bool:
        return bool(self.admin_billing_paypal_email)
