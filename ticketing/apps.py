from django.apps import AppConfig


class TicketingConfig(AppConfig):
    name = "ticketing"

    def ready(self) -> None:
        from events.models.event import fit_for_front_page  # noqa: PLC0415
        from permissions import registry  # noqa: PLC0415  models load after this module

        from . import atoms  # noqa: PLC0415
        from .models.ticket import sells_a_ticket  # noqa: PLC0415

        registry.register(*atoms.ALL)
        fit_for_front_page.append(sells_a_ticket)
