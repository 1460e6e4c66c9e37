"""Who gets past the door of each page of the day and of the progress table."""

POLICE = {"dispatcher", "officer", "community_officer", "auxiliary", "chief", "bureau"}
# a day need not exist: the table of none, its report and the confirmation of none are 404
PAGES = {
    "clear": POLICE, "day_handover": POLICE, "day_table": POLICE, "day_item": POLICE,
    "day_confirm": {"chief", "bureau"}, "day_carried": POLICE, "day_report": POLICE, "day_paper": POLICE,
    "day_hours": {"system_admin", "bureau"}, "progress": POLICE, "progress_table": POLICE,
    "progress_do": {"chief", "bureau"},
}  # fmt: skip
