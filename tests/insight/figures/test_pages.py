"""The pages of figures: numbers that open, words that say what was counted."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from tests import world
from twinloop.decide.figures import Exclusion
from twinloop.decide.words import say
from twinloop.insight.figures import actions, queries
from twinloop.insight.figures.models import Course, Settled
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.mediation.joint import actions as joint
from twinloop.people.models import Unit


@pytest.fixture
def district(db):
    with see_as(SYSTEM):
        found = world.district()
        at = timezone.localtime() - timedelta(hours=1)
        for number in range(3):
            made = world.dispute(found.near, at=at, title=f"排水沟 139 0000 012{number}")
            world.incident(found.near, at=at)
            made.refresh_from_db()
        world.dispute(found.far, at=at)
        actions.rebuild(at=at)
    return found


def test_all_figures_stand_with_what_they_count(client, district):
    client.force_login(district.people["chief"])
    text = client.get("/indicators/").content.decode()
    assert "期末已化解的 ÷ 期内登记的纠纷" in text
    assert "0/3" in text
    assert "样本少" in text


def test_a_figure_opens_its_rows_masked(client, district):
    client.force_login(district.people["chief"])
    answer = client.get("/indicators/resolution/?part=of&by=place")
    text = answer.content.decode()
    assert text.count('class="fig-case"') == 3
    assert "139 0000" not in text
    assert "近村" in text
    assert "远村" not in text
    client.force_login(district.people["bureau"])
    assert client.get("/indicators/resolution/?part=of").content.decode().count('class="fig-case"') == 4


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("span=own&first=2026-01-01", "自选时段要填从哪天到哪天"),
        ("span=own&first=2026-02-01&last=2026-01-01", "时段的结束不能早于开始"),
        ("span=own&first=1990-01-01&last=2026-01-01", "最长十年"),
    ],
)
def test_a_window_that_cannot_be_is_said(client, district, query, says):
    client.force_login(district.people["bureau"])
    answer = client.get(f"/indicators/?{query}")
    assert answer.status_code == 200
    assert says in answer.content.decode()


def test_a_long_window_counts_the_same_again_and_again(client, district):
    client.force_login(district.people["bureau"])
    for _ in range(6):  # beyond the runs after which a statement is prepared
        assert client.get("/indicators/?span=days_365").context["groups"][0][1][0][0].of == 4
        figure = client.get("/indicators/durable_30/?span=days_365&part=of&by=method").context["figure"]
        assert (figure.hits, figure.of) == (0, 0)


def test_nonsense_in_the_address_shows_this_month(client, district):
    client.force_login(district.people["bureau"])
    assert client.get("/indicators/?span=zz").status_code == 200
    assert client.get("/indicators/resolution/?part=zz&by=zz&page=zz").status_code == 200
    assert client.get("/indicators/zz/").status_code == 404


def test_a_page_asks_the_same_few_questions_for_one_row_and_for_many(client, district, django_assert_num_queries):
    client.force_login(district.people["bureau"])
    client.get("/indicators/resolution/")
    with django_assert_num_queries(12):
        client.get("/indicators/resolution/?part=of")
    with see_as(SYSTEM):
        for _ in range(20):
            world.dispute(district.near, at=timezone.localtime())
        actions.rebuild(at=timezone.localtime())
    with django_assert_num_queries(12):
        client.get("/indicators/resolution/?part=of")


def test_an_agency_opens_to_its_own_whistles_with_numerator_and_denominator(client, district):
    at = timezone.localtime() - timedelta(hours=3)
    with see_as(SYSTEM):
        quick, slow = (Unit.objects.create(code=f"Q{n}", name=f"{n}号局", kind="agency") for n in (1, 2))
        made = world.dispute(district.near, at=at, title="欠薪")
        whistle = joint.blow(made, joint.Ask(units=[quick, slow], lead=quick.pk, text="一起办"), by=None, at=at)
        joint.sign(whistle.answers.get(unit=quick), by=None, at=at + timedelta(minutes=30))
    client.force_login(district.people["chief"])
    text = client.get("/indicators/agency_answered/").content.decode()
    for part in ("1 小时内签收的", "1号局", "2号局", "0.5 小时（1 件）", "按单位"):
        assert part in text, part
    one = client.get("/indicators/agency_answered/?by=agency&of=1号局&part=in")
    assert (len(one.context["rows"]), "左边只列：1号局" in one.content.decode()) == (1, True)
    other = client.get("/indicators/agency_answered/?by=agency&of=2号局&part=of")
    assert [row.dispute for row in other.context["rows"]] == [made]
    assert client.get("/indicators/agency_answered/?by=agency&of=没有&part=of").context["is_one"] is False
    by_method = client.get("/indicators/resolution/?by=method").content.decode()
    assert "没有调解过" in by_method


def test_how_long_settlements_hold_is_said_in_a_sentence_with_its_interval(client, district):
    client.force_login(district.people["bureau"])
    assert "这段时间没有化解" in client.get("/indicators/durability/").content.decode()
    at = timezone.localtime() - timedelta(days=100)
    with see_as(SYSTEM):
        for number, course in enumerate(Course.objects.order_by("pk")):
            again = at + timedelta(days=10) if number == 0 else None
            Settled.objects.create(
                dispute_id=course.pk, number=1, at=at, mode="mode_seek", round=1, flared_at=again,
                station=course.station, place=course.place,
            )  # fmt: skip
    answer = client.get("/indicators/durability/?mode=mode_seek")
    text = answer.content.decode()
    assert answer.context["shown"].mode == "mode_seek"
    for part in (
        "化解 4 次，到现在重开或再报警 1 次",
        "每 100 次化解有 75 次过 90 天",
        "样本少",
        'data-chart="line,line,line"',
    ):
        assert part in text, part
    for path, found in (  # 4 settlements a hundred days ago, one of them flared up after ten
        ("90/?mode=mode_seek", {"flared": 1, "held": 3, "young": 0}), ("7/?", {"flared": 0, "held": 4, "young": 0}),
        ("120/?", {"flared": 1, "held": 0, "young": 3}), ("90/?mode=mode_joint", {"flared": 0, "held": 0, "young": 0}),
    ):  # fmt: skip
        for part, count in found.items():
            rows = client.get(f"/indicators/durability/{path}&part={part}").context
            assert (len(rows["rows"]), {code: size for code, _name, size in rows["parts"]}) == (count, found)
    assert all(point.at_risk == 4 for point in answer.context["shown"].curve.points if point.day == 7)
    assert client.get("/indicators/durability/31/").status_code == 404
    client.force_login(district.people["chief"])
    assert "化解 3 次" in client.get("/indicators/durability/?mode=zz").content.decode()


def test_reasons_of_equal_counts_stand_in_their_own_order_wherever_they_come_from():
    told = {"out_violence": 2, "out_transferred": 2, "out_too_young": 7, "of": 1, "out_merged": 2}
    for verdicts in (told, dict(reversed(told.items()))):
        found = queries._counted("resolution", verdicts)
        again = queries.together("resolution", [found])
        for one in (found, again):
            whys = [str(say(why, "zh-hans")) for why in (Exclusion.TOO_YOUNG, Exclusion.MERGED, Exclusion.TRANSFERRED,
                                                         Exclusion.VIOLENCE)]  # fmt: skip
            assert one.left_out == list(zip(whys, (7, 2, 2, 2), strict=True))
