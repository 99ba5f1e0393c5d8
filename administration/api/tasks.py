"""Tasks: how a job stands, for whoever asked for it (`/v1/tasks/{id}`). Plain JSON."""

import uuid

from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from openevent import jobs
from openevent.api.openapi.facts import ANY, describes
from openevent.jobs.models import Job
from permissions.manager import has_permission


class TaskView(APIView):
    """One job, shown to who asked for it and to staff; to anybody else it does not exist."""

    @describes({"state": str, "result?": ANY})
    @has_permission("auth_required")
    def get(self, request: Request, task_id: str) -> Response:
        try:
            job = Job.objects.get(pk=uuid.UUID(task_id))
        except (ValueError, Job.DoesNotExist):
            raise NotFound from None
        if job.requested_by_id != request.user.pk and not request.user.is_staff:
            raise NotFound
        # Clients poll this; whoever keeps an answer shows them an old one.
        return Response(jobs.describe(job), headers={"Cache-Control": "no-store"})
