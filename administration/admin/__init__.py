"""The pages of the site's settings, of what the server does, and of its own pages."""

from . import images, pages, server, settings

__all__ = ["images", "pages", "server", "settings"]
