"""`manage.py doctor`: what is wrong with this installation, and how to mend it."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from openevent.embedded.doctor import Finding, examine


class Command(BaseCommand):
    help = (
        "Check settings, database, broker, cache, storage, mail, clocks and migrations, "
        "and say how to mend what is broken. Exit status 1 if something is."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        findings = examine()
        healthy = all(finding.ok for finding in findings)
        if options["json"]:
            checks = [finding.as_dict() for finding in findings]
            self.stdout.write(json.dumps({"ok": healthy, "checks": checks}))
        else:
            self.stdout.write("\n".join(self._line(finding) for finding in findings))
        if not healthy:
            raise SystemExit(1)

    def _line(self, finding: Finding) -> str:
        if finding.ok:
            return f"{self.style.SUCCESS('ok')}  {finding.name:<10}  {finding.detail}"
        line = f"{self.style.ERROR('!!')}  {finding.name:<10}  {finding.detail}"
        return f"{line}\n    {'':<10}  {finding.mend}"
