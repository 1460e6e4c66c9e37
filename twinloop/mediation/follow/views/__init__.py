"""Pages of 2+2: the board, deciding, working on a campaign."""
