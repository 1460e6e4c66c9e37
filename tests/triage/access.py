"""Who gets past the door of triage's pages."""

TAKERS = {"dispatcher", "officer", "community_officer", "auxiliary", "chief", "bureau"}
PAGES = {"suggest": TAKERS}
