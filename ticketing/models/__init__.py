"""The nouns of this app, one file each."""

from .ticket import Ticket
from .ticket_tag import TicketTag

__all__ = ["Ticket", "TicketTag"]
