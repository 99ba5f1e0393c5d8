"""The kinds of mails and notifications there are, by name; `messaging` shows how one is added."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.template import Context, Template, engines
from django.utils.html import escape
from nh3 import clean

from openevent import site
from openevent.markup import as_text

# What stands for a secret in the copy of a mail that admins may read.
HIDDEN: Final = "…"
# Characters of a subject; mail programs show fewer.
LONGEST_SUBJECT: Final = 250

# The values of placeholders: texts, and lists of rows of texts for tables.
Value = str | Sequence[Mapping[str, str]]
Values = Mapping[str, Value]


class UnknownMailError(LookupError):
    """A mail or notification was sent of a kind that no app declares."""


class BadPlaceholdersError(TypeError):
    """The context of a mail is not what its kind declares, or holds something else than texts."""


@dataclass(frozen=True)
class Content:
    """What a mail says: a subject of one line, and a body in HTML and in text."""

    subject: str
    html: str
    text: str


@dataclass(frozen=True)
class Kind:
    """One kind of mail; `kind` says what the members mean."""

    name: str
    recipient: str
    subject: str
    example: Values
    secret: tuple[str, ...] = ()
    notifies: bool = False
    preference: str | None = None
    message: str | None = None

    @property
    def sample(self) -> Content:
        """The mail that the example makes; to read it takes no query."""
        return self.render(self.example, app_name="Open Event")

    def render(
        self,
        context: Values,
        *,
        subject: str | None = None,
        message: str | None = None,
        app_name: str | None = None,
    ) -> Content:
        """Return the mail that `context` makes; `subject` and `message` as `mail.send` says.

        `app_name` is that of the settings, unless it is given.

        :raises BadPlaceholdersError: other placeholders are given than the kind declares, or
            values that are no texts.
        """
        values = plain(self.name, context)
        if values.keys() != self.example.keys():
            given, declared = ", ".join(sorted(values)), ", ".join(sorted(self.example))
            raise BadPlaceholdersError(f"{self.name} takes {declared}; given: {given}.")
        values |= {"app_name": app_name or site.current().app_name or "Open Event"}
        line = one_line(fill(subject or self.subject, values))
        words = message or self.message
        if words is None:
            return Content(
                line,
                html=self._template("html").render(Context({"subject": line} | values)),
                text=self._template("txt").render(Context(values, autoescape=False)).strip() + "\n",
            )
        # cleaned with the values in it: one may stand where an address does
        body = clean(fill(words, {name: escape(value) for name, value in values.items()}))
        return Content(
            line,
            html=_template("mails/own_words.html").render(
                Context({"subject": line, "body": body} | {"app_name": values["app_name"]})
            ),
            text=fill(as_text(words), values).strip() + "\n",
        )

    def redacted(self, context: Values) -> Values:
        """Return `context` without its secrets."""
        return {name: HIDDEN if name in self.secret else value for name, value in context.items()}

    def _template(self, suffix: str) -> Template:
        return _template(f"mails/{self.name}.{suffix}")


_kinds: dict[str, Kind] = {}
_notification_types: set[str] = set()


def kind(
    name: str,
    *,
    recipient: str,
    subject: str,
    example: Values,
    secret: tuple[str, ...] = (),
    notifies: bool = False,
    preference: str | None = None,
    message: str | None = None,
) -> Kind:
    """Declare a kind of mail, and return it.

    - `name`: the contract's name of it, which names its templates too.
    - `recipient`: who gets it, in words that an admin reads: "Speaker", "Owner, organizers".
    - `subject`: one line, with placeholders in braces.
    - `example`: each placeholder with a value as it might be; admins and tests see that mail.
      `app_name` is there without being declared.
    - `secret`: placeholders that are good for somebody who is not the recipient, such as a link
      that resets a password. They are kept sealed until the mail has left.
    - `notifies`: people with an account get a notification of this type as well.
    - `preference`: the column of `EmailNotification` by which people switch it off for an event.
    - `message`: mark-up with placeholders in braces, in place of templates: of a kind whose words
      people may write anew each time.
    """
    if name in _kinds:
        raise ValueError(f"The mail {name!r} is declared already.")
    if not set(secret) <= example.keys():
        raise ValueError(f"The mail {name!r} names secrets that are no placeholders of it.")
    _kinds[name] = declared = Kind(
        name, recipient, subject, example, tuple(secret), notifies, preference, message
    )
    if notifies:
        notification(name)
    return declared


def notification(name: str) -> None:
    """Declare a type of notification that comes without a mail."""
    _notification_types.add(name)


def find(name: str) -> Kind:
    """Return the kind of mail called `name`.

    :raises UnknownMailError: there is none.
    """
    try:
        return _kinds[name]
    except KeyError:
        known = ", ".join(sorted(_kinds))
        raise UnknownMailError(f"No mail is declared as {name!r}. Known: {known}.") from None


def preview(name: str, part: Callable[[Kind], str]) -> str:
    """Return a part of the kind called `name`; nothing of one that no app declares any more."""
    return part(_kinds[name]) if name in _kinds else ""


def is_secret(name: str) -> bool:
    """Return whether mails called `name` say something that is good for who is not the recipient.

    Of one that no app declares any more nobody knows, so it is taken for one.
    """
    return bool(_kinds[name].secret) if name in _kinds else True


def is_notification(name: str) -> bool:
    return name in _notification_types


def all_kinds() -> Iterator[Kind]:
    """Iterate over all kinds of mail, by name."""
    return iter(sorted(_kinds.values(), key=lambda each: each.name))


def all_notifications() -> list[str]:
    """Return the types of notifications, by name."""
    return sorted(_notification_types)


def fill(text: str, values: Mapping[str, Any]) -> str:
    """Return `text` with each `{name}` that `values` has replaced by its value.

    That is all a placeholder can do: it is looked up, not evaluated. People write such texts
    themselves, and with `str.format` `{user.password}` would be theirs to read.
    """

    def value(match: re.Match[str]) -> str:
        found = values.get(match[1])
        return found if isinstance(found, str) else match[0]

    return re.sub(r"\{(\w+)\}", value, text, flags=re.ASCII)


def one_line(text: str) -> str:
    """Return `text` as a subject: a header ends with its line."""
    printable = "".join(each if each.isprintable() else " " for each in text)
    return " ".join(printable.split())[:LONGEST_SUBJECT]


def plain(name: str, context: Mapping[str, Any]) -> dict[str, Any]:
    """Return `context` as texts and rows of texts, none of which is marked as safe HTML.

    Neither a row of the database nor anything else with attributes gets near a template.

    :raises BadPlaceholdersError: a value is something else.
    """
    return {key: _plain(f"{name}: {key}", value) for key, value in context.items()}


def _plain(path: str, value: Any) -> Any:
    if isinstance(value, str):
        return _plain_text(path, value)
    if isinstance(value, list | tuple) and all(isinstance(row, Mapping) for row in value):
        return [
            {key: _plain_text(f"{path}.{key}", cell) for key, cell in row.items()} for row in value
        ]
    raise BadPlaceholdersError(f"{path} is a {type(value).__name__}; placeholders are texts.")


def _plain_text(path: str, value: Any) -> str:
    if isinstance(value, str):
        # the text itself, were it marked as safe; PostgreSQL keeps no NUL
        return str.__str__(value).replace("\0", "")
    raise BadPlaceholdersError(f"{path} is a {type(value).__name__}; cells are texts.")


def _template(name: str) -> Template:
    found: Any = engines["django"].get_template(name)
    template: Template = found.template
    return template
