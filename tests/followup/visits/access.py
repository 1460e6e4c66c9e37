"""Who gets past the door of the pages of visits."""

READERS = {"dispatcher", "officer", "community_officer", "auxiliary", "chief", "bureau"}
MAKERS = {"officer", "community_officer", "auxiliary", "chief"}
GIVERS = {"dispatcher", "community_officer", "chief"}
PAGES = {
    "visits": READERS, "visits_mine": MAKERS, "visit_report": READERS, "visit_blank": MAKERS,
    "visit_give": GIVERS, "visit_part": READERS,
    "visit_ask": READERS, "visit_invite": MAKERS,
}  # fmt: skip
PUBLIC = {"answer": "a party's own answer: the token of the link is the right"}
SAMPLE = {"callback": 1, "answer_token": "x"}
OBJECTS = {"visit_report", "visit_give"}
