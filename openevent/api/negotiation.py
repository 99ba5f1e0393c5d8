"""Accept headers: whoever can read JSON, of either media type, is served it."""

import re
from typing import Any

from rest_framework.exceptions import NotAcceptable
from rest_framework.negotiation import DefaultContentNegotiation

_READS_JSON = re.compile(r"\s*(\*/\*|application/(\*|json|vnd\.api\+json))\s*(;|$)", re.IGNORECASE)


def require_json(accept: str | None) -> None:
    """Let pass who can read JSON; no header at all means anything (RFC 9110, section 12.5.1).

    :raises NotAcceptable: 406.
    """
    if not accept or any(_READS_JSON.match(part) for part in accept.split(",")):
        return
    raise NotAcceptable("This answers in application/vnd.api+json.")


class AnyJSON(DefaultContentNegotiation):
    """One renderer serves all who can read JSON."""

    def select_renderer(
        self, request: Any, renderers: Any, format_suffix: str | None = None
    ) -> tuple[Any, str]:
        require_json(request.headers.get("Accept"))
        return renderers[0], renderers[0].media_type


class AnyFile(DefaultContentNegotiation):
    """For views that answer with a file, whatever the client says it would rather have."""

    def select_renderer(
        self, request: Any, renderers: Any, format_suffix: str | None = None
    ) -> tuple[Any, str]:
        return renderers[0], renderers[0].media_type
