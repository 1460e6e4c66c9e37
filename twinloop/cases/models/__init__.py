"""The spine: incidents (calls), disputes (the quarrels behind them), parties, clocks."""

from twinloop.cases.models.clock import Clock, ClockPause, ClockRule, HolidayYear
from twinloop.cases.models.code import DisputeType, Number
from twinloop.cases.models.dispute import Dispute, Involvement, Merge, Standing, Term
from twinloop.cases.models.incident import ORDER_OPEN, Feedback, Incident, IncidentLink, Order, Unlinked
from twinloop.cases.models.matter import Attachment, Note, SavedView
from twinloop.cases.models.parameter import ParameterSet
from twinloop.cases.models.party import Party

__all__ = [
    "ORDER_OPEN",
    "Attachment",
    "Clock",
    "ClockPause",
    "ClockRule",
    "Dispute",
    "DisputeType",
    "Feedback",
    "HolidayYear",
    "Incident",
    "IncidentLink",
    "Involvement",
    "Merge",
    "Note",
    "Number",
    "Order",
    "ParameterSet",
    "Party",
    "SavedView",
    "Standing",
    "Term",
    "Unlinked",
]
