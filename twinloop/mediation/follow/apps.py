from django.apps import AppConfig


class FollowConfig(AppConfig):
    name = "twinloop.mediation.follow"
    label = "follow"

    def ready(self) -> None:
        from twinloop.dispatch.tuning.trying import register
        from twinloop.mediation.follow.trying import tried

        register(tried)
