"""Django's admin, with our site in place of its own."""

from django.contrib.admin.apps import AdminConfig


class DeskAdminConfig(AdminConfig):
    default_site = "administration.site.DeskSite"
