"""The map: counts by community, what stands out of chance, boundaries of the user, an optional ground of tiles."""
