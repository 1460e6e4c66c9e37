from django.urls import path

from twinloop.desk import audit, keeping, live, views

urlpatterns = [
    path("", views.today, name="today"),
    path("tour/seen/", views.tour_seen, name="tour_seen"),
    path("audit/", audit.audit, name="audit"),
    path("more/", views.more, name="more"),
    path("search/", views.search, name="search"),
    path("kit/", views.kit, name="kit"),
    path("preferences/", views.preferences, name="preferences"),
    path("keep/token/", keeping.keep_token, name="keep_token"),
    path("live/", live.live, name="live"),
    path("sw.js", keeping.keep_worker, name="keep_worker"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
]
