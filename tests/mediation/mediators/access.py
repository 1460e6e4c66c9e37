"""Who gets past the door of each page of the register."""

READERS = {"dispatcher", "officer", "community_officer", "auxiliary", "mediator", "chief", "bureau"}
KEEPERS = {"chief", "bureau"}
PAGES = {
    "mediators": READERS, "mediator": READERS, "mediator_away": READERS, "mediator_back": READERS,
    "mediator_bar": READERS, "mediator_unbar": READERS, "mediation_rooms": READERS,
    "mediator_new": KEEPERS, "mediator_edit": KEEPERS, "mediator_retire": KEEPERS, "mediation_room": KEEPERS,
    "mediation_room_new": KEEPERS,
}  # fmt: skip
SAMPLE = {"absence": 1, "bar": 1}
