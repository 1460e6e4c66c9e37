"""Who gets past the door of each page of the day."""

POLICE = {"dispatcher", "officer", "community_officer", "auxiliary", "chief", "bureau"}
# a day need not exist: the table of none and the confirmation of none are 404
PAGES = {
    "clear": POLICE, "day_handover": POLICE, "day_table": POLICE, "day_item": POLICE,
    "day_confirm": {"chief", "bureau"},
}  # fmt: skip
