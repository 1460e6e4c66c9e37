from django.urls import URLPattern, URLResolver, path

from twinloop.discovery.volunteers.views import activities, photos, register

urlpatterns: list[URLPattern | URLResolver] = [
    path("volunteers/", register.volunteers, name="volunteers"),
    path("volunteers/teams/<int:pk>/sort/", register.volunteer_team_sort, name="volunteer_team_sort"),
    path("volunteers/campaigns/", register.campaigns, name="campaigns"),
    path("volunteers/campaigns/new/", register.campaign_form, name="campaign_new"),
    path("volunteers/campaigns/<int:pk>/", register.campaign_form, name="campaign"),
    path("volunteers/campaigns/<int:pk>/close/", register.campaign_close, name="campaign_close"),
    path("activities/", activities.activities, name="activities"),
    path("activities/new/", activities.activity_new, name="activity_new"),
    path("activities/figures/", register.activity_figures, name="activity_figures"),
    path("activities/export/", register.activities_export, name="activities_export"),
    path("activities/<int:pk>/", activities.activity, name="activity"),
    path("activities/<int:pk>/edit/", activities.activity_edit, name="activity_edit"),
    path("activities/<int:pk>/withdraw/", activities.activity_withdraw, name="activity_withdraw"),
    path("activities/<int:pk>/lead/", activities.activity_lead, name="activity_lead"),
    path("activities/<int:pk>/photos/", photos.activity_photos, name="activity_photos"),
    path("activities/<int:pk>/photos/<int:photo>/", photos.activity_photo, name="activity_photo"),
    path("activities/<int:pk>/photos/<int:photo>/remove/", photos.activity_photo_remove, name="activity_photo_remove"),
]
