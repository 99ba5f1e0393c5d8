"""The plain endpoints of this app, with their whole paths: one of them is not under /v1.

They come before the resources, whose `/v1/users/{id}` would take `check_email` for an id.
"""

from django.urls import path

from .api import oauth, passwords, sign_in, verification

auth_urlpatterns = [
    path("auth/session", sign_in.SignInView.as_view()),
    path("v1/auth/login", sign_in.SignInView.as_view()),
    path("v1/auth/fresh-login", sign_in.FreshSignInView.as_view()),
    path("v1/auth/token/refresh", sign_in.RefreshView.as_view()),
    path("v1/auth/logout", sign_in.SignOutView.as_view()),
    path("v1/auth/blacklist", sign_in.SignOutEverywhereView.as_view()),
    path("v1/auth/verify-password", sign_in.PasswordCheckView.as_view()),
    path("v1/auth/change-password", passwords.ChangePasswordView.as_view()),
    path("v1/auth/reset-password", passwords.ResetPasswordView.as_view()),
    path("v1/auth/verify-email", verification.VerifyEmailView.as_view()),
    path("v1/auth/resend-verification-email", verification.ResendVerificationView.as_view()),
    path("v1/auth/oauth", oauth.ProvidersView.as_view()),
    path("v1/auth/oauth/<str:provider>", oauth.BeginView.as_view()),
    path("v1/auth/oauth/login/<str:provider>", oauth.OAuthSignInView.as_view()),
    path("v1/auth/oauth/connect/<str:provider>", oauth.ConnectView.as_view()),
    path("v1/auth/oauth/token/<str:provider>", oauth.AppTokenView.as_view()),
    path("v1/users/check_email", sign_in.EmailCheckView.as_view()),
    path("v1/users/checkEmail", sign_in.EmailCheckView.as_view()),
    path("v1/users/user-details/get-user-id", sign_in.OwnIdView.as_view()),
]
