"""The nouns of this app, one file each."""

from .export import Export

__all__ = ["Export"]
