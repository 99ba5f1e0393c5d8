"""Custom forms: keeping their fields, and holding sessions and speakers to them."""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from django.core.exceptions import ValidationError as Invalid
from django.core.validators import validate_email
from django.db import transaction

from events.models import CustomForm, CustomFormTranslate, Event, Session, Speaker
from openevent import site
from openevent.errors import DomainError

from .organizing import organizes

# Fields of an attendee that a form may ask for; sessions and speakers have their own columns.
_ATTENDEE: Final = frozenset(
    """
    firstname lastname email address city state country job_title phone tax_business_info
    billing_address home_address shipping_address company work_address work_phone website blog
    twitter facebook github gender age_group birth_date accept_video_recording
    accept_share_details accept_receive_emails is_consent_form_field is_consent_form_field_photo
    is_consent_form_field_email native_language home_wiki wiki_scholarship
    """.split()
)
_RELATIONSHIPS: Final = frozenset({"track", "session_type", "microlocation", "speakers"})

EMPTY: Final = (None, "", [], {})


class FieldRequired(DomainError):
    detail = "The event asks for this; it may not be empty."


class AnswerInvalid(DomainError):
    pointer = "/data/attributes/complex-field-values"


class TooManyComplexFields(DomainError):
    pointer = "/data/attributes/field-identifier"


# --- the fields of a form


@transaction.atomic
def save_custom_form(form: CustomForm, *, translations: Any = None) -> None:
    """Save a field, new or changed, with the names it has in other languages.

    A built-in field has its own name. `translations`: `{"name", "language_code"}` each, with
    an `id` to change one and `isDeleted` to remove it; `None` leaves them as they are.

    :raises TooManyComplexFields: the form has as many fields of its own as the site allows.
    """
    column = column_of(form)
    form.is_complex = column is None
    if column is not None:
        form.name = label_of(column)
    if form.pk is None and form.is_complex:
        _require_room(form)
    form.save()
    for each in translations or []:
        _keep_translation(form, each)


def column_of(form: CustomForm) -> str | None:
    """Return the attribute that a built-in field asks for; `None` of a complex one."""
    name = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", form.field_identifier).replace("-", "_").lower()
    known = {
        CustomForm.Form.SESSION: _names_of(Session) | {"speakers"},
        CustomForm.Form.SPEAKER: _names_of(Speaker),
        CustomForm.Form.ATTENDEE: _ATTENDEE,
    }[CustomForm.Form(form.form)]
    return name if name in known else None


def _names_of(model: Any) -> frozenset[str]:
    names = {field.name for field in model._meta.concrete_fields if field.editable}
    return frozenset(names - {"id", "deleted_at"})  # nobody fills these in


def label_of(column: str) -> str:
    """Return the name of a built-in field: "Slides URL" for `slides_url`."""
    words = (word.upper() if word in ("url", "id") else word for word in column.split("_"))
    text = " ".join(words)
    return text[0].upper() + text[1:]


def _require_room(form: CustomForm) -> None:
    most = site.current().max_complex_custom_fields
    complex_ones = CustomForm.objects.filter(
        event_id=form.event_id, form=form.form, form_id=form.form_id, is_complex=True
    )
    if complex_ones.count() >= most:
        raise TooManyComplexFields(f"A form may have at most {most} fields of its own.")


def _keep_translation(form: CustomForm, sent: Mapping[str, Any]) -> None:
    mine = CustomFormTranslate.objects.filter(custom_form=form)
    if sent.get("isDeleted"):
        mine.filter(pk=sent.get("id")).delete()
        return
    values = {"name": sent["name"], "form_id": form.form_id or ""}
    if sent.get("id") and mine.filter(pk=sent["id"]).exists():
        mine.filter(pk=sent["id"]).update(language_code=sent["language_code"], **values)
    else:
        mine.update_or_create(
            custom_form=form, language_code=sent["language_code"], defaults=values
        )


def found_attendee_form(event: Event) -> None:
    """Give a new `event` the one field that every attendee fills in: an e-mail address."""
    CustomForm.objects.create(
        event=event,
        form=CustomForm.Form.ATTENDEE,
        field_identifier="email",
        name=label_of("email"),
        type=CustomForm.Type.EMAIL,
        is_required=True,
        is_included=True,
        is_fixed=True,
    )


# --- what is filled in


