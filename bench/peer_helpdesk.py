"""django-helpdesk as it comes, on the same PostgreSQL and the same web server: settings and addresses in one module.

Runs in a virtual environment of its own (it wants other packages than we do); see `bench.peer`. Passwords are hashed
with MD5 so that Basic authentication does not cost it a tenth of a second a call, as a session would not either.
"""

import os
from collections.abc import Callable

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
    """Tables, one queue, one user, and `rows` tickets; prints the queue's number."""
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from helpdesk.models import Queue, Ticket  # type: ignore[import-not-found]  # not of our environment

    call_command("migrate", verbosity=0, interactive=False)
    user = User.objects.create_superuser("bench", "bench@example.invalid", "bench")
    queue = Queue.objects.create(title="邻里", slug="q", allow_public_submission=True)
    made = (
        Ticket(
            queue=queue, title=f"纠纷 {n}", description="两家为排水沟争吵", submitter_email="", assigned_to=user,
            status=(1, 1, 1, 3, 4)[n % 5],
        )
        for n in range(rows)
    )  # fmt: skip
    Ticket.objects.bulk_create(made, batch_size=5_000)
    print(queue.pk)


def grow(rows: int) -> None:
    """As many tickets by SQL, copies of the first."""
    from django.db import connection
    from helpdesk.models import Ticket

    names = ", ".join(f'"{field.column}"' for field in Ticket._meta.concrete_fields if not field.primary_key)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""INSERT INTO helpdesk_ticket ({names}) SELECT {names} FROM (SELECT * FROM helpdesk_ticket LIMIT 1) AS t,
            generate_series(1, %s - (SELECT count(*) FROM helpdesk_ticket))""",  # our own names
            [rows],
        )
        cursor.execute("ANALYZE")


def lists() -> None:
    """Milliseconds of its pages, thrice each, through its whole stack in one process."""
    import json
    import time

    from django.contrib.auth.models import User
    from django.test import Client
    from helpdesk.query import query_to_base64  # type: ignore[import-not-found]
    from rest_framework.test import APIClient  # type: ignore[import-not-found]

    settings.ALLOWED_HOSTS = ["*"]
    user = User.objects.get(username="bench")
    client = Client()
    client.force_login(user)  # type: ignore[arg-type]  # its own settings, not ours
    api = APIClient()
    api.force_authenticate(user)
    query = query_to_base64({"filtering": {}, "filtering_or": {}, "sorting": "created", "sortreverse": True,
                             "search_string": ""})  # fmt: skip
    asked = {
        "list": (client, f"/datatables_ticket_list/{query}?draw=1&start=0&length=25&order[0][column]=0"),
        "dashboard": (client, "/dashboard/"),
        "report by user": (client, "/reports/usermonth/"),
        "API list": (api, "/api/tickets/"),
    }
    spent: dict[str, list[float]] = {}
    for name, (who, address) in asked.items():
        for _ in range(3):
            began = time.perf_counter()
            answer = who.get(address)
            spent.setdefault(name, []).append((time.perf_counter() - began) * 1000)
            assert answer.status_code == 200, (address, answer.status_code)
    print(json.dumps(spent))


if __name__ == "__main__":
    import sys

    step, *given = sys.argv[1:]
    steps: dict[str, Callable[..., None]] = {"fill": fill, "grow": grow, "lists": lists}
    steps[step](*map(int, given))
