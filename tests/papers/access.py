"""Who gets past the door of each page of papers."""

READERS = {"dispatcher", "officer", "community_officer", "auxiliary", "mediator", "chief", "bureau"}
KEEPERS = {"system_admin"}
PAGES = {
    "papers": READERS, "incident_papers": READERS, "incident_paper": READERS,
    "paper_take": READERS, "dossier_take": READERS,
    "paper_templates": KEEPERS, "paper_template": KEEPERS, "paper_template_file": KEEPERS,
    "paper_template_restore": KEEPERS,
}  # fmt: skip
SAMPLE = {"paper": "call_record", "subject": 1}
