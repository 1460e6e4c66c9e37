from __future__ import annotations

from django.urls import path

from twinloop.papers import views

urlpatterns = [
    path("disputes/<str:number>/papers/", views.papers, name="papers"),
    path("disputes/<str:number>/papers/<slug:paper>/<int:subject>/", views.paper_take, name="paper_take"),
    path("incidents/<str:number>/papers/", views.incident_papers, name="incident_papers"),
    path("incidents/<str:number>/papers/<slug:paper>/<int:subject>/", views.incident_paper, name="incident_paper"),
    path("disputes/<str:number>/dossier/", views.dossier_take, name="dossier_take"),
    path("settings/templates/", views.paper_templates, name="paper_templates"),
    path("settings/templates/<slug:paper>/", views.paper_template, name="paper_template"),
    path("settings/templates/<slug:paper>/file/", views.paper_template_file, name="paper_template_file"),
    path("settings/templates/<slug:paper>/restore/", views.paper_template_restore, name="paper_template_restore"),
]
