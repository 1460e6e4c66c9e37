"""Indicators: counted by the database, opened down to their rows, frozen at a month's end."""
