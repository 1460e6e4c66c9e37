"""A few days of life through the product's own actions, in the demo district without its made-up cases."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from twinloop.cases.models import Dispute, Feedback, Incident, Order
from twinloop.decide.clocks import CHINA
from twinloop.desk import demo
from twinloop.desk.year import tales
from twinloop.desk.year.assumed import read
from twinloop.desk.year.engine import Engine, _busy, sent_at
from twinloop.desk.year.life import Life
from twinloop.discovery.leads.models import Lead
from twinloop.discovery.patrols.models import KeyPlace, Visit
from twinloop.dispatch.pushes.models import Push
from twinloop.followup.daily.models import Confirmation, Day
from twinloop.intake.petitions.models import Petition
from twinloop.ledger.models import Event
from twinloop.ledger.queries import broken
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.mediation.agreements.models import Agreement
from twinloop.mediation.joint.models import Answer, Whistle
from twinloop.mediation.mediators import demo as mediators
from twinloop.mediation.safeguards.models import Safeguard
from twinloop.mediation.sessions.models import Mediation, Session
from twinloop.people.models import Duty

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(600)]
DAYS = 3
# what may be refused in life too: a mediator has the hour already, a quarrel told again was taken up meanwhile
MET = {"refused:session_mediator_taken", "refused:order_final_given", "refused:session_mediator_away"}


def test_days_are_lived_through_actions_and_the_ledger_holds() -> None:
    demo.fill(life=False)
    first = date.today() - timedelta(days=DAYS)
    with see_as(SYSTEM):
        start = datetime.combine(first, datetime.min.time(), tzinfo=CHINA)
        busy = read()
        busy = replace(busy, calls=busy.calls | {"a_day": 2.0, "again_unsettled": 1.0, "again_days": [0.2, 0.8]})
        busy = replace(
            busy,
            channels=busy.channels | {"backlog": 2, "patrols": 4.0, "patrol_dispute": 0.3},
            kinds={"A1": 1, "A2": 1, "B3": 1, "C2": 1, "D1": 1},
            agencies=busy.agencies | {"whistle": 1.0, "objects": 0.5},
            lawful=busy.lawful | {"violence": 0.8, "letter": 1.0, "offence": 0.3, "petitions": 1.0},
            mediation=busy.mediation | {"wanted": dict.fromkeys(busy.mediation["wanted"], 0.9), "days": [0.1, 0.6]},
        )
        mediators.fill(timezone.localtime())
        life = Life(busy, 11)
        life.live(first, DAYS)
        incidents, events = Incident.objects.all(), Event.objects.filter(stream__startswith="dispute:")
        reported = sum(n for what, n in life.counts.items() if what.startswith("leads ") and what != "leads declined")
        assert Lead.objects.count() == reported > 0
        taken = Lead.objects.filter(state="accepted").count()
        assert incidents.count() == life.counts["calls"] + taken > taken > 0
        disputes = life.counts["calls"] - life.counts["repeats"] + taken + life.counts["backlog"]
        assert Dispute.objects.count() == disputes + life.counts["petitions"]
        old = Dispute.objects.filter(origin="backlog")
        assert old.exclude(petition__isnull=False).count() == life.counts["backlog"] == 2
        assert Petition.objects.count() == life.counts["petitions"] > 0
        assert Whistle.objects.count() == life.counts["whistles"] > 0
        assert Answer.objects.exclude(state="sent").exists()
        assert Safeguard.objects.count() == life.counts["safeguards"] > 0
        assert Mediation.objects.filter(dispute__standing__domestic_violence=True).count() == 0
        assert Day.objects.filter(made_at__isnull=False).count() == life.counts["days cleared"] == DAYS - 1
        assert Confirmation.objects.exists()
        assert Session.objects.exclude(outcome="").count() == life.counts["sessions"] > 0
        assert Agreement.objects.filter(state__in=["signed", "kept"]).count() == life.counts["agreements"] > 0
        assert Push.objects.count() == life.counts["pushes"] > 0
        assert Visit.objects.count() == life.counts["patrols"] > 0
        assert all(start <= one.reported_at < start + timedelta(days=DAYS) for one in incidents)
        assert all(one.narrative.endswith(tales.MARK) for one in incidents)
        assert Feedback.objects.filter(is_final=False).exists(), "who needs long says first how it stands"
        assert Feedback.objects.filter(is_final=True).count() >= life.counts["settled on the spot"] > 0
        assert events.filter(at__lt=start).count() == 0
        assert Order.objects.exclude(state="sent").filter(signed_at__lt=start).count() == 0
        assert Duty.objects.filter(period__startswith__lt=start + timedelta(days=1)).exists()
        assert not [code for code in life.counts if code.startswith("refused:") and code not in MET]
        assert list(broken()) == []
        spots = KeyPlace.objects.count()
        Life(busy, 12).channels.begin(first, 1)
        assert KeyPlace.objects.count() == spots, "who lives there again finds the places that are kept"


def test_the_same_seed_lives_the_same_life() -> None:
    """Whatever the moment: two runs from the same start tell the same events in the same order."""
    demo.fill(life=False)
    first, told, assumed = date.today() - timedelta(days=1), [], read()
    assumed = replace(
        assumed, channels=assumed.channels | {"backlog": 6}
    )  # 84 old quarrels are told by the same chance
    for _run in range(2):
        with transaction.atomic(), see_as(SYSTEM):
            life = Life(assumed, 7)
            life.live(first, 1)
            found = Event.objects.filter(stream__startswith="dispute:").order_by("at", "id")
            told.append((dict(life.counts), list(found.values_list("verb", "at"))))
            transaction.set_rollback(True)
    assert told[0] == told[1]
    assert told[0][1]


def test_processes_that_share_a_district_live_each_quarrel_once() -> None:
    """What each of two expects is together what one alone expects: the same places, people and words."""
    demo.fill(life=False)

    def expected(part: int, parts: int) -> set[tuple[str, str, str, tuple[str, str]]]:
        life, found = Life(read(), 7, part=part, parts=parts), set()
        at = timezone.now()
        for n in range(60):
            life.expect(
                at, "call" if n % 2 else "post",
                lambda one, _at: found.add((one.kind, one.place.code, one.phone, one.parties)),
            )  # fmt: skip
        life.run(at + timedelta(days=1), lambda _on: None)
        return found

    with see_as(SYSTEM):
        alone, one, other = expected(0, 1), expected(0, 2), expected(1, 2)
    assert one | other == alone
    assert len(alone) == 60
    assert one
    assert other
    assert not one & other


def test_a_person_keeps_the_same_hidden_skill() -> None:
    demo.fill(life=False)
    with see_as(SYSTEM):
        one, other = Life(read(), 5), Life(read(), 5)
        assert [one.skill(pk) for pk in (3, 4, 3)] == [other.skill(pk) for pk in (3, 4, 3)]
        assert one.skill(3) != one.skill(4)


def test_processes_have_even_shares_of_what_happens() -> None:
    demo.fill(life=False)
    with see_as(SYSTEM):
        engines = [Engine(read(), 7, part, 2) for part in range(2)]
        places = engines[0].places
        assert all([one.is_ours(place) for one in engines].count(True) == 1 for place in places)
        busy = [
            sum(much for place, much in zip(places, _busy(len(places)), strict=True) if one.is_ours(place))
            for one in engines
        ]
    assert 0.5 < busy[0] / busy[1] <= 1.0, "the first also does the evening's jobs"


@pytest.mark.parametrize(
    ("analysed", "day", "hours"),
    [("09:30", 0, (9, 10)), ("13:59", 0, (14, 15)), ("14:00", 1, (8, 9)), ("07:00", 0, (8, 9))],
)
def test_a_second_handling_has_the_day_for_it(analysed, day, hours) -> None:
    hour, minute = map(int, analysed.split(":"))
    at = datetime(2026, 5, 11, hour, minute, tzinfo=CHINA)
    for seed in range(20):
        sent = sent_at(at, random.Random(seed))
        assert sent > at
        assert (sent.date() - at.date()).days == day
        assert hours[0] <= sent.hour < hours[1]
