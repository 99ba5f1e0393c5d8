"""The resources of this app."""

from django.urls import path

from openevent.api.router import Router

from .api.custom_system_roles import CustomSystemRoleViewSet
from .api.panel_permissions import PanelPermissionViewSet
from .api.user_emails import UserEmailViewSet
from .api.user_permissions import UserPermissionViewSet
from .api.users import UserViewSet
from .api.verify_users import VerifyUserViewSet

router = Router()
router.register(UserViewSet)
router.register(UserEmailViewSet)
router.register(VerifyUserViewSet)
router.register(UserPermissionViewSet)
router.register(CustomSystemRoleViewSet)
router.register(PanelPermissionViewSet)

urlpatterns = [
    # the same list, which shows admins everybody's: they ask for it by this name
    path("admin/user-emails", UserEmailViewSet.as_view({"get": "list"})),
    *router.urls,
]
