"""The nouns of this app, one file each."""

from .event import Event
from .event_role import EventRole
from .event_topic import EventTopic
from .event_type import EventType
from .favourite_session import FavouriteSession
from .microlocation import Microlocation
from .role import Role
from .session import Session
from .session_type import SessionType
from .speaker import Speaker
from .track import Track

__all__ = [
    "Event",
    "EventRole",
    "EventTopic",
    "EventType",
    "FavouriteSession",
    "Microlocation",
    "Role",
    "Session",
    "SessionType",
    "Speaker",
    "Track",
]
