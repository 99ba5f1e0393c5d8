"""What archives write in a way of their own: time zones, lengths, colours, states."""

import re
import zoneinfo
from typing import Any


def state(text: str) -> str:
    """Return the state of an event in today's words; over is what its dates say."""
    lowered = text.strip().lower()
    return "published" if lowered == "completed" else lowered


def zone_name(text: str) -> str | None:
    """Return the IANA name that `text` means ("US / Pacific", "america/new york"), or `None`."""
    name = re.sub(r"\s*/\s*", "/", text.strip()).replace(" ", "_").lower()
    return next((known for known in zoneinfo.available_timezones() if known.lower() == name), None)


def length(value: Any) -> str | None:
    """Return a length of time as "HH:MM", or `None` if `value` is none.

    It may be written "1:30", "01:30:00", or, in older archives, with a dot for the colon:
    "01.30", which as a number lost its zeros (1.3). What the dot cannot mean, as no hour has 75
    minutes, is hours (0.75 is 00:45). A whole number is hours up to 9, from there on minutes.
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    text = str(value).strip()
    if clock := re.fullmatch(r"([0-9]{1,2}):([0-9]{2})(:[0-9]{2})?", text):
        return _hours_and_minutes(int(clock[1]), int(clock[2]))
    if dotted := re.fullmatch(r"([0-9]{1,2})\.([0-9]{1,2})", text):
        minutes = int(dotted[2].ljust(2, "0"))
        if minutes >= 60:
            minutes = minutes * 60 // 100
        return _hours_and_minutes(int(dotted[1]), minutes)
    if whole := re.fullmatch(r"[0-9]{1,3}", text):
        number = int(whole[0])
        return (
            _hours_and_minutes(number, 0)
            if number <= 9
            else _hours_and_minutes(*divmod(number, 60))
        )
    return None


def _hours_and_minutes(hours: int, minutes: int) -> str | None:
    return f"{hours:02}:{minutes:02}" if minutes < 60 else None


def color(value: Any) -> str | None:
    """Return `value` if it is a colour as CSS writes it, #rgb or #rrggbb; a missing # is added."""
    digits = (
        re.fullmatch(r"#?((?:[0-9a-fA-F]{3}){1,2})", value.strip())
        if isinstance(value, str)
        else None
    )
    return f"#{digits[1]}" if digits else None
