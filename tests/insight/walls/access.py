"""Who gets past the door of the wall and of its screens."""

VIEWERS, MAKERS = {"dispatcher", "chief", "bureau"}, {"chief", "bureau"}
PAGES = {"wall": VIEWERS, "wall_panels": VIEWERS, "wall_shapes": VIEWERS, "walls": MAKERS, "wall_revoke": MAKERS}
PUBLIC = {"wall_open": "binds a device to its screen: whoever holds the link, once"}
