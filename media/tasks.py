"""What workers do for this app."""

from media import storage
from openevent import jobs


@jobs.handler("media.delete", atomic=False)
def delete(run: jobs.Run, *, kept: str) -> None:
    """Delete a kept file that no row names any more."""
    storage.delete(kept)
