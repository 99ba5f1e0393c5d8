"""Whatever an archive holds: either it comes in and the report is right, or nothing is written."""

import json
from typing import Any

import pytest
from django.db import transaction
from hypothesis import event as label
from hypothesis import given, settings
from hypothesis import strategies as st

from events.models import CustomForm, Event, EventRole, Session
from exports.actions.archives import import_archive
from exports.archives.contents import ArchiveUnreadable
from exports.archives.parts import PARTS
from openevent.activity.models import Activity
from tests.factories.users import UserFactory

from .made_up import EVENT, contents

pytestmark = pytest.mark.django_db

PROGRAMME = {part.plural: part.model for part in PARTS}

# Values that archives were seen to have, or that a column cannot take, besides any others.
odd = st.sampled_from(
    """
    /images/a.png|https://example.org|example.org|0.3|01.00|00:30|US / Pacific|Published|Completed
    |2031-05-01T09:00:00|2031-05-01T09:00:00Z|0001-01-01|9999-12-31T23:59:59-14:00|a@example.org
    |A@Example.org|#fff|1|confirmed|Beginner|<script>|nan|1e999|de88e486
    """.replace("\n", "")
    .replace("  ", "")
    .split("|")
)
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=20),
    odd,
    st.just("\0"),
    st.just("x" * 3000),
    st.just(10**30),
    st.just(1e300),
)
any_json = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=5) | st.sampled_from(["id", "name"]), inner, max_size=3)
    ),
    max_leaves=5,
)
keys = st.one_of(st.integers(0, 3), st.sampled_from(["0", "1", "x"]), st.none())
mentions = st.one_of(
    keys, st.fixed_dictionaries({"id": keys}, optional={"name": any_json}), any_json
)


def objects(names: str, **known: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Return objects that have some of the members `names`, and rather likely the `known` ones."""
    members = dict.fromkeys(names.split(), any_json)
    return st.fixed_dictionaries({}, optional=members | {"anything": any_json} | known)


named = st.one_of(st.text(min_size=1, max_size=9), any_json)
lists = {
    "tracks": objects("description color position deleted-at", id=keys, name=named),
    "microlocations": objects("latitude longitude floor room position", id=keys, name=named),
    "session_types": objects("length position", id=keys, name=named),
    "speakers": objects(
        "email photo-url country is-featured order gender short-biography twitter",
        id=keys,
        name=named,
    ),
    "sessions": objects(
        "state level starts-at ends-at slides-url long-abstract is-locked created-at deleted-at",
        id=keys,
        title=named,
        track=mentions,
        microlocation=mentions,
        speakers=st.one_of(st.lists(mentions, max_size=4), any_json),
        **{"session-type": mentions},
    ),
    "sponsors": objects("level url description logo-url", id=keys, name=named),
    "forms": objects(
        "type name is-required position form-id min session_form speaker_form",
        form=st.sampled_from(["session", "Speaker", "attendee", "x"]),
        **{"field-identifier": st.one_of(st.sampled_from(["title", "shoe"]), any_json)},
    ),
    "form_options": objects("value", custom_form=mentions),
    "faqs": objects("question answer", faq_type=mentions),
    "faq_types": objects("name", id=keys),
    "ticket_tags": objects("deleted-at", id=keys, name=named),
    "tickets": objects(
        "position min-price max-price quantity min-order form_id description deleted-at",
        id=keys,
        name=named,
        type=st.sampled_from(["free", "paid", "DONATION", "x"]),
        price=any_json,
        sales_starts_at=st.one_of(odd, st.just("2031-04-01T00:00:00Z")),
        sales_ends_at=st.just("2031-04-30T00:00:00Z"),
        ticket_tags=st.one_of(st.lists(mentions, max_size=3), any_json),
    ),
    "tags": objects("color is-read-only deleted-at", name=named),
    "event_copyrights": objects("holder year logo-url", licence=named),
    "exhibitors": objects(
        "status social_links slides_url", name=named, sessions=st.lists(mentions, max_size=3)
    ),
}
events = objects(
    """
    timezone state privacy type topic identifier latitude description logo-url
    schedule-published-on is-sessions-speakers-enabled organizer-name social-links document-links
    event-copyright call_for_papers has_session_speakers background_image payment-currency
    """
).map(lambda members: EVENT | members)


@st.composite
def archives(draw: st.DrawFn) -> dict[str, bytes]:
    """Draw the files of an archive whose values are odd, and which may be broken at one place."""
    files = {"event": draw(events)}
    files |= draw(
        st.fixed_dictionaries({}, optional={n: st.lists(e, max_size=4) for n, e in lists.items()})
    )
    match draw(st.sampled_from(["whole", "whole", "whole", "a file", "an element", "a member"])):
        case "a file":
            files[draw(st.sampled_from(["event", *lists]))] = draw(any_json)
        case "an element":
            files[draw(st.sampled_from([*lists]))] = [{}, draw(any_json)]
        case "a member":
            files["event"][draw(st.sampled_from(["name", "starts-at", "ends-at"]))] = draw(any_json)
    return {name: as_json(value) for name, value in files.items()}


def as_json(value: Any) -> bytes:
    return json.dumps(value).encode()


def everything() -> dict[str, int]:
    models = [Event, EventRole, Activity, Session.speakers.through, *PROGRAMME.values()]
    return {model._meta.label: model.objects.count() for model in models}


@settings(deadline=None, max_examples=100)
@given(files=archives())
def test_any_archive_comes_in_or_leaves_nothing(files: dict[str, bytes]) -> None:
    with transaction.atomic():
        owner = UserFactory(super_admin=True)
        before = everything()

        try:
            report = import_archive(contents(files), by=owner)
        except ArchiveUnreadable:
            label("refused")
            assert everything() == before
        else:
            label("came in")
            counts = {noun: model.objects.count() for noun, model in PROGRAMME.items()}
            # every new event has a form, unless the archive brings one for attendees
            counts["custom-forms"] -= CustomForm.objects.filter(is_fixed=True).count()
            assert {noun: count for noun, count in report.counts.items() if count} == {
                noun: count for noun, count in counts.items() if count
            }
            for model in (Event, *PROGRAMME.values()):
                for row in model.objects.all():
                    row.full_clean(validate_unique=False)  # as the API would have it

        transaction.set_rollback(True)


@settings(deadline=None, max_examples=50)
@given(text=st.one_of(st.binary(max_size=30), any_json.map(as_json)))
def test_any_event_file_is_read_or_refused(text: bytes) -> None:
    try:
        import_archive(contents({"event": text}), by=UserFactory.build())
    except ArchiveUnreadable:
        return
    pytest.fail("An event without name and times came in.")
