"""Pages of the map and of what the user brings to it."""
