"""Who gets past the doors of the volunteers' pages."""

KEEPERS = {"dispatcher", "community_officer", "chief", "bureau"}
READERS = KEEPERS | {"volunteer", "grid_worker", "auxiliary"}
SETTERS = {"dispatcher", "chief", "bureau"}
PAGES = {
    "volunteers": KEEPERS,
    "volunteer_team_sort": SETTERS,
    "campaigns": READERS,
    "campaign_new": SETTERS,
    "campaign": SETTERS,
    "campaign_close": SETTERS,
    "activities": READERS,
    "activity_new": {"volunteer", "grid_worker", "community_officer", "auxiliary", "chief"},
    "activity_figures": READERS,
    "activities_export": READERS,
}
SAMPLE = {"photo": 1}
OBJECTS = {
    "activity_lead",
    "activity", "activity_edit", "activity_withdraw", "activity_photos", "activity_photo", "activity_photo_remove",
}  # fmt: skip
