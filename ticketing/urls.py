"""The resources of this app."""

from openevent.api.router import Router

from .api.ticket_tags import TicketTagViewSet
from .api.tickets import TicketViewSet

router = Router()
router.register(TicketViewSet)
router.register(TicketTagViewSet)

urlpatterns = router.urls
