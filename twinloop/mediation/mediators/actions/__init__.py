"""Everything that changes the register of mediators. Each verb writes one event of the mediator or the room."""

from twinloop.mediation.mediators.actions.absences import be_away, come_back
from twinloop.mediation.mediators.actions.barring import bar, unbar
from twinloop.mediation.mediators.actions.enrolling import Given, change, enrol, retire
from twinloop.mediation.mediators.actions.rooms import Place, change_room, open_room

__all__ = [
    "Given",
    "Place",
    "bar",
    "be_away",
    "change",
    "change_room",
    "come_back",
    "enrol",
    "open_room",
    "retire",
    "unbar",
]
