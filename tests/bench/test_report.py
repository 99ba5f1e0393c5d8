"""What the bench makes of its measurements."""

import io
import json

from PIL import Image

from bench.archives import Moved
from bench.asking import Asking
from bench.cases import DJA, FLOOR, PLAN, Case
from bench.cost import Cost, Costs
from bench.images import Resized, bare, made_up_photo, ours
from bench.memory import Served
from bench.report import Archives, Everything, Measured, Permissions, line

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
    resized = Resized(0.123, 1.104, 40 * MEGABYTE, 38 * MEGABYTE)
    assert json.loads(line([page], [permissions, read, resized])) == {
        "events_20": {"plan_over_floor": 1.25, "dja_over_plan": 20, "queries": 2, "peak_mb": 1.0},
        "permissions": {
            "queries": {"10": 1, "100": 1},
            "cpu_ms": {"10": 250.0, "100": 250.0},
        },
        "everything_100k": {"rows": 100_000, "seconds": 6.1, "peak_mb": 14.0, "peak_mb_10k": 13.0},
        "image_12mp": {"ms": 123, "over_pillow": 1.1, "peak_mb": 40.0, "pillow_peak_mb": 38.0},
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


def test_archives_are_in_the_line_and_within_their_budgets() -> None:
    few = Moved(300, 0.12345, 2 * MEGABYTE, MEGABYTE)
    moved = Archives(
        {"export_300": few, "export_10000": Moved(10_000, 3.5, 3 * MEGABYTE, 30 * MEGABYTE)}
    )

    assert json.loads(line([], [moved])) == {
        "export_300": {"sessions": 300, "cpu_seconds": 0.123, "peak_mb": 2.0},
        "export_10000": {"sessions": 10_000, "cpu_seconds": 3.5, "peak_mb": 3.0},
    }
    assert list(moved.missed()) == []
    assert list(Archives({"import_sample": few}).missed()) == []


def test_long_archives_that_cost_more_are_told() -> None:
    moved = Archives(
        {
            "export_300": Moved(300, 0.1, 2 * MEGABYTE, MEGABYTE),
            "export_10000": Moved(10_000, 6.0, 30 * MEGABYTE, MEGABYTE),
        }
    )

    assert list(moved.missed()) == [
        "An archive of 10,000 sessions takes 30.0 MB and one of 300 takes 2.0 MB; "
        "memory must be flat.",
        "A session of 10,000 takes longer to write than one of 300; "
        "time must grow with the sessions and no faster.",
    ]


def test_an_image_that_takes_much_more_than_pillow_is_told() -> None:
    assert list(Resized(0.1, 1.3, 13 * MEGABYTE, 10 * MEGABYTE).missed()) == []
    assert list(Resized(0.1, 1.5, 20 * MEGABYTE, 10 * MEGABYTE).missed()) == [
        "image_12mp takes 1.50 times as long as bare Pillow; 1.3 are allowed.",
        "image_12mp takes 2.00 times the memory of bare Pillow; 1.3 are allowed.",
    ]


def test_both_programs_make_the_same_sizes_of_an_image() -> None:
    photo = made_up_photo()

    one, other = (
        [Image.open(io.BytesIO(jpeg)).size for jpeg in program(photo)] for program in (ours, bare)
    )

    assert one == other == [(667, 500), (267, 200), (40, 30)]


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
