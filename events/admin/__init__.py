"""The pages of events: the event and its people, its programme, its particulars, the catalogue."""

from . import catalogue, events, particulars, people, programme

__all__ = ["catalogue", "events", "particulars", "people", "programme"]
