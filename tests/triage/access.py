"""Who gets past the door of triage's pages."""

TAKERS = {"dispatcher", "officer", "community_officer", "auxiliary", "chief", "bureau"}
DECIDERS = {"dispatcher", "community_officer", "chief"}
LEADERS = {"dispatcher", "chief", "bureau"}
PAGES = {
    "suggest": TAKERS,
    "judgements": LEADERS,
    "judgements_export": LEADERS,
    "repeats": DECIDERS,
    "repeat_join": DECIDERS,
    "repeat_refuse": DECIDERS,
    "repeat_undo": DECIDERS,
}
