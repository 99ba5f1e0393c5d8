"""What else an event says of itself: sponsors, links, questions, licence, tags, exhibitors."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from events.models import Event, EventCopyright, Exhibitor, Speaker
from tests.api_client import Api
from tests.factories.events import (
    EventCopyrightFactory,
    EventFactory,
    EventSubTopicFactory,
    EventTopicFactory,
    EventTypeFactory,
    ExhibitorFactory,
    FaqTypeFactory,
    SocialLinkFactory,
    SpeakerFactory,
    SponsorFactory,
    TagFactory,
    hold,
)
from tests.factories.ticketing import TicketFactory
from tests.factories.users import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def event():
    return EventFactory(published=True)


@pytest.fixture
def team(event):
    user = UserFactory()
    hold(user, event, "coorganizer")
    return Api(user)


CHILDREN = [
    ("sponsors", "sponsor", {"name": "Acme"}),
    ("social-links", "social-link", {"name": "Twitter", "link": "https://twitter.example/oe"}),
    ("faqs", "faq", {"question": "Where?", "answer": "Here."}),
    ("faq-types", "faq-type", {"name": "Getting there"}),
    ("tags", "tag", {"name": "VIP"}),
    ("exhibitors", "exhibitor", {"name": "Acme"}),
    ("event-copyrights", "event-copyright", {"licence": "CC BY 4.0"}),
    ("custom-forms", "custom-form", {"field_identifier": "diet", "form": "attendee"}),
]


@pytest.mark.parametrize(("path", "type_name", "values"), CHILDREN)
def test_only_the_team_writes_what_an_event_says(event, team, path, type_name, values):
    url = f"/v1/{path}"
    Event.objects.filter(pk=event.pk).update(is_sponsors_enabled=True)

    made = team.post(url, type_name, event=event, **values)

    assert made.status == 201, made
    own = f"{url}/{made.data['id']}"
    for stranger, status in ((Api(), 401), (Api(UserFactory()), 403)):
        assert stranger.post(url, type_name, event=event, **values).status == status
        assert stranger.patch(own, type_name, **values).status == status
        assert stranger.delete(own).status == status
    assert team.delete(own).status == 200


def test_an_event_that_shows_no_sponsors_takes_none(event, team):
    Event.objects.filter(pk=event.pk).update(is_sponsors_enabled=False)

    answer = team.post("/v1/sponsors", "sponsor", event=event, name="Acme")

    assert (answer.status, answer.pointer) == (403, "/data/relationships/event")
    there = SponsorFactory(event=event)
    assert team.patch(f"/v1/sponsors/{there.pk}", "sponsor", name="Acme").status == 200


def test_no_sponsor_moves_to_an_event_that_shows_none(event):
    both, moving = UserFactory(), SponsorFactory()
    for each in (event, moving.event):
        hold(both, each, "coorganizer")

    by_itself = Api(both).patch(f"/v1/sponsors/{moving.pk}", "sponsor", event=event)
    from_there = Api(both).link("post", f"/v1/events/{event.pk}/relationships/sponsors", [moving])

    assert (by_itself.status, from_there.status) == (403, 403)


def test_an_event_has_one_copyright_that_lives(event, team):
    first = EventCopyrightFactory(event=event)

    assert (
        team.post("/v1/event-copyrights", "event-copyright", event=event, licence="x").status == 409
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        EventCopyrightFactory(event=event)
    first.trash()
    assert (
        team.post("/v1/event-copyrights", "event-copyright", event=event, licence="x").status == 201
    )
    assert EventCopyright.objects.filter(event=event, deleted_at=None).count() == 1


@pytest.mark.parametrize("years", [-200, 1])
def test_a_copyright_is_of_a_year_that_was(event, team, years):
    year = timezone.now().year + years

    answer = team.post(
        "/v1/event-copyrights", "event-copyright", event=event, licence="x", year=year
    )

    assert (answer.status, answer.pointer) == (422, "/data/attributes/year")


def test_a_copyright_is_found_at_its_event(event):
    own = EventCopyrightFactory(event=event)

    assert Api().get(f"/v1/events/{event.identifier}/event-copyright").data["id"] == str(own.pk)


def test_a_tags_name_is_its_own_within_the_event(event, team):
    TagFactory(event=event, name="VIP")
    TagFactory(name="Crew")

    assert team.post("/v1/tags", "tag", event=event, name="VIP").status == 409
    assert team.post("/v1/tags", "tag", event=event, name="Crew").status == 201


def test_a_question_stands_under_a_heading_of_its_event(event, team):
    foreign = FaqTypeFactory(event=EventFactory(published=True))

    answer = team.post(
        "/v1/faqs", "faq", event=event, faq_type=foreign, question="Where?", answer="Here."
    )

    assert (answer.status, answer.pointer) == (422, "/data/relationships/faq-type")


def test_markup_that_could_run_is_removed(event, team):
    answer = team.post(
        "/v1/faqs", "faq", event=event, question="?", answer="<b>x</b><script>alert(1)</script>"
    )

    assert answer.data["attributes"]["answer"] == "<b>x</b>"


@pytest.mark.parametrize(
    "links",
    [
        "x",
        [{"name": "x"}],
        [{"name": "x", "link": "javascript:alert(1)"}],
        [{"name": "x", "link": "https://x.example", "is_custom": "maybe"}],
    ],
)
def test_links_of_an_exhibitor_are_links(event, team, links):
    answer = team.post("/v1/exhibitors", "exhibitor", event=event, name="Acme", social_links=links)

    assert (answer.status, answer.pointer) == (422, "/data/attributes/social-links")


def test_links_of_an_exhibitor_keep_whether_they_are_custom(event, team):
    links = [{"name": "x", "link": "https://x.example", "is_custom": True}]

    answer = team.post("/v1/exhibitors", "exhibitor", event=event, name="Acme", social_links=links)

    assert answer.data["attributes"]["social-links"] == links


# --- the order of speakers and exhibitors


@pytest.mark.parametrize(
    ("factory", "noun", "column"),
    [(ExhibitorFactory, "exhibitor", "position"), (SpeakerFactory, "speaker", "order")],
)
def test_the_team_puts_them_into_another_order(event, team, factory, noun, column):
    first, second = factory.create_batch(2, event=event)
    url = f"/v1/events/{event.pk}/reorder-{noun}s"
    body = [{noun: str(first.pk), column: 3}, {noun: second.pk, column: 1}]

    answer = team.send("post", url, body, content_type="application/json")

    assert (answer.status, answer.document) == (200, {"success": True, "updates": {"3": 1, "1": 1}})
    assert Api().get(f"/v1/events/{event.pk}/{noun}s").ids == [second.pk, first.pk]
    reset = team.send("post", f"{url}?reset", [], content_type="application/json")
    assert reset.document == {"success": True, "updates": 2}
    assert set(type(first).objects.values_list(column, flat=True)) == {0}


@pytest.mark.parametrize(
    "body",
    [
        {},
        '"x"',
        [7],
        [{"exhibitor": 1}],
        [{"exhibitor": "x", "position": 1}],
        [{"exhibitor": 1, "position": 10**12}],
    ],
)
def test_an_order_that_is_none_is_refused(event, team, body):
    url = f"/v1/events/{event.pk}/reorder-exhibitors"

    assert team.send("post", url, body, content_type="application/json").status == 422


def test_nobody_reorders_what_is_of_another_event(event, team):
    foreign = ExhibitorFactory(event=EventFactory(published=True), position=5)
    url = f"/v1/events/{event.pk}/reorder-exhibitors"
    body = [{"exhibitor": foreign.pk, "position": 1}]

    assert team.send("post", url, body, content_type="application/json").status == 403
    assert Api(UserFactory()).send("post", url, body, content_type="application/json").status == 403
    assert Exhibitor.objects.get(pk=foreign.pk).position == 5
    assert Speaker.objects.count() == 0


# --- topics


def test_a_sub_topic_belongs_to_the_events_topic(event, team):
    topic = EventTopicFactory()
    own, foreign = EventSubTopicFactory(event_topic=topic), EventSubTopicFactory()
    url = f"/v1/events/{event.pk}"

    refused = team.patch(url, "event", event_topic=topic, event_sub_topic=foreign)
    assert (refused.status, refused.pointer) == (422, "/data/relationships/event-sub-topic")
    assert team.patch(url, "event", event_topic=topic, event_sub_topic=own).status == 200
    assert Api().get(f"{url}/event-sub-topic").data["id"] == str(own.pk)


def test_a_new_topic_lets_go_of_a_sub_topic_that_it_does_not_have(event, team):
    sub_topic = EventSubTopicFactory()
    Event.objects.filter(pk=event.pk).update(
        event_topic=sub_topic.event_topic, event_sub_topic=sub_topic
    )

    answer = team.patch(f"/v1/events/{event.pk}", "event", event_topic=EventTopicFactory())

    assert answer.status == 200
    assert Event.objects.get(pk=event.pk).event_sub_topic is None


def test_events_let_go_of_a_sub_topic_that_moves_to_another_topic(event):
    sub_topic, elsewhere = EventSubTopicFactory(), EventTopicFactory()
    Event.objects.filter(pk=event.pk).update(
        event_topic=sub_topic.event_topic, event_sub_topic=sub_topic
    )
    there = EventFactory(event_topic=elsewhere, event_sub_topic=sub_topic)
    admin = Api(UserFactory(admin=True))

    url = f"/v1/event-sub-topics/{sub_topic.pk}"
    assert admin.patch(url, "event-sub-topic", event_topic=elsewhere).status == 200

    event.refresh_from_db()
    there.refresh_from_db()
    assert (event.event_sub_topic, there.event_sub_topic) == (None, sub_topic)


def test_sub_topics_are_the_admins_and_have_one_name_in_their_topic():
    topic = EventTopicFactory()
    admin = Api(UserFactory(admin=True))
    values = {"event_topic": topic, "name": "Web & Net"}

    made = admin.post("/v1/event-sub-topics", "event-sub-topic", **values)

    assert made.data["attributes"]["slug"] == "web-net"
    assert admin.post("/v1/event-sub-topics", "event-sub-topic", **values).status == 409
    assert (
        Api(UserFactory()).post("/v1/event-sub-topics", "event-sub-topic", **values).status == 403
    )


def test_an_event_with_all_that_a_front_page_shows_is_upcoming():
    sub_topic = EventSubTopicFactory()
    event = EventFactory(
        published=True,
        starts_at=timezone.now() + timedelta(days=3),
        event_type=EventTypeFactory(),
        event_topic=sub_topic.event_topic,
        event_sub_topic=sub_topic,
        original_image_url="https://x.example/a.jpg",
        logo_url="https://x.example/b.png",
    )

    assert Api().get("/v1/events/upcoming").ids == []
    TicketFactory(event=event)
    assert Api().get("/v1/events/upcoming").ids == []
    SocialLinkFactory(event=event, name="Twitter")
    assert Api().get("/v1/events/upcoming").ids == [event.pk]


def test_the_places_of_most_events_are_listed_first():
    for place, count in (("Berlin", 2), ("Singapore", 3), ("", 4)):
        EventFactory.create_batch(count, published=True, searchable_location_name=place)
    EventFactory.create_batch(5, searchable_location_name="Hidden")

    answer = Api().get("/v1/event-locations")

    names = [each["attributes"] for each in answer.data]
    assert names == [
        {"name": "Singapore", "slug": "singapore"},
        {"name": "Berlin", "slug": "berlin"},
    ]
    assert "links" not in answer.data[0]  # a place alone has no URL
    for asked in (
        "sort=name",
        "sort=id",
        "include=events",
        'filter=[{"name":"slug","op":"eq","val":"x"}]',
        'filter=[{"name":"events","op":"any","val":[]}]',
    ):
        assert Api().get(f"/v1/event-locations?{asked}").status == 400


def test_a_place_leads_to_its_events():
    place = 'Zürich & "Umgebung" 100%'
    there = EventFactory(published=True, searchable_location_name=place)
    EventFactory(published=True, searchable_location_name=f"{place} West")

    (first, _) = Api().get("/v1/event-locations").data
    sparse = Api().get("/v1/event-locations", **{"fields[event-location]": "name"}).data[0]

    assert first["relationships"].keys() == {"events"}
    assert first["relationships"]["events"]["links"].keys() == {"related"}
    related = first["relationships"]["events"]["links"]["related"]
    assert Api().get(related).ids == [there.pk]
    assert "relationships" not in sparse


def test_places_that_admins_offer_come_first_and_others_fill_up():
    admin = Api(UserFactory(admin=True))
    for place in ("Aix", "Bonn", "Cork", "Dax", "Ely", "Fez"):
        EventFactory(published=True, searchable_location_name=place)

    made = admin.post("/v1/event-locations", "event-location", name="Zürich")
    again = admin.post("/v1/event-locations", "event-location", name="zurich")

    assert (made.status, made.data["attributes"]) == (201, {"name": "Zürich", "slug": "zurich"})
    assert again.status == 409
    assert Api(UserFactory()).post("/v1/event-locations", "event-location", name="X").status == 403
    assert admin.post("/v1/event-locations", "event-location").status == 422
    names = [each["attributes"]["name"] for each in Api().get("/v1/event-locations").data]
    assert names == ["Zürich", "Aix", "Bonn", "Cork", "Dax", "Ely"]


def test_pages_are_everybodys_to_read_and_the_admins_to_write():
    admin = Api(UserFactory(super_admin=True))
    values = {"name": "Terms", "url": "terms", "place": "footer", "index": 1}

    made = admin.post("/v1/pages", "page", **values)

    assert made.status == 201
    assert Api().get("/v1/pages", public="true").ids == [int(made.data["id"])]
    assert Api(UserFactory()).post("/v1/pages", "page", **values).status == 403
    assert admin.post("/v1/pages", "page", name="x", url="x", place="door").status == 422
