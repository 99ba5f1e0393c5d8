"""What may go wrong with a job, by name."""

from openevent.errors import DomainError


class UnknownKindError(LookupError):
    """No handler has this name: it is misspelt, or its app does not import its tasks."""


class JobRefused(DomainError):
    """The work cannot be done and trying again will not help; `detail` tells whoever asked."""


class LeaseLostError(Exception):
    """Another attempt holds the job now; this one must change nothing more."""
