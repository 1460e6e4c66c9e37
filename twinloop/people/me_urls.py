"""Under /me/: one's own facts."""

from django.urls import path

from twinloop.people.views import own

urlpatterns = [
    path("", own.me, name="me"),
    path("traits/", own.me_trait, name="me_trait"),
    path("traits/<int:pk>/withdraw/", own.me_withdraw, name="me_withdraw"),
    path("leave/", own.me_leave, name="me_leave"),
    path("leave/<int:pk>/end/", own.me_leave_end, name="me_leave_end"),
]
