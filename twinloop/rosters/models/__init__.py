"""Tables of the rotas."""

from twinloop.rosters.models.people import Bar, Feed, Hold, SeatTerms, Terms, Wish
from twinloop.rosters.models.rota import Cell, Rota, Swap, Told, Version

__all__ = ["Bar", "Cell", "Feed", "Hold", "Rota", "SeatTerms", "Swap", "Terms", "Told", "Version", "Wish"]
