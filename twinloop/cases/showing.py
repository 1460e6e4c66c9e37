"""A dispute as its page shows it: what the viewer may see, masked, with what they may do."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from twinloop.cases import forms as asked
from twinloop.cases import gateforms, offers, queries, rewriting, rights, timeline, visibility, words
from twinloop.cases.actions.looking import check_unmask
from twinloop.cases.contents import Contents
from twinloop.cases.models import Clock, Dispute, Party
from twinloop.cases.offers import Ask
from twinloop.cases.telling import language
from twinloop.decide import Refused, gate
from twinloop.decide.clocks import RuleCode
from twinloop.decide.words import cite, say
from twinloop.decide.workflow import State
from twinloop.ledger.models import Event
from twinloop.ledger.sight import Scope, see_as

SHOWN = 9  # events on the first page
LOOKS = ("chief", "bureau")  # who may see who looked, besides the auditor's own pages


def seen(scope: Scope) -> QuerySet[Dispute]:
    return visibility.disputes(scope).select_related("owner__unit", "leader__unit", "station", "place", "merged_into")


def stages() -> list[tuple[str, frozenset[State]]]:
    """The loop in words, and the states that stand at each step."""
    return [
        (_("登记"), frozenset({State.REGISTERED, State.REOPENED, State.RETURNED})),
        (_("分流"), frozenset({State.SORTED, State.UNSETTLED, State.REVIEW})),
        (_("派单"), frozenset({State.ORDERED})),
        (_("处置"), frozenset({State.HANDLING, State.PENALTY})),
        (_("调解"), frozenset({State.MEDIATING})),
        (_("化解"), frozenset({State.SETTLED})),
        (_("销号"), frozenset({State.CLOSED})),
    ]


@dataclass
class Field:
    """One identity field of a party: its mask, and where its eye leads, if the viewer may open it."""

    name: str
    label: str
    text: str
    url: str = ""


@dataclass
class Shown:
    """A party as shown."""

    party: Party
    side: str
    name: Field
    fields: list[Field]
    facts: str
    claim: str
    remove: Ask | None = None


class View(Contents):
    """Everything about one dispute for one viewer at one moment; each part is asked for once."""

    # --- head ------------------------------------------------------------------------------------------------------

    def head(self) -> dict[str, Any]:
        dispute = self.dispute
        names = queries.shown_type_names()
        steps = stages()
        now = next((i for i, (_w, states) in enumerate(steps) if State(dispute.state) in states), None)
        return {
            "title": self.mask(dispute.title),
            "focus": self.mask(dispute.focus),
            "source": self.mask(dispute.source),
            "state": say(State(dispute.state), language()),
            "type": f"{dispute.type_code} {names.get(dispute.type_code, '')}".strip(),
            "guess": dispute.level is not None and dispute.level_confirmed_by_id is None,
            "steps": [word for word, _states in steps],
            "now": now,
            "days": (self.on - timezone.localdate(dispute.registered_at)).days + 1,
        }

    # --- parties ---------------------------------------------------------------------------------------------------

    def parties(self) -> list[Shown]:
        return [self._party(party) for party in self.people]

    def _party(self, party: Party) -> Shown:
        fields = [self._field(party, name) for name in ("phone", "id_number", "address")]
        facts = [words.SEXES[party.sex] if party.sex else "", _("单位") if party.is_firm else ""]
        facts += [_("未成年人") if party.is_minor else "", _("报警人") if party.is_reporter else ""]
        remove = None
        if rights.may("party", self.scope):
            url = self.url("dispute_party_remove", party.pk)
            remove = self.ask(f"party-{party.pk}", _("移除"), url, asked.Reason)
        return Shown(
            party, str(words.SIDES[party.side]), self._field(party, "name"), [f for f in fields if f.text],
            " · ".join(str(f) for f in facts if f), self.mask(party.claim), remove,
        )  # fmt: skip

    def _field(self, party: Party, name: str) -> Field:
        label, text = str(words.UNMASK_FIELDS[name]), getattr(party, f"{name}_masked")
        if not text:
            return Field(name, label, "")
        try:
            check_unmask(party, name, self.scope)
        except Refused as refused:
            return Field(name, label, _("已保护") if refused.code == "unmask_hidden_address" else text)
        return Field(name, label, text, f"{self.url('dispute_unmask', party.pk)}?field={name}")

    # --- clocks ----------------------------------------------------------------------------------------------------

    def clocks(self) -> list[dict[str, Any]]:
        """Late before due before later, then those that stand, then those kept."""
        found = self.dispute.clocks.filter(dropped_at__isnull=True).prefetch_related("pauses").order_by("pk")
        shown = [self._clock(clock) for clock in found]
        return sorted(shown, key=lambda c: (c["took"] is not None, bool(c["paused"]), c["due"] or self.at))

    def _clock(self, clock: Clock) -> dict[str, Any]:
        standing = next((p.why for p in clock.pauses.all() if p.period.upper is None), "")
        took: timedelta | None = clock.met_at - clock.started_at if clock.met_at else None
        ask = None
        if took is None and rights.may("clock", self.scope):
            verb, label = ("resume", _("恢复")) if standing else ("pause", _("暂停"))
            kind = None if standing else asked.Reason
            ask = self.ask(f"clock-{clock.pk}", label, self.url(f"dispute_clock_{verb}", clock.pk), kind)
        return {
            "what": say(RuleCode(clock.rule), language()), "due": clock.due_at, "warn": clock.warn_at,
            # a clock that a pause does not touch runs on; one without end or pause waits for its year's calendar
            "paused": "" if clock.due_at else self.mask(standing) or _("等录入节假日"), "why": self.mask(standing),
            "took": took, "started": clock.started_at, "ask": ask,
        }  # fmt: skip

    # --- timeline --------------------------------------------------------------------------------------------------

    def lines(self, found: list[Event]) -> list[timeline.Line]:
        if not found:
            return []
        opening = ("open_review", "return_order")
        after = Event.objects.filter(stream=self.dispute.stream, verb__in=opening, seq__gt=found[0].seq)
        later = sum(timeline.opens_round(event) for event in after)
        return timeline.lines(found, self.dispute.round - later, self.mask)

    # --- what was promised, what is asked --------------------------------------------------------------------------

    def moves(self) -> list[Ask]:
        facts = queries.facts_of(self.dispute, self.standing)
        return [self._placed(ask) for ask in offers.move_asks(self.dispute, facts, self.scope, self.on)]

    def notes_asked(self) -> list[Ask]:
        asks = [self._placed(ask) for ask in offers.note_asks(self.dispute, self.standing, self.scope)]
        if State(self.dispute.state) in offers.WHEN["gate"] and rights.may("gate", self.scope):
            asks.insert(0, self._gate_ask())
        if State(self.dispute.state) != State.MERGED and rights.may("change", self.scope):
            asks.append(self._placed(rewriting.ask(self.dispute, self.on, self.mask)))
        return asks

    def _gate_ask(self) -> Ask:
        icon, label = offers.NOTE_LABELS["gate"]
        asked_last = self._last_gate
        initial = gateforms.initial(asked_last["track"], asked_last["facts"]) if asked_last else {"on": self.on}
        url = self.url("dispute_gate")
        return self.ask("gate", str(label), url, gateforms.Gate, icon=icon, initial=initial, send=_("核对"))

    @cached_property
    def _last_gate(self) -> dict[str, Any]:
        found = Event.objects.filter(stream=self.dispute.stream, verb="gate_asked").order_by("-seq").first()
        return dict(found.data) if found else {}

    def gate(self) -> dict[str, Any] | None:
        """The last answer of the gate with its reasons, worked out again from the facts that were given."""
        if self.standing.gate_open is None or not (last := self._last_gate):
            return None
        facts = gate.Facts.from_mapping(last["facts"])
        decision = gate.decide(gate.Track(last["track"]), facts, is_working=queries.calendar().is_working)
        told = [(r.bars, say(r.code, language(), **r.facts), _cited(r.articles)) for r in decision.reasons]
        return {
            "open": self.standing.gate_open, "track": say(gate.Track(last["track"]), language()), "reasons": told
        }  # fmt: skip

    def looks(self) -> dict[str, int] | None:
        """How many looked, and how many opened an identity field; None for who may not know."""
        if not (self.scope.has(*LOOKS) or self.scope.reads_ledger):
            return None
        opened = Q(verb="unmasked")
        with see_as(replace(self.scope, reads_ledger=True)):  # the count alone; who and why stay with the auditor
            return Event.objects.filter(stream=self.dispute.stream, is_look=True).aggregate(
                readers=Count("by", distinct=True, filter=Q(verb="looked")),
                reads=Count("id", filter=Q(verb="looked")),
                openers=Count("by", distinct=True, filter=opened),
                opened=Count("id", filter=opened),
            )


def _cited(articles: tuple[str, ...]) -> str:
    return _("，").join(cite(article, language()) for article in articles)
