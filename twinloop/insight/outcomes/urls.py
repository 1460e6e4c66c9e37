from django.urls import path

from twinloop.insight.outcomes import views

urlpatterns = [path("imports/<int:batch>/outcome/", views.import_outcome, name="import_outcome")]
