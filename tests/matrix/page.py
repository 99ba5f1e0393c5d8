"""The printed matrix: docs/permission-matrix.html, a section for each resource."""

import os
import re
from collections.abc import Iterable, Mapping
from html import escape
from pathlib import Path
from typing import Final

from tests.personas import PERSONAS

from .cells import Asked

PATH: Final = Path(__file__).parents[2] / "docs" / "permission-matrix.html"

# Let in; refused; as if it were not there; not for anybody.
SIGNS: Final = {200: "●", 401: "–", 403: "–", 404: "∅", 405: "×"}

HEAD: Final = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Permission matrix</title>
<style>
  :root { color-scheme: light dark; font: 14px/1.35 system-ui, sans-serif; }
  body { margin: 2rem auto; max-width: 110rem; padding: 0 1rem; }
  table { border-collapse: collapse; }
  th, td { border-bottom: 1px solid #8884; padding: .15rem .35rem; text-align: center; }
  th { font-weight: 400; }
  thead th { vertical-align: bottom; writing-mode: sideways-lr; text-align: left; }
  tbody th, thead th:nth-child(-n+2), td:nth-child(2) { writing-mode: initial; text-align: left; }
  tbody tr:hover { background: #8882; }
  code { font-size: .92em; white-space: nowrap; }
  td.y:nth-child(n+3), .y { color: light-dark(#0a7d32, #5ddb86); }
  td:nth-child(n+3) { color: #888; }
  nav { columns: 14rem; }
</style>
<h1>Permission matrix</h1>
<p>Who is let in: every route and method, for a row of a published event, of a draft, and of one in
the trash. Roles stand for holding the role on that event, or, as “elsewhere”, on others only.
The server is asked the same questions by the tests; <code>make matrix</code> asks every one and
writes this page.
<p><span class="y">●</span> let in, – refused (401 for nobody, 403 for
somebody), ∅ answered as if it were not there (404),
× for nobody (405). A list that lets somebody in shows what they may view.
"""


def section(name: str, lines: Iterable[tuple[Asked, Mapping[str, int]]], digest: str) -> str:
    """Return the section of one resource; `digest` is of all that its statements say."""
    people = "".join(f"<th scope=col>{each.replace('_', ' ')}" for each in PERSONAS)
    parts = [
        f'<section id="{escape(name)}" data-statements="{digest}">\n',
        f"<h2>{escape(name)}</h2>\n<table>\n<thead><tr><th scope=col>route<th scope=col>event",
        f"{people}\n<tbody>\n",
    ]
    merged: dict[tuple[str, str, str], list[str]] = {}
    for asked, by in lines:
        signs = "".join(SIGNS[by[each]] for each in PERSONAS)
        key = (asked.route.method, asked.route.path, signs)
        merged.setdefault(key, []).append(asked.state)
    for (method, path, signs), states in merged.items():
        cells = "".join("<td class=y>●" if sign == "●" else f"<td>{sign}" for sign in signs)
        parts.append(
            f"<tr><th scope=row><code>{method} {escape(path)}</code>"
            f"<td>{', '.join(filter(None, states))}{cells}\n"
        )
    return "".join([*parts, "</table>\n</section>\n"])


def write(sections: Mapping[str, str]) -> None:
    """Write the page, whole or not at all."""
    links = "".join(f'<li><a href="#{escape(name)}">{escape(name)}</a>\n' for name in sections)
    new = PATH.with_suffix(f".{os.getpid()}")
    new.write_text(f"{HEAD}<nav><ul>\n{links}</ul></nav>\n" + "".join(sections.values()))
    new.replace(PATH)


def printed() -> dict[str, str]:
    """Return the sections of the page as it is in the tree."""
    text = PATH.read_text() if PATH.exists() else ""
    found = re.finditer(r'<section id="([^"]+)".*?</section>\n', text, re.DOTALL)
    return {match[1]: match[0] for match in found}
