"""CPU seconds of a request: those of this process and of the backend that serves its connection.

Time on a clock says little on a machine that others use too; CPU time is what a request takes
from everybody. It is read from the kernel's clocks of both processes, which count nanoseconds
of user and system time (`/proc/<pid>/stat` counts hundredths of a second).

CPU time varies too: a processor that somebody else keeps busy is slower for us, for seconds at
a time. So turns are short, the programs take them one after the other, and a ratio is the
median of the rounds' own ratios: within a round all had the same weather.
"""

import contextlib
import ctypes
import gc
import os
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection

_libc = ctypes.CDLL(None, use_errno=True)

TURN = 0.01  # CPU seconds that a program gets before it is the next one's turn
WARM_UP = 20  # requests, until everything that is kept is kept: PostgreSQL's plans come last
Request = Callable[[], object]


@dataclass(frozen=True)
class Cost:
    """CPU seconds of one request."""

    python: float
    postgres: float

    @property
    def total(self) -> float:
        return self.python + self.postgres


class Costs:
    """What a request cost each program, in each round."""

    def __init__(self, rounds: Sequence[Mapping[str, Cost]]) -> None:
        self.rounds = rounds

    def typical(self, program: str) -> Cost:
        """Return the cost in the median round."""
        ordered = sorted((costs[program] for costs in self.rounds), key=lambda cost: cost.total)
        return ordered[len(ordered) // 2]

    def ratio(self, one: str, other: str) -> float:
        """Return how many times as much `one` costs as `other`."""
        return statistics.median(costs[one].total / costs[other].total for costs in self.rounds)


def compare(programs: Mapping[str, Request], *, rounds: int, warm_up: int = WARM_UP) -> Costs:
    """Return what a request costs each of `programs`."""
    repeats = {}
    for name, request in programs.items():
        for _ in range(warm_up):
            request()
        repeats[name] = max(1, round(TURN / _turn(request, 1).total))
    order = list(programs)
    found = []
    with _quick_collections():
        for _ in range(rounds):
            found.append({name: _turn(programs[name], repeats[name]) for name in order})
            order.reverse()  # who comes after the slowest program finds the caches cold
    return Costs(found)


def _turn(request: Request, repeats: int) -> Cost:
    request()  # of each program: the processor's caches hold the one that was here before
    backend = clock_of(connection.connection.info.backend_pid)
    gc.collect()
    postgres = time.clock_gettime(backend)
    python = time.process_time()
    for _ in range(repeats):
        request()
    python = time.process_time() - python
    postgres = time.clock_gettime(backend) - postgres
    return Cost(python / repeats, postgres / repeats)


@contextlib.contextmanager
def _quick_collections() -> Iterator[None]:
    """Have Python's garbage collector look at what requests leave, and not at three programs.

    Now and then it looks at all there is, which takes longer than a turn: whose turn it is
    would be chance.
    """
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def clock_of(pid: int) -> int:
    """Return the id of the clock of the CPU time of process `pid`: clock_getcpuclockid(3)."""
    clock = ctypes.c_int()
    error = _libc.clock_getcpuclockid(pid, ctypes.byref(clock))
    if error:
        raise OSError(error, os.strerror(error))
    return clock.value
