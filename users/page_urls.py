"""The pages for people in a browser, with their whole paths."""

from django.conf import settings
from django.urls import include, path

from .pages import applications, by_mail, sign_in, welcome

page_urlpatterns = [
    path("", welcome.welcome, name="welcome"),
    path("sign-in", sign_in.sign_in, name="sign-in"),
    path("sign-in/<str:provider>", sign_in.sign_in_at, name="sign-in-at"),
    path("sign-out", sign_in.sign_out, name="sign-out"),
    path("register", by_mail.register_here, name="register"),
    path("verify", by_mail.verify_address, name="verify"),
    path("reset-password", by_mail.set_new_password, name="reset-password"),
    path("oauth/<str:provider>/callback", sign_in.returned, name="returned"),
    path("settings/applications", applications.applications, name="applications"),
    path(
        "settings/applications/<str:provider>/connect",
        applications.connect_at,
        name="connect",
    ),
    path(
        "settings/applications/<str:provider>/disconnect",
        applications.disconnect_from,
        name="disconnect",
    ),
    path("settings/password", applications.set_password, name="set-password"),
]
if settings.IS_PRIVATE:
    page_urlpatterns.append(path("dev/provider/", include("users.example_provider.views")))
