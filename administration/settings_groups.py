"""The super admin's settings as people meet them: groups of columns of `Site`, each explained.

A column stands in one group and has its sentence there. Who may see and change a group:

- the holders of the settings panel, what visitors of the site may know anyway;
- admins, what holds keys of outside services or says where mail, links and files go: whoever sets
  the mail server, or where links in mails lead, takes over everybody's account;
- super admins, what the admins themselves are held to.
"""

import zoneinfo
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final


class Rank(IntEnum):
    """Who may see and change a group, the widest circle first."""

    PANEL = 1
    ADMINS = 2
    SUPER_ADMINS = 3


@dataclass(frozen=True)
class Group:
    """Columns that concern one thing. `help` is a sentence about it, `columns` one about each."""

    title: str
    help: str
    columns: Mapping[str, str]
    rank: Rank = Rank.PANEL
    template: str | None = None  # what else belongs there, such as a button


GROUPS: Final = (
    Group(
        "General",
        "What this server is called, and what people meet first.",
        {
            "app_name": "Stands on pages and in mails.",
            "tagline": "A few words below the name, on the front page.",
            "app_environment": "A word for whoever looks after this server: production, staging.",
            "start_pg_enabled": "What the web client shows first; default: the list of events.",
            "start_pg_event_id": "The identifier of the event it shows, if it shows one.",
            "android_app_url": "Where the organizers’ Android app is found.",
            "web_app_url": "Where the generated web sites of events are found.",
            "order_expiry_time": "Minutes that an unpaid order keeps its tickets: 1 to 60.",
            "max_complex_custom_fields": "Questions of their own that an event may ask: 1 to 30.",
            "analytics_key": "The site’s key at its web analytics; visitors’ browsers get it.",
        },
    ),
    Group(
        "Links",
        "Where else the people behind this site are found. An empty one is not shown.",
        {
            "support_url": "Where people find help.",
            "twitter_url": "",
            "facebook_url": "",
            "instagram_url": "",
            "youtube_url": "",
            "google_url": "",
            "github_url": "",
            "gitter_url": "",
            "telegram_url": "",
            "patreon_url": "",
            "weblate_url": "Where the web client is translated.",
        },
    ),
    Group(
        "Legal",
        "What visitors are told about cookies. Terms and privacy are pages of their own.",
        {
            "cookie_policy": "The text of the banner; empty, there is none.",
            "cookie_policy_link": "Where the whole policy is read.",
        },
    ),
    Group(
        "Uploads",
        "How large a picture or a file may be.",
        {
            "logo_size": "Kilobytes of a logo.",
            "image_size": "Kilobytes of a picture.",
            "slide_size": "Kilobytes of the slides of a session.",
        },
    ),
    Group(
        "Web client",
        "Where people go from a mail. The links that set their passwords lead there too.",
        {
            "frontend_url": "Where the web client runs, as https://events.example.org. Without "
            "one, the address of this server: it has pages for accounts and passwords."
        },
        rank=Rank.ADMINS,
    ),
    Group(
        "Storage",
        "Where new files are kept. What is kept already stays where it is and can still be read.",
        {
            "storage_place": "What is chosen must have its keys below.",
            "static_domain": "A domain that serves the public files of this machine, if one does.",
            "aws_key": "Access key of S3.",
            "aws_secret": "Secret key of S3.",
            "aws_bucket_name": "Copy what is in it before you name another: files are found by it.",
            "aws_region": "As eu-central-1.",
            "aws_endpoint_url": "Of a store that speaks like S3; empty: Amazon’s own.",
            "aws_public_url": "Where everybody may read the bucket; empty: by this server.",
            "gs_key": "Access key of an HMAC pair of Google Cloud Storage.",
            "gs_secret": "Secret key of that pair.",
            "gs_service_account": "Or the whole JSON of a service account’s key, which goes first.",
            "gs_bucket_name": "Copy what is in it before you name another: files are found by it.",
            "gs_public_url": "Where everybody may read the bucket; empty: by this server.",
            "export_retention_days": (
                "Days for which exports are kept; the latest archive of an event stays. "
                "Empty: all stay."
            ),
        },
        rank=Rank.ADMINS,
        template="desk/settings/storage.html",
    ),
    Group(
        "Mail",
        "Who delivers mail. Without a server here, the one that EMAIL_URL names does.",
        {
            "email_service": "SMTP, SendGrid, or nobody: then mail is written down and kept.",
            "email_from": "The address that mails come from.",
            "email_from_name": "The name beside it; empty: the name of the site.",
            "smtp_host": "As mail.example.org.",
            "smtp_port": "Empty: 587 with TLS, 465 with SSL, 25 without.",
            "smtp_encryption": "",
            "smtp_username": "",
            "smtp_password": "",
            "sendgrid_key": "The API key, if SendGrid delivers.",
        },
        rank=Rank.ADMINS,
        template="desk/settings/mail.html",
    ),
    Group(
        "Social accounts",
        "With both halves of a pair, people can link their account there, and sign in with it.",
        {
            "google_client_id": "",
            "google_client_secret": "",
            "fb_client_id": "Facebook.",
            "fb_client_secret": "",
            "tw_consumer_key": "X, formerly Twitter: the client ID of OAuth 2.",
            "tw_consumer_secret": "",
            "in_client_id": "Instagram.",
            "in_client_secret": "",
        },
        rank=Rank.ADMINS,
    ),
    Group(
        "Robots and chat",
        "What keeps robots from signing up, and the chat server that events may use.",
        {
            "is_google_recaptcha_enabled": "Ask who signs up to prove that they are human.",
            "google_recaptcha_site": "The key that browsers get.",
            "google_recaptcha_secret": "",
            "rocket_chat_url": "The address of the Rocket.Chat server.",
            "rocket_chat_registration_secret": "What it knows this server by.",
        },
        rank=Rank.ADMINS,
    ),
    Group(
        "Payments",
        "Ways of paying. One is offered to organizers as soon as its keys are there.",
        {
            "stripe_mode": "Whether money moves.",
            "stripe_client_id": "",
            "stripe_publishable_key": "",
            "stripe_secret_key": "",
            "stripe_test_client_id": "",
            "stripe_test_publishable_key": "",
            "stripe_test_secret_key": "",
            "paypal_mode": "Whether money moves.",
            "paypal_client": "",
            "paypal_secret": "",
            "paypal_sandbox_client": "",
            "paypal_sandbox_secret": "",
            "omise_mode": "Whether money moves.",
            "omise_live_public": "",
            "omise_live_secret": "",
            "omise_test_public": "",
            "omise_test_secret": "",
            "alipay_publishable_key": "",
            "alipay_secret_key": "",
            "is_paytm_activated": "Offer Paytm.",
            "paytm_mode": "Whether money moves.",
            "paytm_live_merchant": "",
            "paytm_live_secret": "",
            "paytm_sandbox_merchant": "",
            "paytm_sandbox_secret": "",
            "admin_billing_paypal_email": "The PayPal account that organizers pay their fees to.",
        },
        rank=Rank.ADMINS,
    ),
    Group(
        "Invoices",
        "What stands on the invoices that organizers get for their fees, and when they get them.",
        {
            "invoice_sending_day": "Day of the month.",
            "invoice_sending_timezone": "Whose day that is.",
            "admin_company": "",
            "admin_billing_contact_name": "",
            "admin_billing_email": "",
            "admin_billing_phone": "",
            "admin_billing_address": "",
            "admin_billing_city": "",
            "admin_billing_zip": "",
            "admin_billing_state": "",
            "admin_billing_country": "",
            "admin_billing_tax_info": "The company’s tax number.",
            "admin_billing_additional_info": "",
            "admin_billing_logo": "The address of a picture.",
        },
    ),
    Group(
        "Security",
        "What everybody who enters this desk is held to.",
        {
            "is_second_factor_required": (
                "Whoever enters has to set up a second factor first. "
                "Have your own set up before you ask it of others."
            ),
        },
        rank=Rank.SUPER_ADMINS,
    ),
)

