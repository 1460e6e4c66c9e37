from django.apps import AppConfig


class FollowConfig(AppConfig):
    name = "twinloop.mediation.follow"
    label = "follow"