def hold_to_form(row: Session | Speaker, was: Session | Speaker | None, *, by: Any) -> None:
    """Refuse a session or speaker that leaves out what its event's form requires.

    Answers to fields that the form does not have are dropped. Organizers are held to it only
    in the answers they change, and nobody by a change of something else (a state).

    :raises FieldRequired: a required field is empty.
    :raises AnswerInvalid: an answer is not of the field's type.
    """
    is_organizer = organizes(row, by, "change" if was else "create")
    if isinstance(was, Session) and was.state == Session.State.DRAFT:
        was = None  # nothing of it was held to the form yet
    answers_changed = was is None or row.complex_field_values != was.complex_field_values
    if is_organizer and not (answers_changed and row.complex_field_values):
        return
    kind = CustomForm.Form.SESSION if isinstance(row, Session) else CustomForm.Form.SPEAKER
    if isinstance(row, Session) and row.state == Session.State.DRAFT:
        return  # it is there to be filled in
    forms = list(
        CustomForm.objects.filter(event_id=row.event_id, form=kind, is_included=True)
        .order_by("position", "id")
        .prefetch_related("custom_form_options")
    )
    if not is_organizer:
        for form in forms:
            _require_column(form, row, was)
    if answers_changed:
        row.complex_field_values = _answers(
            [form for form in forms if form.is_complex], row.complex_field_values
        )


def _require_column(form: CustomForm, row: Any, was: Any) -> None:
    column = None if form.is_complex else column_of(form)
    if not form.is_required or column is None or column == "speakers":
        return
    is_changed = was is None or getattr(row, column) != getattr(was, column)
    if is_changed and getattr(row, column) in EMPTY:
        member = "relationships" if column in _RELATIONSHIPS else "attributes"
        raise FieldRequired(pointer=f"/data/{member}/{column.replace('_', '-')}")


def _answers(forms: Sequence[CustomForm], sent: Any) -> dict[str, Any] | None:
    if sent is None and not any(form.is_required for form in forms):
        return None
    if not isinstance(sent or {}, dict):
        raise AnswerInvalid("Write an object: the identifier of each field with its answer.")
    values = dict(sent or {})
    answers = {}
    for form in forms:
        answer = values.get(form.field_identifier)
        if answer in EMPTY:
            if form.is_required:
                raise FieldRequired(
                    f'"{form.name or form.field_identifier}" is required.',
                    pointer="/data/attributes/complex-field-values",
                )
            continue
        answers[form.field_identifier] = _checked(form, answer)
    return answers or None


def _checked(form: CustomForm, answer: Any) -> Any:
    """Return `answer` if it is of the field's type.

    :raises AnswerInvalid: it is not.
    """
    if not isinstance(answer, str | int | float | bool):
        raise AnswerInvalid(f'"{form.name}" takes one text, number or boolean.')
    check, expected = _TYPES.get(form.type, (_is_text, "a text"))
    if not check(answer):
        raise AnswerInvalid(f'"{form.name}" takes {expected}.')
    choices = [each.value for each in form.custom_form_options.all() if each.deleted_at is None]
    if form.type == CustomForm.Type.SELECT and choices and answer not in choices:
        raise AnswerInvalid(f'"{form.name}" takes one of: {", ".join(choices)}.')
    return answer


def _is_text(answer: Any) -> bool:
    return isinstance(answer, str) or not isinstance(answer, bool)


def _is_number(answer: Any) -> bool:
    if isinstance(answer, bool):
        return False
    try:
        return math.isfinite(float(answer))
    except ValueError:
        return False


def _is_year(answer: Any) -> bool:
    return re.fullmatch(r"[0-9]{4}", str(answer), re.ASCII) is not None


def _is_email(answer: Any) -> bool:
    try:
        validate_email(str(answer))
    except Invalid:
        return False
    return True


def _is_boolean(answer: Any) -> bool:
    return isinstance(answer, bool) or str(answer).lower() in ("true", "false")


_TYPES: Final[Mapping[str, tuple[Callable[[Any], bool], str]]] = {
    CustomForm.Type.NUMBER: (_is_number, "a number"),
    CustomForm.Type.YEAR: (_is_year, "a year of four digits"),
    CustomForm.Type.EMAIL: (_is_email, "an e-mail address"),
    CustomForm.Type.BOOLEAN: (_is_boolean, "true or false"),
}
