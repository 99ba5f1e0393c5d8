"""Every kind of mail that is declared, in all apps."""

import pytest

from messaging.kinds import HIDDEN, all_kinds, all_notifications, find, kind
from messaging.models import EmailNotification, MessageSetting, NotificationSetting
from messaging.seeding import seed

pytestmark = pytest.mark.django_db

KINDS = [each.name for each in all_kinds()]
each_kind = pytest.mark.parametrize("name", KINDS)


@each_kind
def test_its_example_makes_a_mail_that_shows_every_placeholder(name):
    declared = find(name)
    content = declared.render(declared.example)

    assert content.subject == content.subject.strip() != ""
    if declared.message is not None:
        return  # who writes it anew may use what it leaves out
    for key, value in declared.example.items():
        cells = [value] if isinstance(value, str) else [c for row in value for c in row.values()]
        for cell in cells:
            assert cell in content.html + content.subject, key
            assert cell in content.text + content.subject, key
    assert "{" not in content.subject


@each_kind
def test_no_value_gets_into_its_html_unescaped_or_into_its_text_escaped(name):
    declared = find(name)
    nasty = "<&'x"

    def spoilt(value):
        if isinstance(value, str):
            return nasty
        return [dict.fromkeys(row, nasty) for row in value]

    content = declared.render({key: spoilt(value) for key, value in declared.example.items()})

    assert nasty not in content.html
    assert "&lt;" not in content.text


@each_kind
def test_its_secrets_are_not_in_the_copy_that_admins_read(name):
    declared = find(name)
    content = declared.render(declared.redacted(declared.example))

    for key in declared.secret:
        assert declared.example[key] not in content.html + content.text + content.subject
        assert HIDDEN in content.html


@each_kind
def test_the_preference_it_names_is_one_that_people_have(name):
    preference = find(name).preference

    assert preference is None or EmailNotification._meta.get_field(preference)


def test_a_migrated_database_has_a_setting_for_each_kind():
    assert sorted(MessageSetting.objects.values_list("action", flat=True)) == KINDS
    types = NotificationSetting.objects.values_list("type", flat=True)
    assert sorted(types) == all_notifications()


def test_migrating_again_changes_no_setting():
    MessageSetting.objects.filter(action="test_mail").update(enabled=False)
    seed()

    assert MessageSetting.objects.get(action="test_mail").enabled is False


def test_a_kind_is_declared_once():
    with pytest.raises(ValueError, match="declared already"):
        kind("test_mail", recipient="", subject="", example={})


def test_a_secret_is_one_of_the_placeholders():
    with pytest.raises(ValueError, match="no placeholders"):
        kind("another", recipient="", subject="", example={}, secret=("link",))
