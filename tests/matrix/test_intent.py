"""What is most sensitive is as it was meant, whatever the statements say."""

from typing import Any

import pytest

from permissions.routes import routes
from tests.personas import NOBODY, PERSONAS

from .cells import asked_of, decide, looking_once
from .intent import INTENT, Line
from .requests import REFUSED_BY_THE_DOMAIN, outcome, send
from .statements import asking_once
from .world import Rows

ROUTES = {(route.method, route.path): route for route in routes()}


@pytest.mark.parametrize("line", INTENT, ids=lambda line: f"{line[0]} {line[1]} {line[2][0]}")
def test_those_get_in_who_are_meant_to(line: Line, rows: Rows, every_cell: bool) -> None:
    """Everybody is decided on in process; nobody in particular and a third of them send it too.

    It is another third at the next line. Everybody sends it where permission does not decide
    alone, and when every cell of the matrix is sent.
    """
    method, path, states, who = line
    lines = {asked.state: asked for asked in asked_of(ROUTES[method, path], rows)}
    is_decided = (method, path) not in REFUSED_BY_THE_DOMAIN
    third = {NOBODY, *PERSONAS[INTENT.index(line) % 3 :: 3]}
    sending = third if is_decided and not every_cell else PERSONAS

    for state in states:
        if is_decided:
            with looking_once(rows), asking_once(rows):
                decided = {each for each, user in people(rows) if decide(lines[state], user) == 200}
            assert (state, decided) == (state, set(who))
        let_in = {each for each in sending if outcome(send(lines[state], rows.client(each))) == 200}
        assert (state, let_in) == (state, who.intersection(sending))


def people(rows: Rows) -> list[tuple[str, Any]]:
    """Return everybody of whom the intent speaks, by persona."""
    return [(persona, rows.world.people[persona]) for persona in PERSONAS]
