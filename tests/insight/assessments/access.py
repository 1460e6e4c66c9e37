"""Who gets past the door of the pages of assessment."""

LEADERS = {"chief", "bureau"}
READERS = LEADERS | {
    "dispatcher", "officer", "community_officer", "auxiliary", "mediator", "volunteer", "grid_worker", "agency",
}  # fmt: skip
PAGES = {
    "assessment": LEADERS, "assessment_table": LEADERS, "assessment_mine": READERS, "assessment_score": READERS,
    "assessment_do": READERS, "nominations": LEADERS, "nominations_paper": LEADERS, "nomination_paper": LEADERS,
    "assessment_scheme": {"bureau"},
}  # fmt: skip
SAMPLE = {"score": 1, "proposal": 1}
OBJECTS = {"assessment_score", "assessment_do", "nomination_paper", "nominations_paper"}
