"""Permissions as sentences: what they may say, and that nothing is lost between word and tree."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.atoms import is_coorganizer, is_speaker_itself_or_admin, is_track_organizer
from events.models import Event, Track
from permissions import registry, sentences
from permissions.atoms import is_admin, is_user_itself, is_verified
from permissions.conditions import condition
from permissions.manager import statement
from permissions.predicates import And, Not, Or, Predicate
from permissions.sentences import SentenceError, parse, say
from permissions.statements import allow


@condition("the draft is mine")
def draft_is_mine(arguments):
    return arguments.get("mine") == "yes"


def test_the_sentence_that_people_know():
    said = "Must be co_organizer OR track_organizer, fetch event_id as event_id, use model Event"

    assert statement(said) == statement(
        is_coorganizer | is_track_organizer, fetch="event_id", fetch_as="event_id", model=Event
    )


@pytest.mark.parametrize(
    "said",
    [
        "must be coorganizer or track organizer",
        "Must be a co-organizer or a track organizer",
        "MUST BE CO_ORGANIZER OR TRACK_ORGANIZER",
        "coorganizer or track-organizer",
        "must be is_coorganizer or is_track_organizer",
        "must be (the coorganizer) or (track organizer)",
        "must be co organizer or track organizer",
    ],
)
def test_case_hyphens_articles_and_brackets_mean_nothing(said):
    assert parse(said).predicate == is_coorganizer | is_track_organizer


@pytest.mark.parametrize(
    ("said", "predicate"),
    [
        ("must be admin and verified or user itself", is_admin & is_verified | is_user_itself),
        ("must be admin and (verified or user itself)", is_admin & (is_verified | is_user_itself)),
        ("must be not admin and verified", ~is_admin & is_verified),
        ("must be not (admin and verified)", ~(is_admin & is_verified)),
        ("must be is_coorganizer_or_user_itself", is_coorganizer | is_user_itself),
        (
            "must be verified and coorganizer_or_user_itself",
            is_verified & (is_coorganizer | is_user_itself),
        ),
        ("must be speaker itself or admin", is_speaker_itself_or_admin | is_admin),
        ("must be is_speaker_itself_or_admin", is_speaker_itself_or_admin),
    ],
)
def test_not_binds_closer_than_and_and_that_closer_than_or(said, predicate):
    assert parse(said).predicate == predicate


def test_the_longest_known_name_wins():
    assert parse("must be coorganizer of the user").predicate.name == "is_coorganizer_of_user"
    assert parse("must be coorganizer").predicate.name == "is_coorganizer"


def test_clauses_say_what_the_keywords_of_has_permission_say():
    said = (
        "must be coorganizer, fetch event_id or event as event_id, use model Track or Event, "
        "by track_id or id matching id, for POST and PATCH, leave if the draft is mine"
    )

    assert statement(said) == statement(
        "is_coorganizer",
        fetch="event_id, event",
        fetch_as="event_id",
        model=[Track, Event],
        fetch_key_url="track_id, id",
        fetch_key_model="id",
        methods="POST, PATCH",
        leave_if=draft_is_mine,
    )


def test_a_value_may_be_named():
    assert statement("must be coorganizer, with event_id = 7").named == {"event_id": 7}


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ("must be cook", "cook"),
        ("must be admin nonsense", "nonsense"),
        ("must coorganize", "coorganize"),
        ("must be admin or", ""),
        ("must be admin and (verified", ""),
        ("must be admin, use model Nope", "Nope"),
        ("must be admin, use model LogEntry", "LogEntry"),
        ("must be coorganizer, fetch =", "="),
        ("must be coorganizer, dance", "dance"),
        ("must be admin, for POST and FETCH", "FETCH"),
        ("must be coorganizer, fetch event_id from the URL", "from"),
        ("must be admin, leave if it rains", "it"),
        ("must be coorganizer, fetch event_id, fetch event_id", "fetch event_id"),
        ("must be coorganizer, with event_id 7", "7"),
        ("", ""),
    ],
)
def test_an_error_points_at_the_word(said, word):
    with pytest.raises(SentenceError) as error:
        statement(said)

    expected = said.rindex(word) if word else len(said)
    assert error.value.position == expected
    assert str(error.value).splitlines()[-1] == "    " + " " * expected + "^"


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(SentenceError, match=r"known: admin, .*coorganizer.*verified"):
        parse("must be cook")


def test_what_is_said_twice_is_refused():
    with pytest.raises(TypeError, match="fetch is said in the sentence and beside it"):
        statement("must be coorganizer, fetch event_id", fetch="event_id")


def test_a_resource_takes_sentences_too():
    stated = allow(
        view="must be signed in",
        write="must be coorganizer or track organizer, fetch event_id as event_id, use model Track",
    )

    assert stated["change"] == is_coorganizer | is_track_organizer
    assert stated.models["change"] is Track


def test_a_sentence_may_not_tell_a_resource_of_another_way_to_its_values():
    with pytest.raises(TypeError, match="needs_at"):
        allow(view="must be user itself, fetch owner_id as user_id, use model Track")


@st.composite
def trees(draw, depth=3):
    atoms = st.sampled_from(registry.atoms())
    if depth == 0:
        return draw(atoms)
    inner = trees(depth=depth - 1)
    return draw(
        st.one_of(
            atoms,
            inner.map(lambda part: ~part),
            st.lists(inner, min_size=2, max_size=3).map(lambda parts: And(*parts)),
            st.lists(inner, min_size=2, max_size=3).map(lambda parts: Or(*parts)),
        )
    )


@given(trees())
def test_printing_gives_a_sentence_that_parses_to_the_same_tree(tree: Predicate):
    assert shape(parse(say(tree)).predicate) == shape(tree)


def shape(predicate):
    """Return the tree itself: equality of predicates goes by their names."""
    match predicate:
        case Not():
            return ("not", shape(predicate.part))
        case And() | Or():
            return (predicate.word, *map(shape, predicate.parts))
    return predicate.name


@given(trees(), st.sampled_from([None, "GET", "POST, DELETE"]), st.booleans())
def test_a_statement_printed_is_the_statement(tree, methods, leaves):
    stated = statement(tree, methods=methods, leave_if=draft_is_mine if leaves else None)

    assert statement(stated.sentence) == stated


def test_a_condition_is_known_by_one_phrase():
    with pytest.raises(ValueError, match="two conditions"):
        condition("the draft is mine")(lambda arguments: True)
    with pytest.raises(ValueError, match="comma"):
        condition("this, or that")


def test_every_name_is_told_from_every_other():
    said = [sentences.letters(atom.said) for atom in registry.atoms()]

    assert len(set(said)) == len(said)
