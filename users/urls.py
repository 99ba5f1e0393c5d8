"""The resources of this app."""

from openevent.api.router import Router

from .api.users import UserViewSet

router = Router()
router.register(UserViewSet)

urlpatterns = router.urls
