"""What the web server runs: `gunicorn openevent.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "openevent.settings")

application = get_wsgi_application()

from openevent.checks import refuse_to_start_misconfigured  # noqa: E402  the settings are named above

refuse_to_start_misconfigured()
# Now, rather than in the first request of each process.
get_resolver().url_patterns  # noqa: B018  a property that loads
