"""The resources of this app."""

from django.urls import path

from openevent.api.router import Router

from .api.image_sizes import EventImageSizeViewSet, SpeakerImageSizeViewSet
from .api.uploads import UploadFilesView, UploadImageView

router = Router()
router.register(EventImageSizeViewSet)
router.register(SpeakerImageSizeViewSet)

urlpatterns = [
    *router.urls,
    path("upload/image", UploadImageView.as_view(), name="upload-image"),
    path("upload/files", UploadFilesView.as_view(), name="upload-files"),
]
