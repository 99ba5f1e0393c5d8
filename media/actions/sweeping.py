"""Files of images that no row names: what a process was making when it died.

What a change made that did not come about is deleted at its end (`media.leftovers`), and what is
replaced by a job. For a process that was killed in between nobody does so.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

from django.db.models import Q

from media import places, storage
from media.fields import image_models, names_of_images

from .images import FOLDER

# The days whose files are looked at, counted back: those that no transaction is still making,
# and enough of them for workers that were away for a while.
YOUNGEST: Final = 2
OLDEST: Final = 9
BATCH: Final = 1000  # files looked for at once


def sweep(today: date) -> int:
    """Delete the files made in the days before `today` that no row names; return how many."""
    deleted = 0
    for age in range(YOUNGEST, OLDEST + 1):
        day = (today - timedelta(days=age)).isoformat()
        files = list(storage.listed(f"{FOLDER}{day}"))
        for start in range(0, len(files), BATCH):
            batch = files[start : start + BATCH]
            named = _named({_key(kept) for kept in batch})
            for kept in batch:
                if _key(kept) not in named:
                    storage.delete(kept)
                    deleted += 1
    return deleted


def _named(keys: Iterable[str]) -> set[str]:
    """Return those of `keys` that an image of any row has, in whatever place.

    While files are moved there is a copy that no row names yet.
    """
    names = [f"{place}:{key}" for place in places.NAMES for key in keys]
    found: set[str] = set()
    for model in image_models():
        columns = names_of_images(model)
        has_one = Q(*[(f"{column}__in", names) for column in columns], _connector=Q.OR)
        for values in model._base_manager.filter(has_one).values_list(*columns).iterator():
            found.update(_key(kept) for kept in values if kept)
    return found


def _key(kept: str) -> str:
    return kept.partition(":")[2]
