"""What was taken out of events, and what was brought in."""

from .export import Export
from .import_job import ImportJob

__all__ = ["Export", "ImportJob"]
