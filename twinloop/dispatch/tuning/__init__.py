"""Settings of scorecard, weights, thresholds and types, tried on the last month before they hold."""
