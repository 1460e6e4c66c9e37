"""Who gets past which door."""

DESK = {"dispatcher", "chief"}
STATION = {"officer", "community_officer", "auxiliary"}

PAGES = {
    "intake": DESK,
    "intake_walk_in": DESK | STATION,
    "intake_transfer": DESK,
    "intake_petition": DESK | {"community_officer"},
    "intake_places": DESK | STATION,
    "intake_past": DESK | STATION,
}
OBJECTS = {
    "intake_done", "incident_elsewhere", "incident_tell", "incident_hand_over", "incident_handover_end",
    "incident_open", "incident_accept",
}  # fmt: skip
