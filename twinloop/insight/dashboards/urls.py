from __future__ import annotations

from django.urls import path

from twinloop.insight.dashboards import views

urlpatterns = [
    path("dashboard/", views.dashboard, name="dashboard"),
    path("dashboard/plans/", views.plans, name="dashboard_plans"),
    path("dashboard/sums/<slug:tally>/", views.sum_rows, name="dashboard_rows"),
    path("dashboard/heat/", views.heat_table, name="dashboard_heat"),
    path("dashboard/heat/<int:weekday>/<int:slot>/", views.heat_rows, name="dashboard_heat_rows"),
    path("dashboard/trend/<slug:indicator>/", views.trend, name="dashboard_trend"),
]
