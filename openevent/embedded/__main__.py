"""`python -m openevent.embedded`, which `make run` calls."""

import os
import sys

from . import places, postgres, processes
from .console import say
from .installation import CannotRunError, Installation
from .supervisor import Supervisor


def main() -> int:
    port = os.environ.get("PORT") or "8000"
    if not (port.isdecimal() and 0 < int(port) < 65536):
        say(f"PORT must be a number from 1 to 65535, not {port!r}: make run PORT=8001")
        return 2
    installation = Installation(
        var_dir=places.var_dir(), host=os.environ.get("HOST") or "127.0.0.1", port=int(port)
    )
    try:
        installation.make_folders()
        with installation.only_one():
            installation.refuse_a_taken_port()
            return Supervisor(installation).run()
    except (
        CannotRunError,
        places.UnsafeFolderError,
        postgres.WrongDataVersionError,
        processes.FailedError,
    ) as error:
        say(str(error))
    except PermissionError as error:
        say(f"{error}. Run as a plain user, or name real servers in DATABASE_URL and REDIS_URL.")
    return 1


if __name__ == "__main__":
    sys.exit(main())
