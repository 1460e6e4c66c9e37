from django.apps import AppConfig


class AssessmentsConfig(AppConfig):
    name = "twinloop.insight.assessments"
    label = "assessments"
