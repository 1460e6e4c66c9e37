"""2+2 teams: nomination by rule, campaign board, petition backlog."""
