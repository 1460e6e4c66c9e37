"""Components as pages meet them, and how times are said."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import engines
from django.test import RequestFactory
from django.utils import translation

from twinloop.desk import saying

CHINA = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 4, 16, 16, 42, 18, tzinfo=CHINA)
TODAY = NOW.date()


@pytest.fixture(autouse=True)
def chinese():
    with translation.override("zh-hans"):
        yield


def draw(source: str, path: str = "/", **context: object) -> str:
    request = RequestFactory().get(path)
    template = engines["django"].engine.from_string(source)  # type: ignore[attr-defined]
    from django.template import Context

    return " ".join(template.render(Context({"now": NOW, "request": request, **context})).split())


@pytest.mark.parametrize(
    ("length", "chinese", "english"),
    [
        (timedelta(0), "00:00", "00:00"),
        (timedelta(minutes=3, seconds=12), "03:12", "03:12"),
        (timedelta(seconds=3_599), "59:59", "59:59"),
        (timedelta(hours=1), "1时00分", "1 h 00 min"),
        (timedelta(hours=3, minutes=17), "3时17分", "3 h 17 min"),
        (timedelta(days=1), "1天", "1 d"),
        (timedelta(days=2, hours=5), "2天5时", "2 d 5 h"),
        (-timedelta(minutes=64), "1时04分", "1 h 04 min"),
    ],
)
def test_span_is_said_in_both_languages(length, chinese, english):
    assert saying.span(length) == chinese
    with translation.override("en"):
        assert saying.span(length) == english


@pytest.mark.parametrize(
    ("on", "chinese", "short", "english", "short_english"),
    [
        (date(2026, 4, 18), "4月18日", "4-18", "18 Apr", "18 Apr"),
        (date(2026, 3, 5), "3月5日", "3-05", "5 Mar", "5 Mar"),
        (date(2025, 8, 12), "2025年8月12日", "25-08", "12 Aug 2025", "Aug 2025"),
    ],
)
def test_day_is_said_in_both_languages(on, chinese, short, english, short_english):
    assert (saying.day(on, today=TODAY), saying.short_day(on, today=TODAY)) == (chinese, short)
    with translation.override("en"):
        assert (saying.day(on, today=TODAY), saying.short_day(on, today=TODAY)) == (english, short_english)


def test_moment_says_today_then_the_day_then_the_year():
    assert saying.moment(NOW, today=TODAY) == "今天 16:42"
    assert saying.moment(NOW - timedelta(days=2), today=TODAY) == "4月14日 16:42"
    assert saying.moment(NOW - timedelta(days=300), today=TODAY) == "2025年6月20日"
    assert saying.moment(NOW.astimezone(ZoneInfo("UTC")), today=TODAY) == "今天 16:42"


def test_weekday():
    assert saying.weekday(TODAY, today=TODAY) == "4月16日 星期四"
    with translation.override("en"):
        assert saying.weekday(TODAY, today=TODAY) == "Thu 16 Apr"


def test_level_says_its_word_and_that_it_is_a_guess():
    assert draw("{% level 1 %}") == '<span class="tl-level" data-level="1">一级</span>'
    assert "data-guess" in draw("{% level 2 guess=True %}")
    assert "，待确认" in draw("{% level 2 guess=True %}")


@pytest.mark.parametrize(
    ("due", "warn", "state", "text"),
    [
        (timedelta(minutes=7), timedelta(minutes=5), "ok", "剩 07:00"),
        (timedelta(minutes=1), timedelta(minutes=-1), "warn", "剩 01:00"),
        (timedelta(0), timedelta(minutes=-1), "late", "超 00:00"),
        (timedelta(minutes=-64), timedelta(minutes=-70), "late", "超 1时04分"),
    ],
)
def test_clock_says_what_the_server_knows(due, warn, state, text):
    drawn = draw("{% clock '到场' due=due warn=warn %}", due=NOW + due, warn=NOW + warn)
    assert f'data-state="{state}"' in drawn
    assert f">{text}</time>" in drawn


def test_clock_paused_and_met_do_not_count():
    paused = draw("{% clock '警方调解' paused='等鉴定' %}")
    assert 'data-state="paused"' in paused
    assert ">停：等鉴定</time>" in paused
    met = draw("{% clock '签收' took=took %}", took=timedelta(seconds=41))
    assert ">用时 00:41</time>" in met
    assert "data-due" not in paused + met


def test_reasons_and_points_keep_their_sign():
    assert draw("{% reasons items %}", items=["好 +1.5", ("-", "不好"), "相隔 -3 天", "不同 -2.5"]) == (
        '<ul class="tl-reasons"><li>好 +1.5</li><li class="minus">不好</li><li>相隔 -3 天</li>'
        '<li class="minus">不同 -2.5</li></ul>'
    )
    drawn = draw("{% points rows 35 '底线' %}", rows=[(20, "协议", "3-05"), (-5, "道歉", "4-16")])
    assert "<td>+20</td>" in drawn
    assert "<td>−5</td>" in drawn
    assert "35 分" in drawn


def test_masked_has_an_eye_only_where_it_opens_something():
    assert draw("{% masked '139****0127' '电话' %}") == '<span class="tl-masked">139****0127</span>'
    assert 'aria-label="查看电话"' in draw("{% masked '139****0127' '电话' '/x/' %}")


def test_action_shut_is_focusable_and_says_why():
    drawn = draw("{% action '见底销号' '/close/' shut='还差一次回访' %}")
    assert 'aria-disabled="true"' in drawn
    assert " disabled" not in drawn
    assert "还差一次回访</p>" in drawn
    assert "<form" not in drawn
    assert 'method="post" action="/close/"' in draw("{% action '见底销号' '/close/' %}")


@pytest.mark.parametrize(
    ("visits", "row"),
    [([], 0), (["calm", "calm", ""], 2), (["calm", "uneasy", ""], 0), (["uneasy", "calm"], 1), (["calm"] * 5, 3)],
)
def test_streak_counts_calm_visits_in_a_row(visits, row):
    assert f"平静 {row}/3" in draw("{% streak visits %}", visits=visits)


def test_meter_gives_no_rate_under_five():
    assert "64/79" in draw("{% meter 64 79 %}")
    assert "81%" in draw("{% meter 64 79 %}")
    assert "样本少" in draw("{% meter 2 3 %}")
    assert "%" not in draw("{% meter 2 3 %}")
    assert "未知" in draw("{% meter None None %}")


def test_pager_keeps_filters_and_leaves_out_what_is_not_there():
    first = draw("{% pager page %}", path="/?level=2&page=1", page=Paginator(range(60), 25).page(1))
    assert "level=2&amp;page=2" in first
    assert "上一页" not in first
    assert "共 60 条" in first
    assert "第" not in draw("{% pager page %}", page=Paginator(range(3), 25).page(1))


def test_sort_turns_round_and_goes_back_to_the_first_page():
    assert 'href="?order=name"' in draw("{% sort '名' 'name' %}", path="/?page=4")
    up = draw("{% sort '名' 'name' %}", path="/?order=name")
    assert 'aria-sort="ascending"' in up
    assert 'href="?order=-name"' in up


def test_person_can_be_shown_without_an_act():
    who = {"rank": 1, "name": "陈立群", "unit": "接处警队", "meta": "空闲", "reasons": ["近"]}
    assert "<form" not in draw("{% person who first=True %}", who=who)
    assert 'action="/send/"' in draw("{% person who %}", who={**who, "act": {"url": "/send/", "label": "派单"}})


class Sample(forms.Form):
    name = forms.CharField(label="姓名", help_text="身份证上的")
    kind = forms.ChoiceField(label="类别", choices=[("a", "甲")])
    sure = forms.BooleanField(label="核对过", required=False)


def test_field_ties_help_and_error_to_the_control():
    drawn = draw("{% field form.name %}", form=Sample({"name": "", "kind": "a"}))
    assert 'aria-describedby="id_name-error id_name-help"' in drawn
    assert 'aria-invalid="true"' in drawn
    assert "还没有填" in drawn
    assert 'class="form-select"' in draw("{% field form.kind %}", form=Sample())
    assert 'class="tl-choice"' in draw("{% field form.sure %}", form=Sample())


def test_what_people_typed_is_escaped_everywhere():
    evil = "<script>x</script>"
    sources = ("{% flag x %}", "{% note x %}", "{% empty x x %}", "{% masked x x '/' %}", "{% clock x paused=x %}")
    for source in sources:
        assert "<script" not in draw(source, x=evil)


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/130.0 Safari/537.36 Edg/130.0", "Edge · Windows"),
        ("Mozilla/5.0 (Linux; Android 14) AppleWebKit Chrome/130.0 Mobile Safari/537.36", "Chrome · Android"),
        ("curl/8", "未知设备"),
    ],
)
def test_device_is_said_in_two_words(agent, said):
    assert draw("{{ agent|device }}", agent=agent) == said
