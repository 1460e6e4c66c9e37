"""Pages of triage: the part beside the intake form, and the list of what was suggested."""
