"""django-helpdesk as it comes, on the same PostgreSQL and the same web server: settings and addresses in one module.

Runs in a virtual environment of its own (it wants other packages than we do); see `bench.door`. Passwords are hashed
with MD5 so that Basic authentication does not cost it a tenth of a second a call, as a session would not either.
"""

import os

from django.conf import settings

if not settings.configured:
    settings.configure(
        SECRET_KEY="bench",
        DEBUG=False,
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF=__name__,
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        INSTALLED_APPS=[
            "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "django.contrib.messages",
            "django.contrib.sites", "django.contrib.admin", "django.contrib.humanize", "django.contrib.staticfiles",
            "rest_framework", "helpdesk",
        ],
        MIDDLEWARE=[
            "django.middleware.security.SecurityMiddleware", "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.common.CommonMiddleware", "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
        ],
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True, "OPTIONS": {
            "context_processors": ["django.template.context_processors.request",
                                   "django.contrib.auth.context_processors.auth",
                                   "django.contrib.messages.context_processors.messages"]}}],
        DATABASES={"default": {"ENGINE": "django.db.backends.postgresql", "NAME": os.environ["PEER_NAME"],
                               "USER": os.environ["PEER_USER"], "PASSWORD": os.environ["PEER_PASSWORD"],
                               "HOST": os.environ["PEER_HOST"], "PORT": os.environ["PEER_PORT"],
                               "OPTIONS": {"pool": {"min_size": 1, "max_size": 6}}}},
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        EMAIL_BACKEND="django.core.mail.backends.dummy.EmailBackend",
        STATIC_URL="/static/",
        SITE_ID=1,
        USE_TZ=True,
        HELPDESK_ACTIVATE_API_ENDPOINT=True,
        HELPDESK_TEAMS_MODE_ENABLED=False,
    )  # fmt: skip

import django

django.setup()

from django.core.handlers.wsgi import WSGIHandler  # noqa: E402
from django.urls import include, path  # noqa: E402

urlpatterns = [path("", include("helpdesk.urls", namespace="helpdesk"))]


application = WSGIHandler()


def fill(rows: int) -> None:
    """Tables, one queue, one user, and `rows` tickets."""
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from helpdesk.models import Queue, Ticket  # type: ignore[import-not-found]  # not of our environment

    call_command("migrate", verbosity=0, interactive=False)
    User.objects.create_superuser("bench", "bench@example.invalid", "bench")
    queue = Queue.objects.create(title="邻里", slug="q", allow_public_submission=True)
    made = (
        Ticket(queue=queue, title=f"纠纷 {n}", description="两家为排水沟争吵", submitter_email="") for n in range(rows)
    )
    Ticket.objects.bulk_create(made, batch_size=5_000)
    print(queue.pk)


if __name__ == "__main__":
    import sys

    fill(int(sys.argv[1]))
