"""The resources of this app."""

from openevent.api.router import Router

from .api.email_notifications import EmailNotificationViewSet
from .api.mails import MailViewSet
from .api.message_settings import MessageSettingViewSet
from .api.notification_settings import NotificationSettingViewSet
from .api.notifications import NotificationViewSet

router = Router()
router.register(MailViewSet)
router.register(MessageSettingViewSet)
router.register(NotificationViewSet)
router.register(NotificationSettingViewSet)
router.register(EmailNotificationViewSet)

urlpatterns = router.urls
