"""The resources of this app."""

from django.urls import path

from openevent.api.router import Router

from .api.activities import ActivityViewSet
from .api.pages import PageViewSet
from .api.permissions import ExplainView
from .api.settings import SettingViewSet
from .api.tasks import TaskView
from .api.test_mail import TestMailView

router = Router()
router.register(SettingViewSet)
router.register(PageViewSet)
router.register(ActivityViewSet)

urlpatterns = [
    *router.urls,
    path("permissions/explain", ExplainView.as_view(), name="explain"),
    path("tasks/<str:task_id>", TaskView.as_view(), name="task"),
    path("test-mail", TestMailView.as_view(), name="test-mail"),
]
