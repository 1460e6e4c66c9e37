"""Who gets past the door of each page of whistles."""

POLICE = {"dispatcher", "officer", "community_officer", "auxiliary", "chief", "bureau"}
BLOWERS = POLICE - {"auxiliary"}
SETTERS = {"system_admin", "bureau"}
AGENCY = {"agency"}
PAGES = {
    "whistles": POLICE | AGENCY, "whistle_board": POLICE, "whistle_part": POLICE, "whistle": POLICE,
    "whistle_objection": POLICE, "whistle_heat": POLICE, "whistle_new": BLOWERS, "whistle_recall": BLOWERS,
    "whistle_lead": BLOWERS,
    "whistle_take": {"dispatcher", "community_officer", "chief", "bureau"}, "whistle_decide": {"chief", "bureau"},
    "whistle_item": AGENCY, "whistle_sign": AGENCY, "whistle_arrive": AGENCY, "whistle_feedback": AGENCY,
    "whistle_object": AGENCY, "whistle_item_heat": AGENCY,
    "competences": SETTERS, "competence_drop": SETTERS,
    "whistle_seats": POLICE | AGENCY, "whistle_seats_fill": {"dispatcher", "bureau"},
    "whistle_seats_day": {"dispatcher", "bureau"},
}  # fmt: skip
