"""Custom forms: the fields an event asks for, and holding sessions and speakers to them."""

import pytest

from events.models import CustomForm, CustomFormTranslate, Session
from openevent.site.models import Site
from tests.api_client import Api
from tests.factories.events import (
    CustomFormFactory,
    CustomFormOptionFactory,
    CustomFormTranslateFactory,
    EventFactory,
    SessionFactory,
    SpeakersCallFactory,
    hold,
)
from tests.factories.users import UserFactory

pytestmark = pytest.mark.django_db

COMPLEX = "/data/attributes/complex-field-values"


@pytest.fixture
def event():
    event = EventFactory(published=True, is_sessions_speakers_enabled=True)
    SpeakersCallFactory(event=event)
    return event


@pytest.fixture
def team(event):
    user = UserFactory()
    hold(user, event, "organizer")
    return Api(user)


@pytest.fixture
def sam():
    return UserFactory()


def field(event, identifier, **values):
    known = {"is_complex": True, "form": "session", "is_included": True, **values}
    return CustomFormFactory(event=event, field_identifier=identifier, **known)


def submit(user, event, **values):
    return Api(user).post(
        "/v1/sessions", "session", event=event, **{"title": "A talk", "state": "pending", **values}
    )


# --- the fields


@pytest.mark.parametrize(
    ("form", "identifier", "name"),
    [
        ("session", "shortAbstract", "Short abstract"),
        ("session", "slides-url", "Slides URL"),
        ("speaker", "speaking_experience", "Speaking experience"),
        ("attendee", "jobTitle", "Job title"),
    ],
)
def test_a_built_in_field_has_its_own_name(event, team, form, identifier, name):
    made = team.post(
        "/v1/custom-forms",
        "custom-form",
        event=event,
        form=form,
        field_identifier=identifier,
        name="Something",
        is_complex=True,
    )

    attributes = made.data["attributes"]
    assert (attributes["name"], attributes["is-complex"]) == (name, False)


@pytest.mark.parametrize("identifier", ["diet", "id", "deletedAt"])
def test_any_other_field_is_complex(event, team, identifier):
    made = team.post(
        "/v1/custom-forms",
        "custom-form",
        event=event,
        form="session",
        field_identifier=identifier,
        name="Diet",
    )

    attributes = made.data["attributes"]
    assert (attributes["name"], attributes["is-complex"], attributes["type"]) == (
        "Diet",
        True,
        "text",
    )


def test_a_form_has_each_field_once(event, team):
    field(event, "diet")
    again = {"event": event, "form": "session", "field_identifier": "diet", "name": "Diet"}

    assert team.post("/v1/custom-forms", "custom-form", **again).status == 409
    assert team.post("/v1/custom-forms", "custom-form", **again, form_id="7").status == 201


def test_a_form_has_as_many_complex_fields_as_the_site_allows(event, team):
    Site.objects.update(max_complex_custom_fields=1)
    values = {"event": event, "form": "session", "name": "x"}

    assert (
        team.post("/v1/custom-forms", "custom-form", field_identifier="a", **values).status == 201
    )
    refused = team.post("/v1/custom-forms", "custom-form", field_identifier="b", **values)
    assert (refused.status, refused.pointer) == (422, "/data/attributes/field-identifier")


def test_translations_come_and_go_with_their_field(event, team):
    sent = [{"name": "Essen", "language_code": "de"}, {"name": "Repas", "language_code": "fr"}]
    made = team.post(
        "/v1/custom-forms",
        "custom-form",
        event=event,
        form="session",
        field_identifier="diet",
        name="Diet",
        translations=sent,
    )
    german, french = made.data["attributes"]["translations"]
    assert {key: german[key] for key in ("name", "language_code")} == sent[0]

    changed = team.patch(
        f"/v1/custom-forms/{made.data['id']}",
        "custom-form",
        translations=[
            {**german, "name": "Speisen"},
            {"id": french["id"], "isDeleted": True},
            {"name": "Cibo", "language_code": "it"},
        ],
    )

    found = [
        (each["language_code"], each["name"]) for each in changed.data["attributes"]["translations"]
    ]
    assert found == [("de", "Speisen"), ("it", "Cibo")]
    assert (
        team.patch(f"/v1/custom-forms/{made.data['id']}", "custom-form", name="Food").status == 200
    )
    assert CustomFormTranslate.objects.count() == 2


