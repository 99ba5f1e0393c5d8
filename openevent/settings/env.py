"""Where the settings read the environment, and where a laptop keeps its private parts."""

import os
from pathlib import Path

import environ

from openevent.embedded import places

BASE_DIR = Path(__file__).resolve().parent.parent.parent

env = environ.Env()

# Sockets, data and secrets of the private database and broker; never in git.
VAR_DIR = places.var_dir()

# Who names a database runs a real server. Without one this is somebody's own machine: made-up
# secrets, any host name, plain HTTP. DEBUG=0 asks for a server's rules there too, DEBUG=1 for
# tracebacks in the browser.
IS_PRIVATE = env.bool("DEBUG", default="DATABASE_URL" not in os.environ)
DEBUG = env.bool("DEBUG", default=False)
