"""I: seek, follow and joint mediation, agreements, the way of domestic violence."""
