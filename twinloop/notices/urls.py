"""/notices/: what one is told; /settings/outbox/: what leaves the building."""

from django.urls import path

from twinloop.notices import views

urlpatterns = [
    path("notices/", views.notices, name="notices"),
    path("notices/bell/", views.notices_bell, name="notices_bell"),
    path("notices/read/", views.notices_read, name="notices_read"),
    path("notices/choose/", views.notices_choose, name="notices_choose"),
    path("notices/<int:pk>/open/", views.notice_open, name="notice_open"),
    path("settings/outbox/", views.outbox, name="outbox"),
    path("settings/outbox/replay/", views.outbox_replay, name="outbox_replay"),
]
