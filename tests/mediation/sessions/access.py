"""Who gets past the door of each page of sessions."""

READERS = {"dispatcher", "officer", "community_officer", "auxiliary", "mediator", "chief", "bureau"}
WRITERS = READERS - {"dispatcher", "bureau"}
PAGES = {
    "mediation": READERS, "mediation_week": READERS, "mediation_mine": WRITERS, "mediation_past": READERS,
    "mediation_one": READERS, "session_plan": WRITERS, "mediation_refuse": WRITERS, "mediation_extend": WRITERS,
    "session": READERS, "session_came": WRITERS, "session_close": WRITERS, "session_invite": WRITERS,
    "session_tell": WRITERS, "session_talk": WRITERS, "session_talks": WRITERS,
}  # fmt: skip
SAMPLE = {"outcome": "agreed", "guest": 1}
OBJECTS = {"mediation_one", "session", "session_talks"}