def test_a_translation_of_another_field_is_not_touched(event, team):
    own, foreign = field(event, "diet"), CustomFormTranslateFactory(name="Theirs")

    team.patch(
        f"/v1/custom-forms/{own.pk}",
        "custom-form",
        translations=[{"id": foreign.pk, "isDeleted": True}],
    )

    assert CustomFormTranslate.objects.get(pk=foreign.pk).name == "Theirs"


@pytest.mark.parametrize("translations", ["x", [7], [{"name": "x"}], [{"language_code": "de"}]])
def test_a_translation_needs_name_and_language(event, team, translations):
    answer = team.post(
        "/v1/custom-forms",
        "custom-form",
        event=event,
        form="session",
        field_identifier="diet",
        translations=translations,
    )

    assert (answer.status, answer.pointer) == (422, "/data/attributes/translations")


def test_options_and_translations_are_listed_under_their_field(event):
    own = field(event, "diet", type="select")
    option = CustomFormOptionFactory(custom_form=own)
    name = CustomFormTranslateFactory(custom_form=own)
    CustomFormOptionFactory()

    assert Api().get(f"/v1/custom-forms/{own.pk}/custom-form-options").ids == [option.pk]
    assert Api().get(f"/v1/custom-forms/{own.pk}/custom-form-translates").ids == [name.pk]
    assert Api().get(f"/v1/custom-form-options/{option.pk}/custom-form").data["id"] == str(own.pk)


def test_options_are_written_by_the_team_of_the_fields_event(event, team, sam):
    own = field(event, "diet", type="select")
    sent = {
        "data": {
            "type": "custom-form-option",
            "attributes": {"value": "vegan"},
            "relationships": {"custom-form": {"data": {"type": "custom_form", "id": str(own.pk)}}},
        }
    }

    assert Api(sam).send("post", "/v1/custom-form-options", sent).status == 403
    assert Api().send("post", "/v1/custom-form-options", sent).status == 401
    assert team.send("post", "/v1/custom-form-options", sent).status == 201


def test_the_form_of_some_tickets_is_listed_by_its_id(event):
    own = field(event, "diet", form="attendee", form_id="7")
    field(event, "size", form="attendee")
    field(EventFactory(published=True), "diet", form="attendee", form_id="7")

    for name in (event.pk, event.identifier):
        assert Api().get(f"/v1/events/{name}/custom-forms/7").ids == [own.pk]
    assert Api().get(f"/v1/events/{EventFactory().pk}/custom-forms/7").status == 404


def test_a_new_event_asks_attendees_for_their_address():
    owner = Api(UserFactory())
    made = owner.post(
        "/v1/events",
        "event",
        name="Conf",
        timezone="UTC",
        starts_at="2031-01-01T10:00:00Z",
        ends_at="2031-01-02T10:00:00Z",
    )

    form = CustomForm.objects.get(event_id=made.data["id"])
    assert (form.form, form.field_identifier, form.is_required, form.is_fixed) == (
        "attendee",
        "email",
        True,
        True,
    )


# --- what is filled in


def test_a_required_attribute_may_not_be_empty(event, sam):
    field(event, "shortAbstract", is_complex=False, is_required=True)

    refused = submit(sam, event)

    assert (refused.status, refused.pointer) == (422, "/data/attributes/short-abstract")
    assert submit(sam, event, short_abstract="Yes").status == 201


def test_a_required_relationship_may_not_be_empty(event, sam):
    field(event, "track", is_complex=False, is_required=True)

    assert submit(sam, event).pointer == "/data/relationships/track"


def test_a_field_that_is_not_included_is_not_required(event, sam):
    field(event, "subtitle", is_complex=False, is_required=True, is_included=False)

    assert submit(sam, event).status == 201


def test_a_draft_may_be_filled_in_later(event, sam):
    field(event, "subtitle", is_complex=False, is_required=True)

    assert submit(sam, event, state="draft").status == 201


