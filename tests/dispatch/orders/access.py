"""Who gets past the door of the pages of dispatch."""

TAKERS = {"officer", "community_officer", "auxiliary"}
PAGES = {"orders": TAKERS}
OBJECTS = {"order", "order_sign", "order_arrive", "order_feedback", "order_return"}
