"""Who gets past the door of each page of patrols."""

POLICE = {"dispatcher", "officer", "community_officer", "auxiliary", "chief", "bureau"}
KEEPERS = {"community_officer", "chief", "bureau"}
LEADERS = {"dispatcher", "chief", "bureau"}
PAGES = {
    "patrols": POLICE, "key_place": POLICE, "patrol_visit": POLICE, "key_place_contact": POLICE,
    "call_heavy": KEEPERS, "key_place_new": KEEPERS, "key_place_close": KEEPERS, "patrol_plan": KEEPERS,
    "patrol_plan_end": KEEPERS,
    "hazards": POLICE, "hazard_new": POLICE, "hazard": POLICE, "hazard_notice": POLICE, "hazard_refer": POLICE,
    "hazard_rectify": POLICE, "hazard_recheck": KEEPERS, "hazard_paper": POLICE, "hazard_photo": POLICE,
    "hazard_contact": POLICE,
    "help_services": POLICE, "trainings": LEADERS, "stations": LEADERS, "station": LEADERS,
}  # fmt: skip
