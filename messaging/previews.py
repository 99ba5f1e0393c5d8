"""The HTML of a mail in a browser: other people's words, in a page where nothing runs.

It is shown in a frame of its own, under a policy of its own: no script, nothing loaded, no form,
and links open beside the page that it is framed by.
"""

from typing import Final

from django.http import HttpResponse

POLICY: Final = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; "
    "style-src 'unsafe-inline'; frame-ancestors 'self'"
)
# What the frame's `sandbox` says, which holds even where a browser overlooks the policy.
SANDBOX: Final = "allow-popups allow-popups-to-escape-sandbox"


def body(html: str) -> HttpResponse:
    """Return the answer that fills the frame."""
    response = guarded(HttpResponse(html), POLICY)
    response["X-Frame-Options"] = "SAMEORIGIN"
    return response


def guarded(response: HttpResponse, policy: str) -> HttpResponse:
    """Return `response` for one pair of eyes, under `policy`."""
    response["Content-Security-Policy"] = policy
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response
