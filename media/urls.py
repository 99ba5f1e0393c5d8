"""Public files, outside of the API: their addresses are data in it."""

from django.urls import path

from .api.files import PublicFileView

urlpatterns = [path("<str:place>/<path:key>", PublicFileView.as_view())]
