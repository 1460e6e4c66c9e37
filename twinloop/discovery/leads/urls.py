from django.urls import URLPattern, URLResolver, path

from twinloop.discovery.leads.views import decisions, mine, posters, residents

urlpatterns: list[URLPattern | URLResolver] = [
    path("lead/", mine.lead, name="lead"),
    path("lead/mine/", mine.lead_mine, name="lead_mine"),
    path("leads/", decisions.leads, name="leads"),
    path("leads/posters/", posters.lead_posters, name="lead_posters"),
    path("leads/posters/<code>/", posters.lead_poster, name="lead_poster"),
    path("leads/<number>/", decisions.lead_one, name="lead_one"),
    path("leads/<number>/accept/", decisions.lead_accept, name="lead_accept"),
    path("leads/<number>/join/", decisions.lead_join, name="lead_join"),
    path("leads/<number>/decline/", decisions.lead_decline, name="lead_decline"),
    path("leads/<number>/unmask/<field>/", decisions.lead_unmask, name="lead_unmask"),
    path("leads/<number>/photos/<int:pk>/", decisions.lead_photo, name="lead_photo"),
    path("r/progress/", residents.resident_progress, name="resident_progress"),
    path("r/progress/add/", residents.resident_add, name="resident_add"),
    path("r/progress/withdraw/", residents.resident_withdraw, name="resident_withdraw"),
    path("r/privacy/", residents.resident_privacy, name="resident_privacy"),
    path("r/<code>/", residents.resident, name="resident"),
]
