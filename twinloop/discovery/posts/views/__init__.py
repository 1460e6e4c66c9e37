"""Pages of the village posts."""
