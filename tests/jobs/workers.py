"""What the worker processes of tests run: they import this beside the server's own handlers."""

import time

from openevent import activity, jobs


@jobs.handler("tests.slow-at-first", lease=1.5)
def slow_at_first(run, *, seconds):
    """Take `seconds` in the first attempt, after writing a row; none in the others."""
    activity.record(f"attempt {run.job.attempt}", by=None)
    run.progress("working", run.job.attempt)
    if run.job.attempt == 1:
        time.sleep(seconds)
    return run.job.attempt
