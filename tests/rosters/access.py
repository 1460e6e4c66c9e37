"""Who gets past the doors of the rotas."""

MAKERS = {"chief", "bureau"}
SEATERS = {"dispatcher", "bureau"}
READERS = MAKERS | {"dispatcher"}
PAGES = {
    "rotas": READERS | {"auxiliary"}, "rota_new": MAKERS, "rota_people": MAKERS,
    "rota_seats": SEATERS, "rota_seats_plan": SEATERS,
    "my_rota": {"auxiliary"}, "my_feed": {"auxiliary"}, "wish_new": {"auxiliary"}, "swap_new": {"auxiliary"},
}  # fmt: skip
SAMPLE = {"secret": "unknown"}
PUBLIC = {"rota_ics": "a calendar for whoever knows its secret; phones sign in nowhere"}
OBJECTS = {
    "rota", "rota_plan", "rota_progress", "rota_edit", "rota_discuss", "rota_publish", "rota_repair", "rota_drop",
    "rota_versions", "rota_export", "rota_version", "rota_version_confirm", "rota_version_refuse", "rota_seen",
    "rota_terms", "rota_bar", "rota_unbar", "rota_village", "rota_village_feed", "swap_answer", "swap_withdraw",
    "rota_seat_terms", "swap_confirm", "swap_refuse", "wish_withdraw",
}  # fmt: skip
