"""Settings of scorecard, weights, thresholds, mediation and types, tried on the last month before they hold."""
