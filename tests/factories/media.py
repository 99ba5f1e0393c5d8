"""Rows of `media`."""

import factory
from factory.django import DjangoModelFactory

from media.models import Upload
from media.models.upload import new_token


class UploadFactory(DjangoModelFactory):
    """An upload of nobody, whose file is not there."""

    class Meta:
        model = Upload

    token = factory.LazyFunction(new_token)
    kept = factory.LazyAttribute(lambda upload: f"local:public/uploads/{upload.token}/talk.pdf")
