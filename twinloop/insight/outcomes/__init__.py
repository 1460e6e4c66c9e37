"""What came of an import: how its reports were judged, what repeats, who is called, what was sent."""
