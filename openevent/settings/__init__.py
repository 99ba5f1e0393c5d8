"""All settings, one file per concern.

What differs by machine is an environment variable, read in the file of its concern and
listed in docs/deployment.md. Code reads `django.conf.settings`, never these modules.
"""

from .base import *  # noqa: F403  the files below are one namespace by design
from .celery import *  # noqa: F403
from .desk import *  # noqa: F403
from .logging import *  # noqa: F403
from .mail import *  # noqa: F403
from .rest import *  # noqa: F403
from .security import *  # noqa: F403
from .social import *  # noqa: F403
