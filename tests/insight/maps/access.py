"""Who gets past the door of the map and of its settings."""

POLICE = {"dispatcher", "officer", "community_officer", "auxiliary", "chief", "bureau"}
SETTERS = {"system_admin", "bureau"}
PAGES = {
    "map": POLICE, "map_place": POLICE, "map_shapes": POLICE,
    "map_settings": SETTERS, "map_look": SETTERS, "map_look_shapes": SETTERS, "map_undo": SETTERS,
    "map_ground": SETTERS,
}  # fmt: skip
FURTHER = {"map_place"}
