"""The nouns of this app, one file each."""

from .custom_form import CustomForm
from .custom_form_option import CustomFormOption
from .custom_form_translate import CustomFormTranslate
from .custom_placeholder import CustomPlaceholder
from .event import Event
from .event_copyright import EventCopyright
from .event_role import EventRole
from .event_sub_topic import EventSubTopic
from .event_topic import EventTopic
from .event_type import EventType
from .exhibitor import Exhibitor
from .faq import Faq
from .faq_type import FaqType
from .favourite_event import FavouriteEvent
from .favourite_session import FavouriteSession
from .feedback import Feedback
from .group import FollowedGroup, Group, GroupRole
from .microlocation import Microlocation
from .role import Role
from .role_invite import RoleInvite
from .role_permission import RolePermission
from .service import Service
from .session import Session
from .session_type import SessionType
from .social_link import SocialLink
from .speaker import Speaker
from .speaker_invite import SpeakerInvite
from .speakers_call import SpeakersCall
from .sponsor import Sponsor
from .tag import Tag
from .track import Track

__all__ = [
    "RoleInvite",
    "RolePermission",
    "Service",
    "Tag",
    "Sponsor",
    "SocialLink",
    "FaqType",
    "Faq",
    "Exhibitor",
    "EventSubTopic",
    "EventCopyright",
    "CustomFormTranslate",
    "CustomFormOption",
    "CustomForm",
    "CustomPlaceholder",
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
