"""Who gets past the door of the pages of 2+2."""

READERS = {"dispatcher", "officer", "community_officer", "auxiliary", "chief", "bureau"}
PAGES = {
    "follow": READERS, "follow_rows": READERS, "follow_teams": READERS, "follow_part": READERS,
    "follow_mine": READERS - {"dispatcher", "bureau"},
    "follow_nominate": READERS,
}  # fmt: skip
SAMPLE = {"nomination": 1, "campaign": 1, "side": "before"}
OBJECTS = {"follow_nomination", "follow_campaign", "follow_end", "follow_team"}
