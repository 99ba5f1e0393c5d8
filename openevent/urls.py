"""All URLs: each app's resources under /v1, and the admin."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from media.api.files import PublicFileView
from openevent import health
from openevent.api.openapi import views as openapi
from openevent.api.registry import registry
from permissions.manager import public
from users.page_urls import page_urlpatterns
from users.sign_in_urls import auth_urlpatterns

urlpatterns = [
    *auth_urlpatterns,
    *page_urlpatterns,
    path("v1/openapi.json", openapi.openapi),
    path("v1/docs", openapi.index),
    path("v1/docs/<str:name>", openapi.one_type),
    path("v1/", include("messaging.urls")),
    path("v1/", include("users.urls")),
    # before the events: "/v1/events/abc.ics" is no event called "abc.ics"
    path("v1/", include("exports.urls")),
    path("v1/", include("events.urls")),
    path("v1/", include("ticketing.urls")),
    path("v1/", include("administration.urls")),
    path("v1/", include("media.urls")),
    path("media/<str:place>/<path:key>", PublicFileView.as_view()),
    *([path("dev/", include("messaging.inbox"))] if settings.IS_PRIVATE else []),
    path("health", public()(health.health)),
    path("health-check", public()(health.health_check)),
    path("info", public()(health.info)),
    path("admin/", admin.site.urls),
]

registry.check()

handler400 = "openevent.api.errors.bad_request"
handler404 = "openevent.api.errors.not_found"
handler500 = "openevent.api.errors.server_error"
