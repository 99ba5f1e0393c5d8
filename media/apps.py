from typing import Any

from django.apps import AppConfig


class MediaConfig(AppConfig):
    name = "media"

    def ready(self) -> None:
        from openevent.api import writing  # noqa: PLC0415  models load after this module
        from openevent.api.serializers import ResourceSerializer  # noqa: PLC0415

        from . import doctor, tasks  # noqa: F401, PLC0415  they register what they hold
        from .actions.images import settle  # noqa: PLC0415
        from .api.fields import KeptURLField  # noqa: PLC0415
        from .fields import KeptFileField  # noqa: PLC0415

        mapping: dict[type[Any], type[Any]] = ResourceSerializer.serializer_field_mapping
        mapping[KeptFileField] = KeptURLField
        writing.preparations.append(settle)
        tasks.watch()
