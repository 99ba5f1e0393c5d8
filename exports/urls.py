"""The endpoints of this app."""

from django.urls import path

from .api.feeds import CalendarView, FeedView

urlpatterns = [
    path("events/<ref:ref>.ics", CalendarView.as_view()),
    path("events/<ref:ref>/schedule.ics", FeedView.as_view(renders="ical")),
    path("events/<ref:ref>/schedule.xcs", FeedView.as_view(renders="xcal")),
    path("events/<ref:ref>/schedule.xml", FeedView.as_view(renders="pentabarf")),
]
