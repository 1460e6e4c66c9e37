"""Who gets past the door of petitions."""

READERS = {"dispatcher", "officer", "community_officer", "auxiliary", "chief", "bureau"}
WRITERS = READERS - {"auxiliary"}
PAGES = {
    "petitions": READERS, "petitions_export": READERS, "petition": READERS, "petition_new": WRITERS,
    "petition_register": WRITERS, "petition_do": WRITERS,
}  # fmt: skip
SAMPLE = {"deed": "accept"}
