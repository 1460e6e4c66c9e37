"""Who gets past the door of a safeguard."""

READERS = {"dispatcher", "officer", "community_officer", "auxiliary", "chief", "bureau"}
DECIDERS = {"officer", "community_officer", "chief"}
PAGES = {
    "safeguard": READERS, "safeguard_begin": DECIDERS, "safeguard_letter": DECIDERS,
    "safeguard_step": DECIDERS | {"auxiliary"},
}  # fmt: skip
SAMPLE = {"step": "advice"}
