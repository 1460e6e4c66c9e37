from django.urls import path

from twinloop.places import views

urlpatterns = [
    path("places/", views.places, name="places"),
    path("places/import/", views.places_import, name="places_import"),
    path("places/import/<str:token>/", views.places_import_list, name="places_import_list"),
    path("places/<code>/", views.place, name="place"),
    path("places/<code>/<slug:act>/", views.place_act, name="place_act"),
]
