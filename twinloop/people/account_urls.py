"""Sign-in. Of allauth only the pages that are used here: no sign-up, no e-mail, no reset by e-mail."""

from allauth.account import views as account
from django.urls import include, path

from twinloop.people import account_views

urlpatterns = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/", account.password_change, name="account_change_password"),
    path("password/none/", account_views.no_password, name="account_set_password"),
    path("sessions/", include("allauth.usersessions.urls")),
    path("2fa/", include("allauth.mfa.urls")),
]
