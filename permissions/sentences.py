"""Permissions written as sentences, and statements printed as them.

    must be coorganizer or track organizer, fetch event_id as event_id, use model Track

The grammar; case, hyphens, underscores and the articles a, an and the mean nothing:

    sentence = [ "must" ( "be" | "have" ) ] tree { "," clause }
    tree     = branch { "or" branch }
    branch   = part { "and" part }
    part     = "not" part | "(" tree ")" | name
    name     = the longest run of words that a permission is known by
    clause   = "fetch" key { "or" key } [ "as" key ]
             | "use" ( "model" | "models" ) Model { "or" Model }
             | "by" key { "or" key } [ "matching" column ]
             | "for" METHOD { ( "and" | "or" ) METHOD }
             | "leave if" phrase | "check that" phrase
             | "with" key "=" value

A `phrase` is that of a `@condition`, a `Model` the name of a model of ours. Keywords of
`has_permission` and clauses say the same: `fetch_key_url` is "by", `fetch_key_model` is
"matching".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NoReturn

from . import conditions, registry
from .lookups import Model, our_models
from .methods import METHODS, is_method
from .predicates import And, Atom, Not, Or, Predicate

_WORD = re.compile(r"[(),=]|[^\s(),=]+")
_ARTICLES = frozenset({"a", "an", "the"})


class SentenceError(ValueError):
    """A sentence that cannot be read; the message points at the word."""

    def __init__(self, sentence: str, at: int, why: str) -> None:
        self.position = at
        super().__init__(f"{why}\n    {sentence}\n    {' ' * at}^")


@dataclass(frozen=True)
class Sentence:
    """What a sentence says: the predicate, and the keywords of `has_permission`."""

    predicate: Predicate
    keywords: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class _Word:
    text: str
    at: int

    @property
    def plain(self) -> str:
        return self.text.lower()


def parse(sentence: str) -> Sentence:
    """Return what `sentence` says.

    :raises SentenceError: a word of it is not known where it stands.
    """
    return _Parser(sentence).sentence()


def letters(words: str) -> str:
    """Return what tells one name from another: its letters and digits, without articles."""
    plain = [word for word in words.lower().replace("_", " ").split() if word not in _ARTICLES]
    return re.sub(r"[^a-z0-9]", "", "".join(plain))


def _said() -> dict[str, Predicate]:
    """Return the atoms by the letters of what is said of them."""
    return {letters(atom.said): atom for atom in registry.atoms()}


def _names() -> dict[str, Predicate]:
    """Return all predicates by the letters of their names, which are one word each.

    Spread over several words `is_coorganizer_or_user_itself` would be a tree of another shape.
    """
    known = {**registry.aliases(), **{atom.name: atom for atom in registry.atoms()}}
    return {
        letters(spelling): predicate
        for name, predicate in known.items()
        for spelling in (name, name.removeprefix("is_"))
    }


class _Parser:
    def __init__(self, sentence: str) -> None:
        self.text = sentence
        self.words = [_Word(found[0], found.start()) for found in _WORD.finditer(sentence)]
        self.next = 0
        self.said = _said()
        self.names = _names()

    # --- words

    def peek(self) -> str:
        return self.words[self.next].plain if self.next < len(self.words) else ""

    def take(self) -> _Word:
        if self.next == len(self.words):
            self.fail("The sentence ends too soon.")
        self.next += 1
        return self.words[self.next - 1]

    def skip(self, *words: str) -> bool:
        """Take the next words if they are `words`."""
        ahead = [word.plain for word in self.words[self.next : self.next + len(words)]]
        if ahead != list(words):
            return False
        self.next += len(words)
        return True

    def fail(self, why: str, at: _Word | None = None) -> NoReturn:
        if at is None and self.next < len(self.words):
            at = self.words[self.next]
        raise SentenceError(self.text, at.at if at else len(self.text), why)

    # --- who

    def sentence(self) -> Sentence:
        if self.skip("must") and not (self.skip("be") or self.skip("have")):
            self.fail('Write "must be" or "must have".')
        predicate = self.tree()
        keywords: dict[str, Any] = {}
        while self.next < len(self.words):
            if not self.skip(","):
                way = 'write a "," before the next clause.' if keywords else self.known()
                self.fail(f'"{self.words[self.next].text}" does not go on from here; {way}')
            start = self.words[self.next] if self.next < len(self.words) else None
            for key, value in self.clause():
                if key in keywords:
                    self.fail("This is said twice.", start)
                keywords[key] = value
        return Sentence(predicate, keywords)

    def tree(self) -> Predicate:
        found = self.branch()
        while self.skip("or"):
            found = found | self.branch()
        return found

    def branch(self) -> Predicate:
        found = self.part()
        while self.skip("and"):
            found = found & self.part()
        return found

    def part(self) -> Predicate:
        while self.peek() in _ARTICLES:
            self.next += 1
        if self.skip("not"):
            return ~self.part()
        if self.skip("("):
            found = self.tree()
            if not self.skip(")"):
                self.fail('A ")" is missing here.')
            return found
        return self.name()

    def name(self) -> Predicate:
        start = self.next
        found, end, so_far = None, start, ""
        for place in range(start, len(self.words)):
            word = self.words[place]
            if word.text in "(),=":
                break
            so_far += "" if word.plain in _ARTICLES else letters(word.text)
            if so_far in self.said:
                found, end = self.said[so_far], place + 1
            elif place == start and so_far in self.names:
                found, end = self.names[so_far], place + 1
        if found is None:
            if start == len(self.words):
                self.fail("The sentence ends where a name should stand.")
            self.fail(f'"{self.words[start].text}" begins no name that is known; {self.known()}')
        self.next = end
        return found

    def known(self) -> str:
        return "known: " + ", ".join(sorted(atom.said for atom in registry.atoms())) + "."

    # --- how

    def clause(self) -> Iterator[tuple[str, Any]]:
        if self.skip("fetch"):
            yield "fetch", ",".join(self.keys())
            if self.skip("as"):
                yield "fetch_as", self.key()
        elif self.skip("use", "model") or self.skip("use", "models"):
            found = [self.model()]
            while self.skip("or"):
                found.append(self.model())
            yield "model", found
        elif self.skip("by"):
            yield "fetch_key_url", ",".join(self.keys())
            if self.skip("matching"):
                yield "fetch_key_model", self.key()
        elif self.skip("for"):
            methods = [self.method()]
            while self.skip("and") or self.skip("or"):
                methods.append(self.method())
            yield "methods", ",".join(methods)
        elif self.skip("leave", "if"):
            yield "leave_if", self.phrase()
        elif self.skip("check", "that"):
            yield "check", self.phrase()
        elif self.skip("with"):
            key = self.key()
            if not self.skip("="):
                self.fail('Write "with name = value".')
            value = self.take().text
            yield key, int(value) if value.isascii() and value.isdecimal() else value
        else:
            self.fail(
                'Go on with "fetch", "use model", "by", "for", "leave if", "check that" or "with".'
            )

    def key(self) -> str:
        word = self.take()
        if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", word.text):
            self.fail(f'"{word.text}" is no name of a value.', word)
        return word.text

    def keys(self) -> list[str]:
        found = [self.key()]
        while self.skip("or"):
            found.append(self.key())
        return found

    def method(self) -> str:
        word = self.take()
        if not is_method(word.text.upper()):
            self.fail(f'"{word.text}" is no method; known: {", ".join(METHODS)}.', word)
        return word.text.upper()

    def model(self) -> Model:
        word = self.take()
        found = [model for model in our_models() if model.__name__.lower() == word.plain]
        if len(found) != 1:
            known = ", ".join(sorted(model.__name__ for model in our_models()))
            several = "is more than one model" if found else "is no model of ours"
            self.fail(f'"{word.text}" {several}; known: {known}.', word)
        return found[0]

    def phrase(self) -> conditions.Condition:
        start = self.next
        while self.next < len(self.words) and self.words[self.next].text != ",":
            self.next += 1
        words = self.words[start : self.next]
        text = self.text[words[0].at : words[-1].at + len(words[-1].text)] if words else ""
        found = conditions.phrased(text)
        if found is None:
            known = ", ".join(conditions.phrases()) or "none"
            self.fail(f'"{text}" is no condition; known: {known}.', words[0] if words else None)
        return found


def say(predicate: Predicate) -> str:
    """Return `predicate` in words: a sentence that parses to the same tree."""
    return "must be " + _words(predicate)


def _words(predicate: Predicate, inside: type[Predicate] | None = None) -> str:
    match predicate:
        case Atom():
            return predicate.said
        case Not():
            return f"not {_words(predicate.part, Not)}"
        case And() | Or():
            parts = f" {predicate.word} ".join(
                _words(part, type(predicate)) for part in predicate.parts
            )
            # "and" binds closer than "or", "not" closest
            needs_none = inside is None or (inside is Or and isinstance(predicate, And))
            return parts if needs_none else f"({parts})"
    raise TypeError(f"{predicate!r} is no tree of atoms")
