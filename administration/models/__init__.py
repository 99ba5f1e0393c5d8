"""The nouns of this app, one file each."""

from .page import Page

__all__ = ["Page"]
