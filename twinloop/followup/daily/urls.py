"""/daily/: the day, its report, what was carried, its hours; /progress/: who answers for what, and how far it is."""

from __future__ import annotations

from django.urls import path

from twinloop.followup.daily.views import clearing, progressing, reporting, setting

urlpatterns = [
    path("daily/", clearing.clear, name="clear"),
    path("daily/handover/", clearing.handover, name="day_handover"),
    path("daily/table/", clearing.day_table, name="day_table"),
    path("daily/carried/", reporting.carried, name="day_carried"),
    path("daily/items/<int:pk>/", clearing.day_item, name="day_item"),
    path("daily/days/<int:pk>/confirm/", clearing.day_confirm, name="day_confirm"),
    path("daily/days/<int:pk>/report/", reporting.day_report, name="day_report"),
    path("daily/days/<int:pk>/paper/", reporting.day_paper, name="day_paper"),
    path("settings/daily/", setting.day_hours, name="day_hours"),
    path("progress/", progressing.progress, name="progress"),
    path("progress/table/", progressing.progress_table, name="progress_table"),
    path("progress/do/<slug:what>/", progressing.progress_do, name="progress_do"),
]
