"""The search of the admin site: a few rows of each page on which people look for something."""

from collections.abc import Iterator
from typing import Any, Final

from django.http import HttpRequest
from django.urls import reverse

SHOWN: Final = 8  # rows of one page
SHORTEST: Final = 2  # characters worth looking for


def found(request: HttpRequest, pages: Any, words: str) -> Iterator[dict[str, Any]]:
    """Yield the pages that the caller may see on which `words` stand, with links to the rows."""
    if len(words) < SHORTEST:
        return
    for page in pages:
        if not page.is_searched or not page.has_view_permission(request):
            continue
        rows, may_repeat = page.get_search_results(request, page.get_queryset(request), words)
        rows = list((rows.distinct() if may_repeat else rows)[: SHOWN + 1])
        name = f"admin:{page.opts.app_label}_{page.opts.model_name}"
        if rows:
            yield {
                "title": page.title,
                "rows": [
                    {"name": str(row), "link": reverse(f"{name}_change", args=(row.pk,))}
                    for row in rows[:SHOWN]
                ],
                "all": reverse(f"{name}_changelist") if len(rows) > SHOWN else None,
            }
