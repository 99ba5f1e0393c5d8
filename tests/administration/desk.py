"""What the tests of the admin site share: a row of each model, forms as a browser sends them."""

import functools
from collections.abc import Callable
from typing import Any, Final

from django.contrib import admin
from django.test import Client
from django.urls import reverse

from events.models import RolePermission, Service
from media.models import EventImageSize, SpeakerImageSize
from openevent import activity, jobs
from openevent.desk.panels import PAGES
from openevent.desk.secrets import SecretField
from openevent.site.models import Site
from tests.factories import events as factories
from tests.factories import exports, messaging, users
from tests.factories.administration import PageFactory
from tests.factories.media import UploadFactory
from tests.factories.ticketing import TicketFactory, TicketTagFactory
from users.actions.sign_in import sign_in
from users.models import SignIn, User

# What secrets say in tests; no page may show it.
SECRET: Final = "s3cr3t"


def _site() -> Site:
    return Site.objects.get(pk=1)


def _mail(**columns: Any) -> Any:
    return messaging.MailFactory(confidential=f'{{"html": "{SECRET}", "text": ""}}', **columns)


def _job() -> Any:
    return jobs.enqueue("users.mail-reset", email=f"{SECRET}@example.org")


def _role_permission() -> RolePermission:
    return factories.RoleFactory().permissions.first()


def _sign_in() -> SignIn:
    user = users.UserFactory()
    sign_in(user)
    return user.sign_ins.get()


# A maker of a row for each model that has a page.
MAKERS: Final[dict[str, Callable[[], Any]]] = {
    factory._meta.model._meta.label_lower: factory
    for factory in (
        users.UserFactory,
        users.UserEmailFactory,
        users.SocialAccountFactory,
        users.CustomSystemRoleFactory,
        users.UserSystemRoleFactory,
        users.PanelPermissionFactory,
        users.UserPermissionFactory,
        factories.EventFactory,
        factories.EventTypeFactory,
        factories.EventLocationFactory,
        factories.EventTopicFactory,
        factories.TrackFactory,
        factories.MicrolocationFactory,
        factories.SessionTypeFactory,
        factories.SessionFactory,
        factories.SpeakerFactory,
        factories.FavouriteSessionFactory,
        factories.RoleInviteFactory,
        factories.EventSubTopicFactory,
        factories.CustomPlaceholderFactory,
        factories.EventCopyrightFactory,
        factories.SponsorFactory,
        factories.SocialLinkFactory,
        factories.FaqTypeFactory,
        factories.FaqFactory,
        factories.TagFactory,
        factories.ExhibitorFactory,
        factories.CustomFormFactory,
        factories.CustomFormOptionFactory,
        factories.CustomFormTranslateFactory,
        PageFactory,
        factories.FavouriteEventFactory,
        factories.SpeakersCallFactory,
        factories.SpeakerInviteFactory,
        factories.FeedbackFactory,
        factories.GroupFactory,
        factories.GroupRoleFactory,
        factories.FollowedGroupFactory,
        factories.RoleFactory,
        factories.EventRoleFactory,
        TicketFactory,
        TicketTagFactory,
        UploadFactory,
        messaging.MessageSettingFactory,
        messaging.NotificationFactory,
        messaging.NotificationSettingFactory,
        messaging.EmailNotificationFactory,
    )
} | {
    "site.site": _site,
    "media.eventimagesize": lambda: EventImageSize.objects.get(pk=1),
    "media.speakerimagesize": lambda: SpeakerImageSize.objects.get(pk=1),
    "events.rolepermission": _role_permission,
    "events.service": lambda: Service.objects.get(name="track"),
    "users.signin": _sign_in,
    "messaging.mail": _mail,
    "jobs.job": _job,
    "activity.activity": functools.partial(activity.record, "opened the doors", by=None),
    "exports.export": functools.partial(exports.ExportFactory, file=f"local:{SECRET}"),
    "exports.importjob": functools.partial(exports.ImportJobFactory, file=f"local:{SECRET}"),
}
ALL: Final = [name for names in PAGES.values() for name in names]


def page_of(name: str) -> Any:
    """Return the admin page of the model called `app.model`."""
    pages = {model._meta.label_lower: page for model, page in admin.site._registry.items()}
    return pages[name]


def url(name: str, page: str, *args: Any) -> str:
    """Return where a page of the model `name` is: `url("events.track", "change", 3)`."""
    return reverse(f"admin:{name.replace('.', '_')}_{page}", args=args)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def somebody_with(*panels: str) -> User:
    """Return a person who is no admin and holds `panels` by a system role."""
    role = users.CustomSystemRoleFactory(panels=list(panels))
    return users.UserSystemRoleFactory(role=role).user


def sent_by(response: Any) -> dict[str, Any]:
    """Return what a browser would send of the form on a page, with its inlines."""
    sent = _values(response.context["adminform"].form)
    for inline in response.context["inline_admin_formsets"]:
        for form in [inline.formset.management_form, *inline.formset.forms]:
            sent |= _values(form, prefix=f"{form.prefix}-")
    return sent


def _values(form: Any, prefix: str = "") -> dict[str, Any]:
    # a field of a secret is drawn empty
    drawn = [name for name, each in form.fields.items() if not isinstance(each, SecretField)]
    sent = {prefix + name: form[name].value() for name in drawn}
    for name, value in list(sent.items()):
        if hasattr(value, "strftime"):
            sent[f"{name}_0"], sent[f"{name}_1"] = value.date().isoformat(), f"{value:%H:%M:%S}"
    # an unticked box and an empty choice send nothing
    return {
        name: value
        for name, value in sent.items()
        if value not in (None, "", []) and value is not False
    }


def act(client: Client, name: str, row: Any, verb: str) -> Any:
    """Press the button of `verb` on the page of `row`, and return the page that follows."""
    return client.post(url(name, "verb", row.pk, verb), follow=True)


def shown(response: Any) -> list[str]:
    """Return the messages on a page."""
    return [str(message) for message in response.context["messages"]]
