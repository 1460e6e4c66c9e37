"""To come (issue 5)."""
