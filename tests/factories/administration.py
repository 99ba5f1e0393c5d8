"""Rows of `administration`."""

import factory
from factory.django import DjangoModelFactory

from administration.models import Page


class PageFactory(DjangoModelFactory):
    class Meta:
        model = Page

    name = factory.Sequence(lambda n: f"Page {n}")
    url = factory.Sequence(lambda n: f"page-{n}")
