"""Links by which people share an event where they have accounts."""

import pytest

from openevent.site.models import Site
from tests.api_client import Api
from tests.factories.events import EventFactory, hold
from tests.factories.users import SocialAccountFactory, UserFactory
from tests.users import social

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _registered(db):
    social.register_everywhere()
    Site.objects.update(frontend_url="https://events.example.org/")


@pytest.fixture
def event():
    return EventFactory(published=True)


def links(user, event):
    return Api(user).get(f"/v1/events/{event.identifier}/share-links")


def test_an_event_is_shared_where_the_caller_has_an_account(event):
    ada = UserFactory()
    for provider in ("twitter", "facebook", "google", "instagram"):
        SocialAccountFactory(user=ada, provider=provider)
    encoded = f"https%3A%2F%2Fevents.example.org%2Fe%2F{event.identifier}"

    assert links(ada, event).document == [
        {
            "provider": "facebook",
            "name": "Facebook",
            "url": f"https://www.facebook.com/sharer/sharer.php?u={encoded}",
        },
        {"provider": "twitter", "name": "X", "url": f"https://x.com/intent/post?url={encoded}"},
    ]


def test_only_one_s_own_accounts_count_and_only_where_this_server_is_registered(event):
    ada = UserFactory()
    SocialAccountFactory(user=ada, provider="twitter")
    SocialAccountFactory(provider="facebook")

    assert [each["provider"] for each in links(ada, event).document] == ["twitter"]
    Site.objects.update(tw_consumer_key=None)
    assert links(ada, event).document == []


def test_what_is_not_published_is_not_shared(event):
    draft = EventFactory()
    owner = UserFactory()
    hold(owner, draft, "owner")

    refused = links(owner, draft)

    assert (refused.status, refused.detail) == (403, "A sign-in and a published event is required.")
    assert links(UserFactory(), draft).status == 404
    assert links(None, event).status == 401
