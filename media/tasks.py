"""What workers do for this app."""

from media import storage
from media.actions import moving
from openevent import jobs


@jobs.handler("media.delete", atomic=False)
def delete(run: jobs.Run, *, kept: str) -> None:
    """Delete a kept file that no row names any more."""
    storage.delete(kept)


@jobs.handler("media.delete-original", atomic=False)
def delete_original(run: jobs.Run, *, model: str, pk: str, kept: str) -> None:
    """Delete what a file was moved from."""
    moving.delete_original(model, pk, kept)
