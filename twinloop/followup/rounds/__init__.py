"""Second handling, penalty branch, closing, progress table, escalation watch."""
