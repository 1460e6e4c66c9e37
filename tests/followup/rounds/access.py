"""Who gets past the door of the pages of second handling."""

READERS = {"dispatcher", "officer", "community_officer", "chief", "bureau"}
WATCHERS = {"dispatcher", "community_officer", "chief", "bureau"}
PAGES = {
    "second": READERS, "round": READERS, "round_do": READERS, "escalations": WATCHERS, "escalation": WATCHERS,
}  # fmt: skip
SAMPLE = {"escalation": 1, "what": "review"}
OBJECTS = {"round", "round_do", "escalation"}
