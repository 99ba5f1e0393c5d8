"""Site: the settings of this server, as its super admin set them."""

from .snapshot import current

__all__ = ["current"]
