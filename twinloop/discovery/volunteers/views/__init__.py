"""Pages of the volunteers."""
