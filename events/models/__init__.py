"""The nouns of this app, one file each."""

from .event import Event
from .event_role import EventRole
from .event_topic import EventTopic
from .event_type import EventType
from .favourite_event import FavouriteEvent
from .favourite_session import FavouriteSession
from .feedback import Feedback
from .group import FollowedGroup, Group, GroupRole
from .microlocation import Microlocation
from .role import Role
from .session import Session
from .session_type import SessionType
from .speaker import Speaker
from .speaker_invite import SpeakerInvite
from .speakers_call import SpeakersCall
from .track import Track

__all__ = [
    "Event",
    "EventRole",
    "EventTopic",
    "EventType",
    "FavouriteEvent",
    "FavouriteSession",
    "Feedback",
    "FollowedGroup",
    "Group",
    "GroupRole",
    "Microlocation",
    "Role",
    "Session",
    "SessionType",
    "Speaker",
    "SpeakerInvite",
    "SpeakersCall",
    "Track",
]
