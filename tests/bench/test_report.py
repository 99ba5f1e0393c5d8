"""What the bench makes of its measurements."""

import io
import json

from PIL import Image

from bench.cases import DJA, FLOOR, PLAN, Case
from bench.cost import Cost, Costs
from bench.images import Resized, bare, made_up_photo, ours
from bench.memory import Served
from bench.report import Everything, Measured, line

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
    resized = Resized(0.123, 1.104, 40 * MEGABYTE, 38 * MEGABYTE)
    assert json.loads(line([page], read, resized)) == {
        "events_20": {"plan_over_floor": 1.25, "dja_over_plan": 20, "queries": 2, "peak_mb": 1.0},
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
