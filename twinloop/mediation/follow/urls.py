"""/follow/: the board of 2+2, a nomination to decide, one campaign, one's own, the teams; the part of a dispute."""

from django.urls import path

from twinloop.mediation.follow.views import board, campaigning, deciding

OF, ONE = "follow/of/<str:number>/", "follow/campaigns/<int:campaign>/"

urlpatterns = [
    path("follow/", board.follow, name="follow"),
    path("follow/rows/<str:side>/", board.follow_rows, name="follow_rows"),
    path("follow/mine/", campaigning.follow_mine, name="follow_mine"),
    path("follow/teams/", board.follow_teams, name="follow_teams"),
    path("follow/teams/<int:team>/", board.follow_team, name="follow_team"),
    path("follow/nominations/<int:nomination>/", deciding.follow_nomination, name="follow_nomination"),
    path(ONE, campaigning.follow_campaign, name="follow_campaign"),
    path(f"{ONE}end/", campaigning.follow_end, name="follow_end"),
    path(f"{OF}part/", deciding.follow_part, name="follow_part"),
    path(f"{OF}nominate/", deciding.follow_nominate, name="follow_nominate"),
]
