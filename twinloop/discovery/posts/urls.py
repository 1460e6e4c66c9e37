from django.urls import URLPattern, URLResolver, path

from twinloop.discovery.posts.views import bringing, shifts, weeks

urlpatterns: list[URLPattern | URLResolver] = [
    path("posts/", weeks.posts, name="posts"),
    path("posts/new/", weeks.post_new, name="post_new"),
    path("posts/repeat/", weeks.post_repeat, name="post_repeat"),
    path("posts/import/", bringing.post_import, name="post_import"),
    path("posts/import/look/", bringing.post_import_look, name="post_import_look"),
    path("posts/import/do/", bringing.post_import_do, name="post_import_do"),
    path("posts/villages/<code>/", weeks.post_village, name="post_village"),
    path("posts/<int:pk>/", shifts.post, name="post"),
    path("posts/<int:pk>/drop/", weeks.post_drop, name="post_drop"),
    path("posts/<int:pk>/in/", shifts.post_in, name="post_in"),
    path("posts/<int:pk>/out/", shifts.post_out, name="post_out"),
    path("posts/<int:pk>/help/", shifts.post_help, name="post_help"),
    path("posts/<int:pk>/check/", shifts.post_check, name="post_check"),
    path("posts/<int:pk>/lead/", shifts.post_lead, name="post_lead"),
    path("posts/<int:pk>/mend/", shifts.post_mend, name="post_mend"),
    path(
        "posts/<int:pk>/helps/<int:entry>/withdraw/",
        shifts.post_entry_withdraw, {"kind": "help"}, name="post_help_withdraw",
    ),
    path(
        "posts/<int:pk>/checks/<int:entry>/withdraw/",
        shifts.post_entry_withdraw, {"kind": "check"}, name="post_check_withdraw",
    ),
]  # fmt: skip
