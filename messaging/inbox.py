"""The mails of a private machine, which has nobody to hand them to (`/dev/mail`).

Whoever reads them can set anybody's password. So the pages exist on a private machine only,
and are shown to its own browser only: the request comes from this machine, under a name of it
(another site's page, led here by its own DNS, comes under that site's name), by no proxy.
"""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.views.decorators.http import require_safe

from messaging import previews
from messaging.models import Mail
from openevent.embedded.own_browser import require_own_browser
from permissions.manager import public

SHOWN: Final = 200  # the newest
# Nothing in a mail runs or is loaded; its links open beside the inbox.
_PAGE: Final = "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'"


@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """List the mails, newest first."""
    require_own_browser(request)
    mails = Mail.objects.order_by("-time", "-id")[:SHOWN]
    return previews.guarded(render(request, "dev/inbox.html", {"mails": mails}), _PAGE)


@require_safe
def letter(request: HttpRequest, mail_id: int) -> HttpResponse:
    """Show one mail, as its recipient gets it."""
    require_own_browser(request)
    mail = get_object_or_404(Mail, pk=mail_id)
    return previews.guarded(render(request, "dev/letter.html", {"mail": mail}), _PAGE)


@require_safe
def body(request: HttpRequest, mail_id: int) -> HttpResponse:
    """Show the HTML of one mail alone."""
    require_own_browser(request)
    mail = get_object_or_404(Mail, pk=mail_id)
    return previews.body(mail.html_body)


# Each looks for itself whether it is there at all.
urlpatterns = [
    path("mail", public()(inbox), name="dev-inbox"),
    path("mail/<int:mail_id>", public()(letter), name="dev-letter"),
    path("mail/<int:mail_id>/body", public()(body), name="dev-letter-body"),
]
