from django.urls import path

from twinloop.desk import views

urlpatterns = [
    path("", views.today, name="today"),
    path("more/", views.more, name="more"),
    path("search/", views.search, name="search"),
    path("kit/", views.kit, name="kit"),
    path("preferences/", views.preferences, name="preferences"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
]
