"""Who gets past the door of each page of reports; of which report, `test_pages.py` asks."""

READERS = {"dispatcher", "community_officer", "chief", "bureau"}
PAGES = {
    "reports": READERS, "report_page": READERS, "report_again": READERS, "report_table": READERS,
    "report_rows": READERS, "report_paper": READERS,
}  # fmt: skip
OBJECTS = {"report_page", "report_again", "report_table", "report_rows", "report_paper"}
SAMPLE = {"table": "totals", "item": "calls", "format": "pdf"}
