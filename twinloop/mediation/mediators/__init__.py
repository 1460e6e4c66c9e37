"""Mediators of the five elders, teams, police rooms, and who must not mediate whom."""
