"""/daily/: the board of the day, the list of 08:00, one item, the chief's word, the table."""

from __future__ import annotations

from django.urls import path

from twinloop.followup.daily import views

urlpatterns = [
    path("daily/", views.clear, name="clear"),
    path("daily/handover/", views.handover, name="day_handover"),
    path("daily/table/", views.day_table, name="day_table"),
    path("daily/items/<int:pk>/", views.day_item, name="day_item"),
    path("daily/days/<int:pk>/confirm/", views.day_confirm, name="day_confirm"),
]
