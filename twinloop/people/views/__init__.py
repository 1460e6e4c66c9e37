"""Pages of people, units, teams, and one's own."""
