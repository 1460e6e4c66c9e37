from django.urls import path

from twinloop.intake.batches import views

urlpatterns = [
    path("imports/", views.imports, name="imports"),
    path("imports/<int:batch>/", views.import_batch, name="import_batch"),
    path("imports/<int:batch>/confirm/", views.import_confirm, name="import_confirm"),
    path("imports/<int:batch>/judge/", views.import_judge, name="import_judge"),
    path("imports/<int:batch>/undo/", views.import_undo, name="import_undo"),
    path("imports/<int:batch>/rejects/", views.import_rejects, name="import_rejects"),
]
