"""Who gets past the door of the settings' pages."""

EDITORS = {"system_admin", "bureau"}
PAGES = {
    "settings_scorecard": EDITORS,
    "settings_weights": EDITORS,
    "settings_thresholds": EDITORS,
    "settings_mediation": EDITORS,
    "settings_types": EDITORS,
}
