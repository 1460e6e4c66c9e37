"""One dispute before one viewer: masks, addresses, and the act whose form was typed into."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.forms import Form
from django.urls import reverse
from django.utils import timezone

from twinloop.cases import sealing, timeline, words
from twinloop.cases.actions.looking import MAY_OPEN
from twinloop.cases.models import Dispute, Involvement, Standing
from twinloop.cases.offers import Ask, make
from twinloop.edge.masks import mask_text
from twinloop.ledger.models import Event
from twinloop.ledger.sight import Scope


class Viewing:
    """A dispute, the viewer's scope, the moment."""

    def __init__(self, dispute: Dispute, scope: Scope, at: datetime) -> None:
        self.dispute, self.scope, self.at = dispute, scope, at
        self.on: date = timezone.localdate(at)
        self.standing = Standing.objects.get(dispute=dispute)
        known = list(dispute.parties.all())
        self.people = [party for party in known if party.removed_at is None]
        # texts still name those who were taken off
        self._names = [sealing.open_(p.name_sealed, f"party:{p.pk}:name") for p in known]
        own = Involvement.objects.filter(dispute=dispute, account__in=scope.accounts, until__isnull=True)
        sides = set(own.exclude(side="").values_list("side", flat=True))
        self.hidden = frozenset(set(words.SIDES) - sides) if sides else frozenset()
        self._slot, self.refused = "", ""
        self._typed: Form | None = None

    def place(self, slot: str, form: Form | None = None, refused: str = "") -> None:
        """Where something was typed: there the form opens again, with what was typed and why it was refused."""
        self._slot, self._typed, self.refused = slot, form, refused

    def _placed(self, ask: Ask) -> Ask:
        if self._slot and ask.code == self._slot and not ask.shut:
            ask.open, ask.refused, self.refused = True, self.refused, ""
            ask.form = self._typed or ask.form
        return ask

    def ask(self, code: str, label: str, url: str, kind: Callable[..., Form] | None, **more: Any) -> Ask:
        return self._placed(make(code, label, url, kind, **more))

    def mask(self, text: str) -> str:
        """Running text without the numbers and the names of this dispute's people."""
        return mask_text(text, self._names)

    def url(self, name: str, *more: object) -> str:
        return reverse(name, args=[self.dispute.number, *more])

    @property
    def may_print(self) -> bool:
        return self.scope.has(*MAY_OPEN)

    def events(self) -> QuerySet[Event]:
        return timeline.events(self.dispute.stream, self.hidden)
