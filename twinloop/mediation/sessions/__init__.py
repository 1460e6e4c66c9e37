"""Choosing the mediation, sessions with rounds and outcomes, the calendar."""
