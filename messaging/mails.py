"""The mails of this app: the one that shows an admin that mail arrives."""

from .kinds import kind

kind("test_mail", recipient="Whom the admin names", subject="{app_name}: mail arrives", example={})
