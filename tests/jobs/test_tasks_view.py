"""How a job stands, over HTTP (`/v1/tasks/{id}`): who may ask, and what they are told."""

import uuid

import pytest
from rest_framework.exceptions import NotAuthenticated, NotFound
from rest_framework.test import APIRequestFactory, force_authenticate

from administration.api.tasks import TaskView
from openevent import jobs
from openevent.jobs.testing import run_due
from users.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def job(handler, ada):
    handler("export")(lambda run: {"download_url": "/file"})
    return jobs.enqueue("export", requested_by=ada)


def get(task_id, *, user=None):
    """Return the status, and the data of an answer, or raise what the view refuses with."""

    class Bare(TaskView):
        def handle_exception(self, exception):
            raise exception

    request = APIRequestFactory().get(f"/v1/tasks/{task_id}")
    if user:
        force_authenticate(request, user)
    answer = Bare.as_view()(request, task_id=str(task_id))
    return answer.status_code, answer.data, answer["Cache-Control"]


def test_asker_follows_a_job_to_its_result(job, ada):
    progress = {"phase": "", "done": 0, "total": None}
    waiting = {"state": "WAITING", "result": None, "progress": progress}
    assert get(job.pk, user=ada) == (200, waiting, "no-store")

    run_due()

    result = {"download_url": "/file"}
    succeeded = {"state": "SUCCESS", "result": result, "progress": progress}
    assert get(job.pk, user=ada) == (200, succeeded, "no-store")


@pytest.mark.parametrize("flag", ["is_admin", "is_super_admin"])
def test_staff_see_every_job(job, flag):
    staff = User.objects.create_user("staff@example.org", **{flag: True})

    assert get(job.pk, user=staff)[0] == 200


def test_job_of_somebody_else_does_not_exist(job):
    with pytest.raises(NotFound):
        get(job.pk, user=User.objects.create_user("eve@example.org"))


def test_job_that_the_server_asked_for_itself_is_shown_to_staff_only(handler, ada):
    handler("nightly")(lambda run: None)

    with pytest.raises(NotFound):
        get(jobs.enqueue("nightly").pk, user=ada)


@pytest.mark.parametrize(
    "task_id", [uuid.uuid4(), "7", "", "not-an-id", "a\0b", "ü" * 40, "0" * 33]
)
def test_id_that_is_unknown_or_malformed_is_not_found(task_id, ada):
    with pytest.raises(NotFound):
        get(task_id, user=ada)


@pytest.mark.parametrize("exists", [True, False])
def test_nobody_is_told_to_sign_in_whether_or_not_the_job_exists(job, exists):
    with pytest.raises(NotAuthenticated):
        get(job.pk if exists else uuid.uuid4())
