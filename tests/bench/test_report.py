"""What the bench makes of its measurements."""

import json

from bench.asking import Asking
from bench.cases import DJA, FLOOR, PLAN, Case
from bench.cost import Cost, Costs
from bench.memory import Served
from bench.report import Everything, Measured, Permissions, line

MEGABYTE = 1_000_000
PAGE = Case("events_20", "/v1/events", "/v1/events?page[size]=5", is_page=True, includes=0)


def test_ratio_is_the_median_of_the_rounds() -> None:
    # the machine was twice as slow in the second round, and hiccuped in the third
    costs = costing((1, 2), (2, 4), (1, 9))
    assert costs.ratio(PLAN, FLOOR) == 2


def test_line_has_the_agreed_shape() -> None:
    page = measured(costing((2.0, 2.5)), statements=2)
    read = Everything(
        whole=Served(14 * MEGABYTE, 6.123, 359 * MEGABYTE, 100_000),
        tenth=Served(13 * MEGABYTE, 0.5, 36 * MEGABYTE, 10_000),
    )
    permissions = Permissions([asking(10, (1.0, 1.25)), asking(100, (4.0, 4.25))])
    assert json.loads(line([page], permissions, read)) == {
        "events_20": {"plan_over_floor": 1.25, "dja_over_plan": 20, "queries": 2, "peak_mb": 1.0},
        "permissions": {
            "queries": {"10": 1, "100": 1},
            "cpu_ms": {"10": 250.0, "100": 250.0},
        },
        "everything_100k": {"rows": 100_000, "seconds": 6.1, "peak_mb": 14.0, "peak_mb_10k": 13.0},
    }


def test_nothing_is_said_of_budgets_that_are_met() -> None:
    assert list(measured(costing((2.0, 2.5)), statements=3).missed()) == []


def test_missed_budgets_are_told() -> None:
    slow = measured(costing((1.0, 6.0)), statements=4, of_fewer=2)
    assert list(slow.missed()) == [
        "events_20 costs 6.00 times the floor; 1.5 are allowed.",
        "events_20 is 8.3 times as fast as DJA; 15 are promised.",
        "events_20 runs 4 statements; 3 are allowed.",
        "events_20 runs 4 statements, and 2 for fewer rows; the number may not depend on the rows.",
    ]


def test_memory_that_grows_with_the_rows_is_told() -> None:
    tenth = Served(14 * MEGABYTE, 0.5, MEGABYTE, 10_000)
    whole = Served(40 * MEGABYTE, 6.0, MEGABYTE, 100_000)
    assert list(Everything(whole, tenth).missed()) == [
        "100,000 rows take 40.0 MB and 10,000 take 14.0 MB; memory must be flat."
    ]


def test_permission_work_that_grows_with_the_rows_is_told() -> None:
    found = Permissions([asking(10, (1.0, 1.25)), asking(100, (1.0, 9.0), statements=90)])
    assert list(found.missed()) == [
        "Asking who may takes 90 statements for 100 rows; 1 is allowed."
    ]


def asking(rows: int, seconds: tuple[float, float], statements: int = 1) -> Asking:
    """Return what asking adds where a page takes an admin, and an organizer, so many seconds."""
    admin, organizer = (Cost(each, 0) for each in seconds)
    return Asking(rows, Costs([{"admin": admin, "organizer": organizer}]), statements)


def costing(*rounds: tuple[float, float]) -> Costs:
    """Return costs in which each round has (the floor's, the plan's), and DJA takes 50."""
    return Costs(
        [
            {FLOOR: Cost(floor, 0), PLAN: Cost(plan / 2, plan / 2), DJA: Cost(50, 0)}
            for floor, plan in rounds
        ]
    )


def measured(costs: Costs, statements: int, of_fewer: int | None = None) -> Measured:
    return Measured(PAGE, costs, statements, of_fewer or statements, Served(MEGABYTE, 0.1, 1, 0))