def test_a_draft_that_is_submitted_is_held_to_the_form(event, sam):
    field(event, "subtitle", is_complex=False, is_required=True)
    field(event, "diet", is_required=True)
    session = SessionFactory(event=event, creator=sam, state="draft")
    url = f"/v1/sessions/{session.pk}"
    whole = {"subtitle": "How", "complex_field_values": {"diet": "vegan"}}

    bare = Api(sam).patch(url, "session", state="pending")
    without_answer = Api(sam).patch(url, "session", state="pending", subtitle="How")
    filled_in = Api(sam).patch(url, "session", **whole)
    submitted = Api(sam).patch(url, "session", state="pending")

    assert (bare.status, bare.pointer) == (422, "/data/attributes/subtitle")
    assert (without_answer.status, without_answer.pointer) == (422, COMPLEX)
    assert (filled_in.status, submitted.status) == (200, 200)
    assert submitted.attributes["state"] == "pending"


def test_a_required_answer_may_not_be_empty(event, sam):
    field(event, "diet", is_required=True)

    for answers in (None, {}, {"diet": ""}):
        assert submit(sam, event, complex_field_values=answers).pointer == COMPLEX
    made = submit(sam, event, complex_field_values={"diet": "vegan", "unknown": "x"})
    assert made.data["attributes"]["complex-field-values"] == {"diet": "vegan"}


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("number", 7, "seven"),
        ("number", "7.5", True),
        ("year", "1999", "99"),
        ("email", "a@example.org", "a"),
        ("email", "b@example.org", 7),
        ("boolean", False, "perhaps"),
        ("text", "x", ["x"]),
        ("select", "vegan", "fish"),
    ],
)
def test_an_answer_is_of_the_type_of_its_field(event, sam, kind, good, bad):
    CustomFormOptionFactory(custom_form=field(event, "diet", type=kind), value="vegan")

    assert submit(sam, event, complex_field_values={"diet": bad}).pointer == COMPLEX
    assert submit(sam, event, complex_field_values={"diet": good}).status == 201


def test_a_field_made_required_meanwhile_stops_no_change_of_something_else(event, sam):
    session = SessionFactory(event=event, creator=sam, state="accepted")
    field(event, "subtitle", is_complex=False, is_required=True)
    field(event, "diet", is_required=True)
    url = f"/v1/sessions/{session.pk}"

    assert Api(sam).patch(url, "session", state="withdrawn").status == 200


def test_organizers_are_held_only_to_the_answers_they_give(event, team):
    field(event, "subtitle", is_complex=False, is_required=True)
    field(event, "diet", is_required=True, type="number")
    session = SessionFactory(event=event)
    url = f"/v1/sessions/{session.pk}"

    assert team.patch(url, "session", title="Renamed").status == 200
    assert team.patch(url, "session", complex_field_values={"diet": "x"}).pointer == COMPLEX
    assert Session.objects.get(pk=session.pk).complex_field_values is None


def test_speakers_are_held_to_their_form(event, sam):
    field(event, "organisation", form="speaker", is_complex=False, is_required=True)
    values = {"event": event, "name": "Sam"}

    refused = Api(sam).post("/v1/speakers", "speaker", **values)

    assert (refused.status, refused.pointer) == (422, "/data/attributes/organisation")
    assert Api(sam).post("/v1/speakers", "speaker", **values, organisation="X").status == 201


def test_a_form_is_read_once_however_many_fields_it_has(event, sam, django_assert_max_num_queries):
    api = Api(sam)
    body = {"complex_field_values": {f"f{n}": "x" for n in range(8)}}
    for number in range(8):
        field(event, f"f{number}", is_required=True)

    with django_assert_max_num_queries(22):
        assert api.post("/v1/sessions", "session", event=event, title="A", **body).status == 201


def test_a_copy_of_an_event_asks_the_same(event, team):
    CustomFormOptionFactory(custom_form=field(event, "diet", type="select"), value="vegan")
    CustomForm.objects.create(event=event, form="attendee", field_identifier="email")

    made = team.send("post", f"/v1/events/{event.pk}/copy", {}, content_type="application/json")

    copied = CustomForm.objects.filter(event_id=made.document["id"]).order_by("id")
    assert [form.field_identifier for form in copied] == ["diet", "email"]
    assert [each.value for each in copied[0].custom_form_options.all()] == ["vegan"]
