"""Who gets past the door of the pages of leads."""

READERS = {"dispatcher", "chief", "community_officer", "bureau"}
DECIDERS = READERS - {"bureau"}
REPORTERS = DECIDERS | {"officer", "auxiliary", "mediator", "volunteer", "grid_worker"}
PAGES = {
    "lead": REPORTERS, "lead_mine": REPORTERS, "leads": READERS, "lead_posters": READERS, "lead_poster": READERS,
    "lead_one": READERS, "lead_accept": DECIDERS, "lead_join": DECIDERS, "lead_decline": DECIDERS,
    "lead_unmask": READERS,
}  # fmt: skip
OBJECTS = {"lead_photo"}
PUBLIC = {
    "resident": "a resident's report, no sign-in",
    "resident_progress": "how far a report is, by its code",
    "resident_add": "one more sentence, by the code",
    "resident_withdraw": "taking it back, by the code",
    "resident_privacy": "what is kept of a report",
}
