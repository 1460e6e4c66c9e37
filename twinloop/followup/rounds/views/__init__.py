"""Pages of second handling."""
