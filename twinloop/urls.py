"""Every address of the product. `tests/test_matrix.py` asks that each has an entry saying who gets what."""

from django.conf import settings
from django.urls import include, path

from twinloop.exchange.api import api

ROOMS = (
    "triage", "discovery.leads", "discovery.volunteers", "discovery.posts", "discovery.patrols",
    "intake.petitions", "intake.doors", "intake.batches", "dispatch.orders", "dispatch.pushes", "dispatch.tuning",
    "mediation.mediators", "mediation.agreements", "mediation.safeguards", "mediation.sessions",
    "mediation.joint", "mediation.follow", "mediation.consults",
    "rosters", "followup.visits", "followup.rounds", "followup.daily",
    "insight.figures", "insight.walls", "insight.assessments", "insight.reports", "insight.maps", "insight.dashboards",
    "insight.outcomes",
    "notices", "papers",
)  # fmt: skip
urlpatterns = [
    path("accounts/", include("twinloop.people.account_urls")),
    path("me/", include("twinloop.people.me_urls")),
    path("settings/", include("twinloop.people.urls")),
    path("settings/", include("twinloop.places.urls")),
    path("api/v1/", api.urls),
    *(path("", include(f"twinloop.{room}.urls")) for room in ROOMS),
    path("", include("twinloop.cases.list_urls")),  # first: /disputes/export/ is no number
    path("", include("twinloop.cases.urls")),
    path("", include("twinloop.desk.urls")),
]
if settings.DEMO:
    urlpatterns.insert(0, path("demo/", include("twinloop.desk.demo_urls")))

handler400 = "twinloop.desk.views.bad_request"
handler403 = "twinloop.desk.views.forbidden"
handler404 = "twinloop.desk.views.not_found"
handler429 = "twinloop.desk.views.too_many"  # allauth's limits answer with it
handler500 = "twinloop.desk.views.server_error"
