"""Who gets past the door of triage's pages."""

TAKERS = {"dispatcher", "officer", "community_officer", "auxiliary", "chief", "bureau"}
DECIDERS = {"dispatcher", "community_officer", "chief"}
PAGES = {
    "suggest": TAKERS,
    "repeats": DECIDERS,
    "repeat_join": DECIDERS,
    "repeat_refuse": DECIDERS,
    "repeat_undo": DECIDERS,
}
