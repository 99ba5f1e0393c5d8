"""What is most sensitive is as it was meant, whatever the statements say: by real requests."""

import pytest

from permissions.routes import routes
from tests.personas import PERSONAS

from .cells import asked_of
from .intent import INTENT, Line
from .requests import outcome, send
from .world import Rows

ROUTES = {(route.method, route.path): route for route in routes()}


@pytest.mark.parametrize("line", INTENT, ids=lambda line: f"{line[0]} {line[1]} {line[2][0]}")
def test_those_get_in_who_are_meant_to(line: Line, rows: Rows) -> None:
    method, path, states, who = line
    lines = {asked.state: asked for asked in asked_of(ROUTES[method, path], rows)}

    for state in states:
        let_in = {
            persona
            for persona in PERSONAS
            if outcome(send(lines[state], rows.client(persona))) == 200
        }
        assert (state, let_in) == (state, set(who))
