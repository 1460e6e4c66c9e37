"""Under /settings/: people, units, teams."""

from django.urls import path

from twinloop.people.views import bringing, listing, pauses, person, teams, units

urlpatterns = [
    path("people/", listing.people, name="people"),
    path("people/export.xlsx", listing.people_export, name="people_export"),
    path("people/new/", listing.person_new, name="person_new"),
    path("people/import/", bringing.people_import, name="people_import"),
    path("people/import/look/", bringing.people_import_look, name="people_import_look"),
    path("people/import/columns/", bringing.people_import_columns, name="people_import_columns"),
    path("people/import/do/", bringing.people_import_do, name="people_import_do"),
    path("people/import/rejects.csv", bringing.people_import_rejects, name="people_import_rejects"),
    path("people/pauses/", pauses.pauses, name="people_pauses"),
    path("people/pauses/lift/", pauses.pauses_lift, name="people_pauses_lift"),
    path("people/<int:pk>/", person.person, name="person"),
    path("people/<int:pk>/edit/", person.person_edit, name="person_edit"),
    path("people/<int:pk>/active/", person.person_active, name="person_active"),
    *(
        path(f"people/<int:pk>/{what}/", person.person_help, {"what": what}, name=f"person_{what}")
        for what in ("sessions", "lock", "factor", "password")
    ),
    *(
        path(f"people/<int:pk>/show-{slug}/", person.person_unmask, {"field": field}, name=f"person_show_{field}")
        for slug, field in (("id", "id_number"), ("phone", "phone"))
    ),
    path("people/<int:pk>/roles/", person.role_grant, name="role_grant"),
    path("people/<int:pk>/roles/<int:grant>/revoke/", person.role_revoke, name="role_revoke"),
    path("people/<int:pk>/skills/", person.skill_set, name="skill_set"),
    path("people/<int:pk>/leave/", person.leave_add, name="leave_add"),
    path("people/<int:pk>/leave/<int:leave>/end/", person.leave_end, name="leave_end"),
    path("people/<int:pk>/duty/", person.duty_add, name="duty_add"),
    path("people/<int:pk>/duty/<int:duty>/drop/", person.duty_drop, name="duty_drop"),
    path("units/", units.units, name="units"),
    path("units/new/", units.unit_new, name="unit_new"),
    path("units/<int:pk>/", units.unit, name="unit"),
    path("units/<int:pk>/close/", units.unit_close, name="unit_close"),
    path("teams/", teams.teams, name="teams"),
    path("teams/new/", teams.team_new, name="team_new"),
    path("teams/<int:pk>/", teams.team, name="team"),
    path("teams/<int:pk>/edit/", teams.team_edit, name="team_edit"),
    path("teams/<int:pk>/close/", teams.team_close, name="team_close"),
    path("teams/<int:pk>/members/", teams.member_add, name="member_add"),
    *(
        path(f"teams/<int:pk>/members/<int:member>/{what}/", teams.member_change, {"what": what}, name=f"member_{what}")
        for what in ("lead", "follow", "leave")
    ),
]
