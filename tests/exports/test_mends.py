"""How archives spell time zones, lengths and colours, and what they mean by it."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.models.session_type import validate_length
from exports.archives import mends


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("UTC", "UTC"),
        ("Asia/Singapore", "Asia/Singapore"),
        ("US / Pacific", "US/Pacific"),
        ("america/new york", "America/New_York"),
        (" Europe/Berlin ", "Europe/Berlin"),
        ("Berlin", None),
        ("", None),
        ("../../etc/passwd", None),
    ],
)
def test_zone_name(said: str, meant: str | None) -> None:
    assert mends.zone_name(said) == meant


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("00:30", "00:30"),
        ("1:30", "01:30"),
        ("01:30:00", "01:30"),
        (0.3, "00:30"),  # 0.30, as a number
        ("0.3", "00:30"),
        ("00.45", "00:45"),
        ("01.00", "01:00"),
        (1.0, "01:00"),
        (1.3, "01:30"),
        (0.75, "00:45"),  # hours
        (2, "02:00"),
        ("45", "00:45"),
        (90, "01:30"),
        (" 10:00 ", "10:00"),
        ("10:75", None),
        ("100:00", None),
        (1.333, None),
        ("half an hour", None),
        ("", None),
        (-1, None),
        (True, None),
        (None, None),
        ([30], None),
        ({"minutes": 30}, None),
    ],
)
def test_length(said: Any, meant: str | None) -> None:
    assert mends.length(said) == meant


@given(st.one_of(st.floats(), st.integers(), st.text(), st.from_regex(r"[0-9.:]{1,8}")))
def test_any_length_is_one_that_columns_take_or_none(said: Any) -> None:
    length = mends.length(said)

    if length is not None:
        validate_length(length)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("#3DC8C3", "#3DC8C3"),
        ("#fff", "#fff"),
        ("3DC8C3", "#3DC8C3"),
        (" #3dc8c3 ", "#3dc8c3"),
        ("#3DC8C", None),
        ("red", None),
        ("", None),
        (None, None),
        (123456, None),
    ],
)
def test_color(said: Any, meant: str | None) -> None:
    assert mends.color(said) == meant


@given(st.text())
def test_any_color_is_one_that_columns_take_or_none(said: str) -> None:
    color = mends.color(said)

    assert color is None or re.fullmatch(r"#(?:[0-9a-fA-F]{3}){1,2}", color)


@pytest.mark.parametrize(
    ("said", "meant"),
    [("Published", "published"), ("Completed", "published"), (" DRAFT", "draft")],
)
def test_state(said: str, meant: str) -> None:
    assert mends.state(said) == meant
