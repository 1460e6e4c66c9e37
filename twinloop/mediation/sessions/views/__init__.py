"""Pages of mediations and sessions: board, week, one's own, one session step by step."""
