"""What workers do for this app."""

from datetime import datetime, time, timedelta
from typing import Any, Final

from django.apps import apps
from django.db.models import Model
from django.db.models.signals import post_delete, post_save, pre_save

from media import storage, unnamed
from media.actions import images, moving, owning, readdressing, remaking, sweeping, uploads
from media.fields import image_models, names_of_images
from openevent import jobs
from openevent.api.addresses import server
from openevent.site.models import Site

# Tried for about a day: a store may be away for long, and what is private must go.
ATTEMPTS: Final = 30


@jobs.handler("media.delete", atomic=False, max_attempts=ATTEMPTS)
def delete(run: jobs.Run, *, kept: str) -> None:
    """Delete a kept file that no row names any more."""
    storage.delete(kept)


@jobs.handler("media.delete-files", atomic=False, max_attempts=ATTEMPTS)
def delete_files(run: jobs.Run, *, kept: list[str]) -> None:
    """Delete kept files that no row names any more."""
    for each in kept:
        storage.delete(each)


@jobs.handler("media.delete-original", atomic=False, max_attempts=ATTEMPTS)
def delete_original(run: jobs.Run, *, model: str, pk: str, kept: str) -> None:
    """Delete what a file was moved from."""
    moving.delete_original(model, pk, kept)


@jobs.handler("media.give-own-images", atomic=False)
def give_own_images(run: jobs.Run, *, model: str, ids: list[int]) -> dict[str, int]:
    """Give rows files of their own for the images that they show by a URL."""
    return owning.give_own(apps.get_model(model), ids, run.progress, run.transaction)


@jobs.handler("media.remake-sizes", atomic=False, timeout=24 * 3600)
def remake_sizes(run: jobs.Run) -> dict[str, int]:
    """Make the sizes of all images that are not as they are set now."""
    return {"remade": remaking.remake(run.progress, run.transaction)}


@jobs.handler("media.readdress", atomic=False, timeout=24 * 3600)
def readdress(run: jobs.Run, *, was: dict[str, str], server: str) -> dict[str, int]:
    """Have the URLs of documents in texts and links follow the settings."""
    return {"changed": readdressing.readdress(was, server, run.progress)}


@jobs.periodic("media.sweep-uploads", every=timedelta(hours=1), atomic=False)
def sweep_uploads(run: jobs.Run, *, due: str) -> dict[str, int]:
    """Forget the uploads that nobody made use of."""
    return {"forgotten": uploads.sweep(datetime.fromisoformat(due))}


@jobs.periodic("media.sweep-images", at=time(4, 20), atomic=False)
def sweep_images(run: jobs.Run, *, due: str) -> dict[str, int]:
    """Delete what processes left behind that died."""
    now = datetime.fromisoformat(due)
    return {"deleted": sweeping.sweep(now.date()) + unnamed.sweep(now)}


def forget_images(instance: Model, **_: Any) -> None:
    """Have the files of a row deleted with it, in whatever way that went."""
    images.discard(getattr(instance, name) for name in names_of_images(type(instance)))


def before_settings(instance: Site, **_: Any) -> None:
    """Note how URLs of documents begin before the settings change."""
    instance._uploads_began = readdressing.beginnings(server())


def after_settings(instance: Site, **_: Any) -> None:
    readdressing.follow(instance._uploads_began, server())


def watch() -> None:
    pre_save.connect(before_settings, sender=Site, dispatch_uid="media.before-settings")
    post_save.connect(after_settings, sender=Site, dispatch_uid="media.after-settings")
    for model in image_models():
        post_delete.connect(forget_images, sender=model, dispatch_uid="media.forget-images")
