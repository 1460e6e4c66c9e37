from django.apps import AppConfig


class PostsConfig(AppConfig):
    name = "twinloop.discovery.posts"
    label = "posts"
