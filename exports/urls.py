"""The endpoints of this app."""

from django.urls import path

from openevent.api.router import Router

from .api.exports import (
    ArchiveView,
    DownloadView,
    ExportByGet,
    ExportsView,
    FollowersView,
    ReportByGet,
    ReportByPost,
)
from .api.feeds import CalendarView, FeedView
from .api.import_jobs import ImportJobViewSet
from .api.imports import ImportView
from .models import Export

K = Export.Kind

router = Router()
router.register(ImportJobViewSet)

urlpatterns = [
    *router.urls,
    path("events/import/<str:source>", ImportView.as_view()),
    path("events/<ref:ref>.ics", CalendarView.as_view()),
    path("events/<ref:ref>/schedule.ics", FeedView.as_view(renders="ical")),
    path("events/<ref:ref>/schedule.xcs", FeedView.as_view(renders="xcal")),
    path("events/<ref:ref>/schedule.xml", FeedView.as_view(renders="pentabarf")),
    path("events/<ref:ref>/exports", ExportsView.as_view()),
    path("events/<ref:ref>/export/json", ArchiveView.as_view()),
    path("events/<ref:ref>/export/ical", ExportByGet.as_view(kind=K.ICAL)),
    path("events/<ref:ref>/export/xcal", ExportByGet.as_view(kind=K.XCAL)),
    path("events/<ref:ref>/export/pentabarf", ExportByGet.as_view(kind=K.PENTABARF)),
    path("events/<ref:ref>/export/sessions/csv", ReportByPost.as_view(kind=K.SESSIONS_CSV)),
    path("events/<ref:ref>/export/sessions/pdf", ReportByGet.as_view(kind=K.SESSIONS_PDF)),
    path("events/<ref:ref>/export/speakers/csv", ReportByPost.as_view(kind=K.SPEAKERS_CSV)),
    path("events/<ref:ref>/export/speakers/pdf", ReportByGet.as_view(kind=K.SPEAKERS_PDF)),
    path("group/<ref:ref>/export/followers/csv", FollowersView.as_view()),
    path("exports/<str:token>", DownloadView.as_view()),
]
