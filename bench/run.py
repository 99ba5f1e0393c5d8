"""One run, from an empty database to what it says. Imported once Django can be."""

# ruff: noqa: T201  it talks to the person at the terminal

import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from django.core.management import call_command

from bench import agreement, asking, cost, data, memory, queries, report
from bench.cases import DJA, FLOOR, PLAN, Case, cases
from bench.client import Client, environ

EVERYTHING = "everything_100k"
PERMISSIONS = "permissions"
ROWS = 100_000


@dataclass(frozen=True)
class Options:
    """What is measured (an empty `only` is everything), and in how many rounds."""

    only: frozenset[str]
    rounds: int

    def want(self, name: str) -> bool:
        return not self.only or name in self.only


def run(options: Options, log: Path) -> list[str]:
    """Measure and print; return the budgets that were missed."""
    _say("filling a database")
    call_command("migrate", verbosity=0, skip_checks=True)
    seeded = data.seed()
    data.analyse()
    asked = cases(seeded)
    known = [*(case.name for case in asked), PERMISSIONS, EVERYTHING]
    if unknown := options.only - {*known}:
        names = ", ".join(known)
        sys.exit(f"There is no {', '.join(sorted(unknown))}; there are {names}.")
    measured = [_measure(case, seeded, options, log) for case in asked if options.want(case.name)]
    permissions = _permissions(seeded, options, log) if options.want(PERMISSIONS) else None
    read = _read_everything(seeded) if options.want(EVERYTHING) else None
    others = [each for each in (permissions, read) if each is not None]
    print()
    if measured:
        print(report.table(measured))
    for each in others:
        print(each.said())
    print(report.line(measured, permissions, read))
    return [sentence for one in (*measured, *others) for sentence in one.missed()]


def _measure(case: Case, seeded: data.Seeded, options: Options, log: Path) -> report.Measured:
    _say(case.name)
    client = Client()
    token = seeded.token if case.is_organizer else None
    asked, fewer = environ(case.path, token), environ(case.smaller, token)
    for question in (asked, fewer):
        document = client.get(PLAN, question)
        agreement.require_same(document, client.get(FLOOR, question))
        agreement.require_comparable(document, client.get(DJA, question))
    return report.Measured(
        case=case,
        costs=cost.compare(
            {name: partial(client.get, name, asked) for name in (PLAN, DJA, FLOOR)},
            rounds=options.rounds,
        ),
        statements=len(queries.statements(lambda: client.get(PLAN, asked), log)),
        statements_of_fewer=len(queries.statements(lambda: client.get(PLAN, fewer), log)),
        memory=memory.of_request(PLAN, case.path, token),
    )


def _permissions(seeded: data.Seeded, options: Options, log: Path) -> report.Permissions:
    _say(PERMISSIONS)
    return report.Permissions(asking.measure(seeded, log, rounds=options.rounds))


def _read_everything(seeded: data.Seeded) -> report.Everything:
    found = []
    for rows in (ROWS // 10, ROWS):
        _say(f"{rows:,} rows on one page")
        event_id = data.multiply(seeded.event_id, rows)
        path = f"/v1/events/{event_id}/sessions?page[size]=0"
        served = memory.of_request(PLAN, path, None)
        if served.rows != rows:
            raise agreement.DisagreementError(f"asked for {rows} rows, was told of {served.rows}")
        found.append(served)
    tenth, whole = found
    return report.Everything(whole, tenth)


def _say(text: str) -> None:
    print(f"{text} ...", file=sys.stderr, flush=True)
