from django.apps import AppConfig


class JointConfig(AppConfig):
    name = "twinloop.mediation.joint"
    label = "joint"
