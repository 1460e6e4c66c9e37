from __future__ import annotations

from django.urls import path

from twinloop.insight.reports import views

urlpatterns = [
    path("reports/", views.reports, name="reports"),
    path("reports/<int:pk>/", views.report, name="report_page"),
    path("reports/<int:pk>/again/", views.again, name="report_again"),
    path("reports/<int:pk>/paper.<slug:format>", views.paper, name="report_paper"),
    path("reports/<int:pk>/table.xlsx", views.table, name="report_table"),
    path("reports/<int:pk>/<slug:table>/<str:item>/", views.rows, name="report_rows"),
]
