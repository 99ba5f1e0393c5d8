"""What a domain function says when it refuses."""

from typing import ClassVar


class DomainError(Exception):
    """A refusal that a client may read: what stood in the way, and where in the document.

    Each refusal is a subclass, defined just above the function that raises it and named for
    the fact (`SessionNotPending`). `openevent.api.errors` makes a JSON:API error of it.

    `status` is the HTTP status, `pointer` an RFC 6901 pointer into the request's document
    (`None`: the error is about no member of it).
    """

    status: ClassVar[int] = 422
    pointer: str | None = None
    detail: str = ""

    def __init__(self, detail: str = "", *, pointer: str | None = None):
        self.detail = detail or self.detail
        self.pointer = pointer or self.pointer
        super().__init__(self.detail)
