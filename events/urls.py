"""The resources of this app."""

from openevent.api.router import Router

from .api.event_topics import EventTopicViewSet
from .api.event_types import EventTypeViewSet
from .api.events import EventViewSet
from .api.microlocations import MicrolocationViewSet
from .api.roles import RoleViewSet
from .api.session_types import SessionTypeViewSet
from .api.sessions import SessionViewSet
from .api.speakers import SpeakerViewSet
from .api.tracks import TrackViewSet
from .api.user_favourite_sessions import FavouriteSessionViewSet
from .api.users_events_roles import UsersEventsRolesViewSet

router = Router()
router.register(EventViewSet)
router.register(EventTypeViewSet)
router.register(EventTopicViewSet)
router.register(RoleViewSet)
router.register(UsersEventsRolesViewSet)
router.register(TrackViewSet)
router.register(MicrolocationViewSet)
router.register(SessionTypeViewSet)
router.register(SessionViewSet)
router.register(SpeakerViewSet)
router.register(FavouriteSessionViewSet)

urlpatterns = router.urls
