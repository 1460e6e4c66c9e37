"""Pages of the daily clear and of the progress table."""
