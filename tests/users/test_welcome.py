"""The page at the server's own address."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from openevent.site import snapshot
from openevent.site.models import Site

pytestmark = pytest.mark.django_db


def links(page: str) -> list[str]:
    return re.findall(r'<a href="([^"]*)"', page)


def test_the_servers_own_address_leads_to_what_there_is_for_a_browser(
    client: Client, settings: Any
) -> None:
    own_address = reverse("welcome")  # routes are made before the setting is another
    settings.IS_PRIVATE = False

    answer = client.get(own_address)

    found = links(answer.text)
    assert answer.status_code == 200
    assert "http://eventyay.com" in found
    own = [link for link in found if link.startswith("/")]
    assert own == ["/v1/docs", "/v1/events", "/settings/applications", "/register", "/admin/"]
    assert {link: client.get(link).status_code for link in own} == {
        "/v1/docs": 200,
        "/v1/events": 200,
        "/settings/applications": 401,  # a page that asks who somebody is
        "/register": 200,
        "/admin/": 302,
    }


def test_on_a_laptop_there_is_an_inbox_and_no_front_end(client: Client, settings: Any) -> None:
    settings.IS_PRIVATE = True
    Site.objects.update(frontend_url="http://testserver")  # as `make run` does
    snapshot.changed()

    found = links(client.get("/").text)

    assert "/dev/mail" in found
    assert [link for link in found if not link.startswith("/")] == []
