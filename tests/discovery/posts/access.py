"""Who gets past the doors of the village posts."""

PLANNERS = {"community_officer", "chief", "bureau"}
PAGES = {
    "posts": PLANNERS | {"dispatcher", "auxiliary"},
    "post_new": PLANNERS,
    "post_repeat": PLANNERS,
    "post_import": PLANNERS,
    "post_import_look": PLANNERS,
    "post_import_do": PLANNERS,
}
SAMPLE = {"entry": 1}
OBJECTS = {
    "post", "post_village", "post_drop", "post_in", "post_out", "post_help", "post_check", "post_lead", "post_mend",
    "post_help_withdraw", "post_check_withdraw",
}  # fmt: skip
