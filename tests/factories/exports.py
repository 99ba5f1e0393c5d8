"""What is taken out of events, for tests."""

import factory
from factory.django import DjangoModelFactory

from exports.models import Export

from .events import EventFactory
from .users import UserFactory


class ExportFactory(DjangoModelFactory):
    """An archive that is being made."""

    class Meta:
        model = Export

    event = factory.SubFactory(EventFactory)
    requested_by = factory.SubFactory(UserFactory)
    kind = Export.Kind.ARCHIVE
    name = "event.zip"
