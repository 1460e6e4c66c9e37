"""Everything that changes an order. Each verb takes `by` and `at` and writes its event in the same transaction."""

from twinloop.dispatch.orders.actions.answering import arrive, give_back, sign
from twinloop.dispatch.orders.actions.asking import send_to_unit
from twinloop.dispatch.orders.actions.deciding import decide
from twinloop.dispatch.orders.actions.handing import hand_over, take_over
from twinloop.dispatch.orders.actions.reporting import feedback
from twinloop.dispatch.orders.actions.sending import dismiss, recall, send
from twinloop.dispatch.orders.actions.watching import find_silent, watch

__all__ = [
    "arrive",
    "decide",
    "dismiss",
    "feedback",
    "find_silent",
    "give_back",
    "hand_over",
    "recall",
    "send",
    "send_to_unit",
    "sign",
    "take_over",
    "watch",
]
