"""What workers do for this app."""

from typing import Final

from media import storage
from media.actions import moving
from openevent import jobs

# Tried for about a day: a store may be away for long, and what is private must go.
ATTEMPTS: Final = 30


@jobs.handler("media.delete", atomic=False, max_attempts=ATTEMPTS)
def delete(run: jobs.Run, *, kept: str) -> None:
    """Delete a kept file that no row names any more."""
    storage.delete(kept)


@jobs.handler("media.delete-original", atomic=False, max_attempts=ATTEMPTS)
def delete_original(run: jobs.Run, *, model: str, pk: str, kept: str) -> None:
    """Delete what a file was moved from."""
    moving.delete_original(model, pk, kept)