_LIVE_OR_TEST: Final = {"live": "Live: money moves", "test": "Test: nothing is charged"}
_LIVE_OR_SANDBOX: Final = {"live": "Live: money moves", "sandbox": "Sandbox: nothing is charged"}
# The columns that hold one of a few words.
CHOICES: Final[Mapping[str, Mapping[str, str]]] = {
    "email_service": {
        "smtp": "SMTP server",
        "sendgrid": "SendGrid",
        "disable": "Nobody: mail is kept",
    },
    "smtp_encryption": {"tls": "TLS (STARTTLS)", "ssl": "SSL", "none": "None"},
    "stripe_mode": _LIVE_OR_TEST,
    "paypal_mode": _LIVE_OR_SANDBOX,
    "omise_mode": _LIVE_OR_TEST,
    "paytm_mode": _LIVE_OR_TEST,
    "invoice_sending_timezone": {name: name for name in sorted(zoneinfo.available_timezones())},
}


def groups_for(user: Any) -> Iterator[Group]:
    """Iterate over the groups that `user`, who holds the settings panel, may see and change."""
    rank = Rank.SUPER_ADMINS if user.is_super_admin else Rank.ADMINS
    if not user.is_staff:
        rank = Rank.PANEL
    return (group for group in GROUPS if group.rank <= rank)


def help_for(column: str) -> str:
    """Return the sentence about a column."""
    return next((group.columns[column] for group in GROUPS if column in group.columns), "")
