"""`python -m bench`: what a read costs; see docs/benchmarks.md."""

# ruff: noqa: T201  it talks to the person at the terminal

import argparse
import sys

import django

from bench import server


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "--only",
        metavar="NAME",
        action="append",
        default=[],
        help="events_20, everything_100k, ...",
    )
    parser.add_argument("--rounds", metavar="N", type=int, default=30, help="(default: 30)")
    parser.add_argument(
        "--quick", dest="rounds", action="store_const", const=8, help="a rough look: 8 rounds"
    )
    parser.add_argument("--check", action="store_true", help="fail if a budget is missed")
    asked = parser.parse_args()
    if sys.platform != "linux":
        parser.exit(2, "The clocks and memory of processes are read from Linux's kernel.\n")
    with server.running() as log:
        django.setup()
        from bench.run import Options, run  # noqa: PLC0415  once Django is set up

        missed = run(Options(frozenset(asked.only), asked.rounds), log)
    for sentence in missed:
        print(sentence, file=sys.stderr)
    return 1 if missed and asked.check else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
