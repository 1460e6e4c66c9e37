"""Who gets past the door of the pages of dispatch."""

TAKERS = {"officer", "community_officer", "auxiliary"}
ROOM = {"dispatcher", "chief"}
PAGES = {
    "orders": TAKERS,
    "board": ROOM,
    "board_wait": ROOM,
    "board_together": ROOM,
    "board_together_send": ROOM,
    "handover": {"dispatcher"},
    "handover_give": {"dispatcher"},
    "intake_who": TAKERS | ROOM,
}
OBJECTS = {
    "order", "order_sign", "order_arrive", "order_feedback", "order_return", "board_send", "board_decide",
    "board_dismiss", "board_ask", "board_watch", "board_recall", "handover_take",
}  # fmt: skip
