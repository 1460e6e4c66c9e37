"""What may be done with rotas: one transaction and one event each."""

from twinloop.rosters.actions.moving import meant
from twinloop.rosters.actions.planning import ask as ask_plan
from twinloop.rosters.actions.planning import begin, edit, give_up, is_quick, is_running, month_of, plan
from twinloop.rosters.actions.publishing import change, discuss, drop, publish, seen
from twinloop.rosters.actions.repairing import confirm as confirm_repair
from twinloop.rosters.actions.repairing import propose, since_of
from twinloop.rosters.actions.repairing import refuse as refuse_repair
from twinloop.rosters.actions.seating import plan_seats, set_seat_terms
from twinloop.rosters.actions.setting import bar, hashed, note_export, renew_feed, set_terms, unbar, unwish, wish
from twinloop.rosters.actions.swapping import answer as answer_swap
from twinloop.rosters.actions.swapping import ask as ask_swap
from twinloop.rosters.actions.swapping import confirm as confirm_swap
from twinloop.rosters.actions.swapping import lapse
from twinloop.rosters.actions.swapping import refuse as refuse_swap
from twinloop.rosters.actions.swapping import withdraw as withdraw_swap
from twinloop.rosters.actions.writing import Spot, spots

__all__ = [
    "Spot", "answer_swap", "ask_plan", "ask_swap", "bar", "begin", "change", "confirm_repair", "confirm_swap",
    "discuss", "drop", "edit", "give_up", "hashed", "is_quick", "is_running", "lapse", "meant", "month_of",
    "note_export", "plan", "plan_seats", "propose", "publish", "refuse_repair", "refuse_swap", "renew_feed",
    "seen", "set_seat_terms", "set_terms", "since_of", "spots", "unbar", "unwish", "wish", "withdraw_swap",
]  # fmt: skip
