"""/assessment/: months, scores, contests; /nominations/; /settings/assessment/: the schemes."""

from __future__ import annotations

from django.urls import path

from twinloop.insight.assessments.views import honouring, scoring

urlpatterns = [
    path("assessment/", scoring.assessment, name="assessment"),
    path("assessment/table/", scoring.assessment_table, name="assessment_table"),
    path("assessment/mine/", scoring.assessment_mine, name="assessment_mine"),
    path("assessment/scores/<int:score>/", scoring.assessment_score, name="assessment_score"),
    path("assessment/scores/<int:score>/do/<slug:what>/", scoring.assessment_do, name="assessment_do"),
    path("nominations/", honouring.nominations, name="nominations"),
    path("nominations/list/", honouring.nominations_paper, name="nominations_paper"),
    path("nominations/<int:proposal>/paper/", honouring.nomination_paper, name="nomination_paper"),
    path("settings/assessment/", honouring.assessment_scheme, name="assessment_scheme"),
]
