"""What is taken out of events, for tests."""

import factory
from factory.django import DjangoModelFactory

from exports.models import Export, ImportJob

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


class ImportJobFactory(DjangoModelFactory):
    """An archive that became an event."""

    class Meta:
        model = ImportJob

    user = factory.SubFactory(UserFactory)
    source = ImportJob.Source.JSON
    name = "event.zip"
    result = "7"
    result_status = ImportJob.Status.SUCCESS
