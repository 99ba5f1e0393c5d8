"""The pages of the site's settings, of what the server does, and of its own pages."""

from . import pages, server, settings

__all__ = ["pages", "server", "settings"]
