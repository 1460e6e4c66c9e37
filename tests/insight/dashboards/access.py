"""Who gets past the door of the dashboards; what they count there, `test_pages.py` asks."""

READERS = {"bureau", "chief", "dispatcher", "community_officer", "officer", "auxiliary", "mediator", "agency"}
CALLS = READERS - {"mediator", "agency"}
PAGES = {
    "dashboard": READERS, "dashboard_plans": READERS, "dashboard_rows": READERS, "dashboard_trend": READERS,
    "dashboard_heat": CALLS, "dashboard_heat_rows": CALLS,
}  # fmt: skip
FURTHER = {"dashboard_plans"}  # setting one is for leaders
SAMPLE = {"tally": "open", "weekday": 1, "slot": 8}
