"""Who gets past the door of each page of agreements."""

READERS = {"dispatcher", "officer", "community_officer", "auxiliary", "mediator", "chief", "bureau"}
WRITERS = READERS - {"dispatcher", "bureau"}
PAGES = {
    "owed": READERS, "owed_export": READERS, "agreement": READERS,
    "agreement_new": WRITERS, "agreement_edit": WRITERS, "agreement_sign": WRITERS, "agreement_conclude": WRITERS,
    "agreement_void": WRITERS, "due_perform": WRITERS, "confirmation_ask": WRITERS, "confirmation_decline": WRITERS,
    "confirmation_rule": WRITERS,
    "due_break": {"dispatcher", "officer", "community_officer", "chief"},
}  # fmt: skip
SAMPLE = {"due": 1, "who": "mediator"}
OBJECTS = {"agreement", "agreement_edit"}
