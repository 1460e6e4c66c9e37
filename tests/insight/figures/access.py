"""Who gets past the door of the pages of figures."""

ROLES = {"dispatcher", "community_officer", "chief", "bureau"}
PAGES = {
    "indicators": ROLES,
    "indicator": ROLES | {"officer", "auxiliary", "mediator", "agency"},
    "durability": ROLES,
    "durability_rows": ROLES,
    "figures_frozen": {"chief", "bureau"},
}
SAMPLE = {"day": 30, "indicator": "resolution"}
