"""The resources of this app."""

from django.urls import path

from openevent.api.router import Router

from .api.custom_form_options import CustomFormOptionViewSet
from .api.custom_form_translates import CustomFormTranslateViewSet
from .api.custom_forms import CustomFormViewSet
from .api.custom_placeholders import CustomPlaceholderViewSet
from .api.event_copyrights import EventCopyrightViewSet
from .api.event_locations import EventLocationViewSet
from .api.event_role_permissions import RolePermissionViewSet
from .api.event_sub_topics import EventSubTopicViewSet
from .api.event_topics import EventTopicViewSet
from .api.event_types import EventTypeViewSet
from .api.events import EventViewSet
from .api.exhibitors import ExhibitorViewSet
from .api.faq_types import FaqTypeViewSet
from .api.faqs import FaqViewSet
from .api.feedbacks import FeedbackViewSet
from .api.groups import GroupViewSet
from .api.microlocations import MicrolocationViewSet
from .api.role_invite_answers import (
    AcceptRoleInviteView,
    DeclineRoleInviteView,
    RoleInviteUserView,
)
from .api.role_invites import RoleInviteViewSet
from .api.roles import RoleViewSet
from .api.search import EventSearchView
from .api.services import ServiceViewSet
from .api.session_types import SessionTypeViewSet
from .api.sessions import SessionViewSet
from .api.social_links import SocialLinkViewSet
from .api.speaker_invites import SpeakerInviteViewSet
from .api.speakers import SpeakerViewSet
from .api.speakers_calls import SpeakersCallViewSet
from .api.sponsors import SponsorViewSet
from .api.tags import TagViewSet
from .api.tracks import TrackViewSet
from .api.user_favourite_events import FavouriteEventViewSet
from .api.user_favourite_sessions import FavouriteSessionViewSet
from .api.user_follow_groups import FollowedGroupViewSet
from .api.users_events_roles import UsersEventsRolesViewSet
from .api.users_groups_roles import GroupRoleViewSet

router = Router()
router.register(EventViewSet)
router.register(EventTypeViewSet)
router.register(EventTopicViewSet)
router.register(RoleViewSet)
router.register(RolePermissionViewSet)
router.register(ServiceViewSet)
router.register(RoleInviteViewSet)
router.register(UsersEventsRolesViewSet)
router.register(TrackViewSet)
router.register(MicrolocationViewSet)
router.register(SessionTypeViewSet)
router.register(SessionViewSet)
router.register(SpeakerViewSet)
router.register(FavouriteSessionViewSet)
router.register(SpeakersCallViewSet)
router.register(SpeakerInviteViewSet)
router.register(FeedbackViewSet)
router.register(GroupViewSet)
router.register(GroupRoleViewSet)
router.register(FollowedGroupViewSet)
router.register(FavouriteEventViewSet)
router.register(CustomFormViewSet)
router.register(CustomFormOptionViewSet)
router.register(CustomFormTranslateViewSet)
router.register(EventCopyrightViewSet)
router.register(EventLocationViewSet)
router.register(EventSubTopicViewSet)
router.register(CustomPlaceholderViewSet)
router.register(ExhibitorViewSet)
router.register(FaqViewSet)
router.register(FaqTypeViewSet)
router.register(SocialLinkViewSet)
router.register(SponsorViewSet)
router.register(TagViewSet)

urlpatterns = [
    *router.urls,
    path("role_invites/user", RoleInviteUserView.as_view()),
    path("role_invites/accept-invite", AcceptRoleInviteView.as_view()),
    path("role_invites/decline-invite", DeclineRoleInviteView.as_view()),
    path("search/events", EventSearchView.as_view()),
    # the contract's own name of the collection, in this one place
    path(
        "group-role-invites/<ref:ref>/resend-invite",
        GroupRoleViewSet.as_view(
            {"post": "resend_invite"}, **GroupRoleViewSet.resend_invite.kwargs
        ),
    ),
]
