"""What the engine does now and then."""

from datetime import datetime, timedelta

from openevent import jobs

from .idempotency import forget_before


@jobs.periodic("api.forget_answers", every=timedelta(hours=1))
def forget_answers(run: jobs.Run, *, due: str) -> None:
    """Delete the answers kept for requests that came twice, once nobody will send them again."""
    forget_before(datetime.fromisoformat(due))
