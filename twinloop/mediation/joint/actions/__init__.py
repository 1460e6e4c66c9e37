"""Everything that changes a whistle. Each verb writes one event of the dispute."""

from twinloop.mediation.joint.actions.answering import arrive, feed_back, sign
from twinloop.mediation.joint.actions.blowing import Ask, blow, recall, relead
from twinloop.mediation.joint.actions.heating import heat_up, take_heat
from twinloop.mediation.joint.actions.objecting import decide, object_to
from twinloop.mediation.joint.actions.setting import drop_competence, fill_seats, put_seats, set_competence, set_seats

__all__ = [
    "Ask",
    "arrive",
    "blow",
    "decide",
    "drop_competence",
    "feed_back",
    "fill_seats",
    "heat_up",
    "object_to",
    "put_seats",
    "recall",
    "relead",
    "set_competence",
    "set_seats",
    "sign",
    "take_heat",
]
