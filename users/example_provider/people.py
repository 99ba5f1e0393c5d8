"""Who may be chosen at the example provider."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class ExamplePerson:
    sub: str
    given_name: str
    family_name: str
    email: str
    email_verified: bool

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}"

    def userinfo(self, base: str) -> dict[str, Any]:
        """Return what the provider, whose URLs begin with `base`, says of them (OpenID Connect)."""
        page = f"{base}/people/{self.sub}"
        return {**vars(self), "name": self.name, "profile": page, "picture": f"{page}/picture"}


PEOPLE = {
    person.sub: person
    for person in (
        ExamplePerson("ada", "Ada", "Lovelace", "ada@example.org", True),
        ExamplePerson("grace", "Grace", "Hopper", "grace@example.org", True),
        # has entered another's address, and never shown that it is theirs
        ExamplePerson("mallory", "Mallory", "Smith", "ada@example.org", False),
    )
}
