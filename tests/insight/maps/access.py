"""Who gets past the door of the map and of its settings."""

POLICE = {"dispatcher", "officer", "community_officer", "auxiliary", "chief", "bureau"}
PAGES = {"map": POLICE, "map_place": POLICE, "map_shapes": POLICE}
FURTHER = {"map_place"}
