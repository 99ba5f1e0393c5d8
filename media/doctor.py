"""What `manage.py doctor` asks of this app: whether files can be kept."""

from media import places
from media.actions.trying import try_place
from openevent.embedded import doctor

_MEND = "Mend that, or have files go elsewhere: the settings in the admin say where, and test it."


@doctor.check("storage")
def storage() -> str:
    with doctor.database_needed():
        name = places.chosen()
    try:
        return try_place(name)
    except places.StorageUnavailable as error:
        raise doctor.SickError(error.reason, _MEND) from error
