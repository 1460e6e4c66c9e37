"""Pages of whistles: the board, an agency's own items, the arbiter's page, settings."""
