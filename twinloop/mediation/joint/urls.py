"""/whistles/: the board of the police, an agency's own items, objections, who is competent, who sits when."""

from django.urls import path

from twinloop.mediation.joint.views import blowing, board, items, objections, settings

ONE, ITEM = "whistles/<int:pk>/", "whistles/items/<int:pk>/"

urlpatterns = [
    path("whistles/", board.whistles, name="whistles"),
    path("whistles/board/", board.whistle_board, name="whistle_board"),
    path("whistles/of/<str:number>/", board.whistle_part, name="whistle_part"),
    path("whistles/new/<str:number>/", blowing.whistle_new, name="whistle_new"),
    path(ONE, blowing.whistle, name="whistle"),
    path(f"{ONE}heat/", blowing.whistle_heat, name="whistle_heat"),
    path("whistles/heats/<int:pk>/take/", blowing.whistle_take, name="whistle_take"),
    path(ITEM, items.whistle_item, name="whistle_item"),
    path(f"{ITEM}recall/", blowing.whistle_recall, name="whistle_recall"),
    path(f"{ITEM}lead/", blowing.whistle_lead, name="whistle_lead"),
    path(f"{ITEM}sign/", items.whistle_sign, name="whistle_sign"),
    path(f"{ITEM}arrive/", items.whistle_arrive, name="whistle_arrive"),
    path(f"{ITEM}feedback/", items.whistle_feedback, name="whistle_feedback"),
    path(f"{ITEM}object/", items.whistle_object, name="whistle_object"),
    path(f"{ITEM}heat/", items.whistle_item_heat, name="whistle_item_heat"),
    path("whistles/objections/<int:pk>/", objections.whistle_objection, name="whistle_objection"),
    path("whistles/objections/<int:pk>/decide/", objections.whistle_decide, name="whistle_decide"),
    path("whistles/competences/", settings.competences, name="competences"),
    path("whistles/competences/<int:pk>/end/", settings.competence_drop, name="competence_drop"),
    path("whistles/seats/", settings.whistle_seats, name="whistle_seats"),
    path("whistles/seats/fill/", settings.whistle_seats_fill, name="whistle_seats_fill"),
    path("whistles/seats/day/", settings.whistle_seats_day, name="whistle_seats_day"),
]
