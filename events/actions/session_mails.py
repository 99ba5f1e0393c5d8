"""What is said about sessions: to the team of a new one, and to its people of its state."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction

from events.mails import WORDS
from events.models import Session, Speaker
from events.models.role import ORGANIZER, OWNER
from messaging import mail, notifications
from messaging.links import page
from openevent.api.linkage import Change
from openevent.errors import DomainError
from users.models import User
from users.throttles import count

S = Session.State

# The states that a change tells of, if whoever made it asks for that.
TOLD: Final = frozenset({S.ACCEPTED, S.REJECTED, S.CONFIRMED, S.CANCELED, S.WITHDRAWN})


@dataclass(frozen=True)
class Letter:
    """Somebody's own words in place of the usual ones, and addresses that get a copy."""

    subject: str | None = None
    message: str | None = None  # mark-up; both may have placeholders
    copies: tuple[str, ...] = ()

    @property
    def is_usual(self) -> bool:
        return self == Letter()


class NobodyToTell(DomainError):
    detail = "Nobody would get this mail: the session has no speaker with an address."


def tell_of_new_session(session: Session, was: Session | None, speakers: Change) -> None:
    """Tell the team, if `session` came to them just now: submitted, with somebody to give it.

    `was` is what it was before (`None`: it is new), `speakers` what became of its speakers.
    """
    was_there = was is not None and was.state != S.DRAFT
    if session.state == S.DRAFT or (was_there and not speakers.added):
        return
    now = session.speakers.filter(deleted_at=None)
    had_some = speakers.removed or now.exclude(pk__in=_ids(speakers.added)).exists()
    if was_there and had_some:
        return
    names = [speaker.name for speaker in now.order_by("order", "pk")]
    team = session.event.roles.people(OWNER, ORGANIZER)
    if not names or not team:
        return
    owner, *organizers = team
    notice = _notice(session, "submitted")
    mail.send(
        "new_session",
        to=owner,
        context={
            "session": session.title,
            "speakers": ", ".join(names),
            "event": session.event.name,
            "link": _link(session),
        },
        event=session.event,
        notice=notice,
    )
    for organizer in organizers:
        notifications.notify("new_session", user=organizer, event=session.event, **notice)


def tell_of_new_speaker(session: Session, speaker: Speaker) -> None:
    """Tell the team, if `speaker` is the first of a session that was submitted without any."""
    tell_of_new_session(session, session, Change([speaker], []))


@transaction.atomic
def tell_of_state(session: Session, letter: Letter = Letter(), *, by: Any) -> None:
    """Tell the people of `session` in which state it is: each by a mail of their own.

    Those are its speakers that have an address, owner and organizers of the event, and whom
    `letter` names. Speakers with an account are notified as well. Answers go to the owner.

    :raises NobodyToTell: there is nobody.
    :raises TooManyAttempts: they, or others of the event, were told too often.
    """
    count("mail-of-session", str(session.pk))
    count("mail-of-event", str(session.event_id))
    speakers = session.speakers.filter(deleted_at=None).select_related("user")
    accounts = [(speaker, _account_of(speaker)) for speaker in speakers.order_by("order", "pk")]
    team = session.event.roles.people(OWNER, ORGANIZER)
    people: list[User | str] = [
        account or speaker.email for speaker, account in accounts if speaker.email
    ]
    people += [*team, *letter.copies]
    if not people:
        raise NobodyToTell
    usual = WORDS[S(session.state)]
    sent = [
        mail.send(
            "session_state_change",
            to=person,
            context=_facts(session),
            event=session.event,
            subject=letter.subject or usual.subject,
            message=letter.message or usual.message,
            reply_to=team[0].email if team else None,
        )
        for person in _each_once(people)
    ]
    _notify(session, [account or speaker.user for speaker, account in accounts], by)
    if any(sent):
        session.is_mail_sent = True
        session.save(update_fields=["is_mail_sent"])


def _notify(session: Session, accounts: Iterable[User | None], by: Any) -> None:
    notice = _notice(session, session.state) | {"actors": [by]}
    for account in dict.fromkeys(accounts):
        if account is not None and account.deleted_at is None:
            notifications.notify(
                "session_state_change", user=account, event=session.event, **notice
            )


def _account_of(speaker: Speaker) -> User | None:
    """Return the account of whoever reads mail at the speaker's address."""
    return User.objects.of_email(speaker.email).first() if speaker.email else None


def _each_once(people: Iterable[User | str]) -> Iterable[User | str]:
    """Return `people` without those whose address has come before, whatever its case."""
    by_address: dict[str, User | str] = {}
    for person in people:
        address = person if isinstance(person, str) else person.email
        by_address.setdefault(address.lower(), person)
    return by_address.values()


def _facts(session: Session) -> Mapping[str, str]:
    return {
        "session_name": session.title,
        "session_link": _link(session),
        "session_state": session.state,
        "event_name": session.event.name,
        "event_link": page(f"/e/{session.event.identifier}"),
        "frontend_link": page("/"),
    }


def _notice(session: Session, action: str) -> dict[str, Any]:
    about = {"id": session.pk, "title": session.title}
    actors = [session.creator] if session.creator else []
    return {"target": session, "action": action, "actors": actors, "session": about}


def _link(session: Session) -> str:
    return page(f"/e/{session.event.identifier}/session/{session.pk}")


def _ids(rows: Iterable[Any]) -> list[int]:
    return [row.pk for row in rows]
