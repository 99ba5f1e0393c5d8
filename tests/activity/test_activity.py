"""The log of who did what."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction

from openevent import activity
from openevent.activity.models import Activity
from users.models import User

pytestmark = pytest.mark.django_db


def test_activity_names_its_actor_by_address_and_id():
    ada = User.objects.create_user("ada@example.org")

    row = activity.record("Event 7 was published", by=ada)

    row.refresh_from_db()
    assert (row.actor, row.user) == (f"ada@example.org ({ada.pk})", ada)
    assert (row.action, row.time is not None) == ("Event 7 was published", True)


@pytest.mark.parametrize("nobody", [None, AnonymousUser()])
def test_activity_of_nobody_in_particular_is_anonymous(nobody):
    row = activity.record("Old events were deleted", by=nobody)

    assert (row.actor, row.user) == ("Anonymous", None)


def test_activity_outlives_the_account_it_names():
    ada = User.objects.create_user("ada@example.org")
    row = activity.record("Event 7 was published", by=ada)
    actor = row.actor

    ada.delete()

    row.refresh_from_db()
    assert (row.actor, row.user) == (actor, None)


def test_activity_of_what_is_rolled_back_did_not_happen():
    with transaction.atomic():
        activity.record("Event 7 was published", by=None)
        transaction.set_rollback(True)

    assert Activity.objects.count() == 0
