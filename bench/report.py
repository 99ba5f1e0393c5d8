"""What was measured, as a table for people and a line for machines; and the budgets."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from bench.asking import Asking
from bench.cases import DJA, FLOOR, PLAN, Case
from bench.cost import Cost, Costs
from bench.memory import MEGABYTE, Served

# Of a page and of one resource: how many times the floor a read may cost at most, and how many
# times its own cost plain djangorestframework-jsonapi must take at least.
PAGE_BUDGET = (1.5, 15)
ONE_BUDGET = (2, 4)
# What reading ten times as many rows may take in more memory: the noise of an allocator.
GROWTH = 5 * MEGABYTE


@dataclass(frozen=True)
class Measured:
    """A case, what it cost each program, and what the plan took besides."""

    case: Case
    costs: Costs
    statements: int
    statements_of_fewer: int
    memory: Served

    @property
    def plan_over_floor(self) -> float:
        return self.costs.ratio(PLAN, FLOOR)

    @property
    def dja_over_plan(self) -> float:
        return self.costs.ratio(DJA, PLAN)

    def as_dict(self) -> dict[str, Any]:
        return {
            "plan_over_floor": round(self.plan_over_floor, 2),
            "dja_over_plan": round(self.dja_over_plan, 1),
            "queries": self.statements,
            "peak_mb": _megabytes(self.memory.peak),
        }

    def missed(self) -> Iterable[str]:
        """Iterate over the budgets that were missed, a sentence each."""
        name, allowed = self.case.name, self.case.allowed_statements
        floor, dja = PAGE_BUDGET if self.case.is_page else ONE_BUDGET
        if self.plan_over_floor > floor:
            yield f"{name} costs {self.plan_over_floor:.2f} times the floor; {floor} are allowed."
        if self.dja_over_plan < dja:
            yield f"{name} is {self.dja_over_plan:.1f} times as fast as DJA; {dja} are promised."
        if self.statements > allowed:
            yield f"{name} runs {self.statements} statements; {allowed} are allowed."
        if self.statements != self.statements_of_fewer:
            yield (
                f"{name} runs {self.statements} statements, and {self.statements_of_fewer} for "
                "fewer rows; the number may not depend on the rows."
            )


@dataclass(frozen=True)
class Permissions:
    """What asking who may adds to a page, at each of some sizes."""

    pages: Sequence[Asking]

    def as_dict(self) -> dict[str, Any]:
        return {
            "queries": {str(page.rows): page.statements for page in self.pages},
            "cpu_ms": {str(page.rows): round(page.seconds * 1e3, 2) for page in self.pages},
        }

    def said(self) -> str:
        lines = [
            f"{page.rows:>9,} rows: {page.seconds * 1e3:.2f} ms of CPU, {page.statements} queries"
            for page in self.pages
        ]
        return "\n".join(["asking who may (an organizer's page over an admin's)", *lines])

    def missed(self) -> Iterable[str]:
        for page in self.pages:
            if page.statements > 1:
                yield (
                    f"Asking who may takes {page.statements} statements for {page.rows} rows; 1 is "
                    "allowed."
                )


@dataclass(frozen=True)
class Everything:
    """A list read whole, and a tenth of it."""

    whole: Served
    tenth: Served

    def said(self) -> str:
        lines = [
            f"{one.rows:>9,} rows, {one.size / MEGABYTE:5.0f} MB: {one.seconds:5.1f} s, "
            f"peak {_megabytes(one.peak)} MB over idle"
            for one in (self.tenth, self.whole)
        ]
        return "\n".join(["everything on one page (page[size]=0)", *lines])

    def as_dict(self) -> dict[str, Any]:
        return {
            "rows": self.whole.rows,
            "seconds": round(self.whole.seconds, 1),
            "peak_mb": _megabytes(self.whole.peak),
            "peak_mb_10k": _megabytes(self.tenth.peak),
        }

    def missed(self) -> Iterable[str]:
        if self.whole.peak > self.tenth.peak + GROWTH:
            yield (
                f"{self.whole.rows:,} rows take {_megabytes(self.whole.peak)} MB and "
                f"{self.tenth.rows:,} take {_megabytes(self.tenth.peak)} MB; memory must be flat."
            )


def table(measured: Sequence[Measured]) -> str:
    """Return the costs of all cases in milliseconds: Python's and PostgreSQL's, and ratios."""
    rows = [["CPU ms (Python + PostgreSQL)", "floor", "plan", "DJA", "plan/floor", "DJA/plan"]]
    rows[0] += ["queries", "peak MB"]
    for one in measured:
        rows.append(
            [
                one.case.name,
                *(_milliseconds(one.costs.typical(program)) for program in (FLOOR, PLAN, DJA)),
                f"{one.plan_over_floor:.2f}",
                f"{one.dja_over_plan:.1f}",
                f"{one.statements}",
                f"{_megabytes(one.memory.peak)}",
            ]
        )
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(
            text.ljust(width) if index == 0 else text.rjust(width)
            for index, (text, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    )


def line(
    measured: Iterable[Measured], permissions: Permissions | None, read: Everything | None
) -> str:
    """Return all results as one line of JSON."""
    found = {one.case.name: one.as_dict() for one in measured}
    if permissions is not None:
        found["permissions"] = permissions.as_dict()
    if read is not None:
        found["everything_100k"] = read.as_dict()
    return json.dumps(found)


def _milliseconds(cost: Cost) -> str:
    return f"{cost.total * 1e3:.2f} ({cost.python * 1e3:.2f} + {cost.postgres * 1e3:.2f})"


def _megabytes(size: int) -> float:
    return round(size / MEGABYTE, 1)
