"""docs/api.md is true: its lines are sent, and the answers are as it says."""

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client

from events.models import Event
from tests.factories.users import PASSWORD, UserFactory, authorization

PAGE = Path(settings.BASE_DIR) / "docs" / "api.md"
BASE = "http://localhost:8000"


def blocks() -> Iterator[tuple[list[str], Any]]:
    """Iterate over the commands of the page, each block with what its last answer holds."""
    found = re.findall(
        r"^```(console|json)\n(.*?)^```$", PAGE.read_text(), re.DOTALL | re.MULTILINE
    )
    for place, (kind, text) in enumerate(found):
        if kind == "console":
            following = found[place + 1] if place + 1 < len(found) else ("", "")
            said = json.loads(following[1]) if following[0] == "json" else None
            yield text.splitlines(), said


def send(command: str) -> Any:
    """Send what curl would."""
    words = iter(shlex.split(command))
    assert next(words) == "curl"
    url, method, body, query, headers = "", "", None, {}, {}
    for word in words:
        match word:
            case "-s" | "-sg" | "-sgG":
                pass
            case "-X":
                method = next(words)
            case "-H":
                name, _, value = next(words).partition(": ")
                headers[name] = value
            case "-d":
                body = next(words)
            case "--data-urlencode":
                name, _, value = next(words).partition("=")
                query[name] = value
            case _:
                assert word.startswith(BASE), f"the tour does not know {word}"
                url = word.removeprefix(BASE)
    client = Client()
    if body is None and not method:
        return client.get(url, query or None, headers=headers)
    media_type = headers.pop("Content-Type")
    return client.generic(
        method or "POST", url, body or "", content_type=media_type, headers=headers
    )


def holds(part: Any, whole: Any) -> bool:
    """Return whether `whole` says all that `part` says."""
    if isinstance(part, dict):
        return all(name in whole and holds(each, whole[name]) for name, each in part.items())
    if isinstance(part, list):
        return len(part) == len(whole) and all(map(holds, part, whole))
    return bool(part == whole)


@pytest.mark.django_db
def test_the_tour_shows_what_happens() -> None:
    admin = UserFactory(super_admin=True, email="admin@example.com")
    call_command("load_sample", verbosity=0)
    token = authorization(admin)["Authorization"].removeprefix("JWT ")
    values = {"$TOKEN": token, "$PASSWORD": PASSWORD, "$EVENT": str(Event.objects.get().pk)}
    sent = 0
    for commands, said in blocks():
        for command in commands:
            for name, value in values.items():
                command = command.replace(name, value)
            answer = send(command)
            body = b"".join(answer)  # to its end, where a file is closed
            sent += 1
            expects_error = said is not None and "errors" in said
            assert expects_error == (answer.status_code >= 400), (command, body)
        if said is not None:
            assert holds(said, json.loads(body)), (command, body[:2000])
    assert sent > 20
