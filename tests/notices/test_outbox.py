"""Letters: signed, without a name, at least once, few; a gateway that is down, slow, or not on the list."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from tests.dispatch.pushes.conftest import LETTER
from tests.notices.conftest import LATER, SECRET, clock, set_to, tell
from tests.world import NOW
from twinloop.decide import Refused
from twinloop.dispatch.pushes import actions as pushes
from twinloop.ledger.actions import record
from twinloop.ledger.models import Event
from twinloop.notices import actions, sending
from twinloop.notices.models import Letter, Notice


def push(desk, unit=None):
    pushes.push_out(desk.dispute, [unit or desk.zongzhi], LETTER, by=desk.person("dispatcher").pk, at=NOW)
    tell()
    actions.plan(at=NOW)


def letter() -> Letter:
    return Letter.objects.get()


def test_an_urgent_notice_leaves_signed_as_a_cloudevent_without_any_name(desk, gateway):
    push(desk)
    assert sending.deliver(clock()) == 1
    headers, body = gateway.got[0]
    event = json.loads(body)
    assert headers["content-type"].startswith("application/cloudevents+json")
    assert {event["specversion"], event["type"], event["id"]} == {"1.0", "cn.twinloop.notices", str(letter().pk)}
    assert headers["idempotency-key"] == headers["webhook-id"] == event["id"]
    signed = f"{event['id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(SECRET.encode(), signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert event["data"]["to"] == desk.liaison.username
    assert event["data"]["items"][0]["link"].startswith("https://twinloop.test/pushes/")
    for word in ("王秀兰", "李大强", "排水沟", "13900000127", desk.liaison.name, desk.dispute.title):
        assert word not in body.decode()
    assert (letter().state, letter().sent_at) == ("sent", NOW)


def test_without_a_gateway_nothing_is_written_and_nothing_floods_when_one_comes(desk, monkeypatch):
    set_to(monkeypatch, "", [])
    push(desk)
    assert Letter.objects.count() == 0
    assert sending.deliver(clock()) == 0
    set_to(monkeypatch, "http://127.0.0.1:1/", ["127.0.0.1"])
    assert actions.plan(at=LATER) == 0


def test_a_worker_killed_after_the_gateway_had_it_sends_it_again_under_the_same_id(desk, gateway, monkeypatch):
    push(desk)
    real = sending.post

    def dies(one, at):
        real(one, at)
        raise KeyboardInterrupt

    monkeypatch.setattr(sending, "post", dies)
    with pytest.raises(KeyboardInterrupt):
        sending.deliver(clock())
    monkeypatch.setattr(sending, "post", real)
    assert letter().state == "waiting"
    assert sending.deliver(clock(NOW + timedelta(seconds=59))) == 0  # its lease still runs: nobody else takes it
    assert sending.deliver(clock(NOW + timedelta(seconds=61))) == 1
    assert len(gateway.got) == 2
    assert len({event["id"] for event in gateway.events()}) == 1


def test_a_worker_killed_before_the_first_byte_loses_nothing(desk, gateway, monkeypatch):
    push(desk)
    real = sending.post
    monkeypatch.setattr(sending, "post", lambda one, at: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        sending.deliver(clock())
    monkeypatch.setattr(sending, "post", real)
    assert sending.deliver(clock(NOW + timedelta(seconds=61))) == 1
    assert len(gateway.got) == 1


def test_a_gateway_that_is_down_is_asked_ever_later_then_the_letter_is_dead_and_can_be_sent_again(desk, gateway):
    push(desk)
    gateway.status, now = 503, NOW
    for failures, wait in enumerate((30, 120, 600, 3600, 14400), 1):
        assert sending.deliver(clock(now)) == 0
        assert (letter().failures, letter().state, letter().error) == (failures, "waiting", "503")
        assert letter().next_at == now + timedelta(seconds=wait)
        assert sending.deliver(clock(now + timedelta(seconds=wait - 1))) == 0
        now = letter().next_at
    sending.deliver(clock(now))
    assert (letter().failures, letter().state) == (6, "dead")
    assert len(gateway.got) == 6
    gateway.status = 200
    assert sending.deliver(clock(now + timedelta(days=9))) == 0
    admin = desk.person("system_admin")
    actions.replay(letter(), by=admin.pk, at=now)
    assert sending.deliver(clock(now)) == 1
    assert len({event["id"] for event in gateway.events()}) == 1
    assert Event.objects.filter(verb="letter_replayed", by=admin).count() == 1
    with pytest.raises(Refused) as refused:
        actions.replay(letter(), by=admin.pk, at=now)
    assert refused.value.code == "letter_not_dead"


def test_nobody_listens_there(desk, gateway):
    push(desk)
    gateway.close()
    assert sending.deliver(clock()) == 0
    assert (letter().error, letter().state, letter().failures) == ("unreachable", "waiting", 1)


def test_a_redirect_is_not_followed(desk, gateway):
    push(desk)
    gateway.status = 302
    sending.deliver(clock())
    assert (letter().error, len(gateway.got)) == ("302", 1)


@pytest.mark.parametrize(
    ("url", "hosts"),
    [
        ("http://127.0.0.1:9/", []),
        ("http://127.0.0.1:9/", ["gateway.test"]),
        ("http://localhost:9/", ["localhost"]),  # a name that leads to this machine
        ("http://2130706433:9/", ["127.0.0.1"]),  # 127.0.0.1 written as a number
        ("http://169.254.169.254/latest/", ["sms.test"]),
    ],
)
def test_an_address_that_the_list_does_not_name_is_never_asked(desk, monkeypatch, url, hosts):
    set_to(monkeypatch, url, hosts)
    push(desk)
    monkeypatch.setattr(sending.socket, "create_connection", lambda *a: pytest.fail("asked"))
    assert sending.deliver(clock()) == 0
    assert letter().error == "forbidden"


def test_without_a_secret_nothing_leaves(desk, gateway, monkeypatch):
    push(desk)
    set_to(monkeypatch, gateway.url, ["127.0.0.1"], secret="")
    sending.deliver(clock())
    assert (letter().error, gateway.got) == ("no_secret", [])


def test_a_storm_of_a_thousand_events_is_at_most_four_letters_an_hour(desk, gateway):
    officer = desk.person("officer")
    actions.choose(officer.pk, outside="all", morning=True, evening=False, quiet_from=None, quiet_until=None, at=NOW)
    Notice.objects.bulk_create(
        Notice(account=officer, verb="order_sent", number=f"JQ{n}", url=f"/orders/{n}/", is_urgent=n % 7 == 0, event=n,
               at=NOW + timedelta(seconds=3 * n)) for n in range(1000)
    )  # fmt: skip
    made = [actions.plan(at=NOW + timedelta(seconds=10 * step)) for step in range(360)]
    assert sum(made) <= 4
    sending.deliver(clock(NOW + timedelta(hours=1)))
    assert len(gateway.got) == sum(made) >= 1
    assert all(len(event["data"]["items"]) <= 5 for event in gateway.events())


def test_quiet_hours_hold_what_is_not_urgent(desk, gateway):
    officer, night = desk.person("officer"), NOW.replace(hour=23)
    actions.choose(officer.pk, outside="all", morning=True, evening=False, quiet_from=None, quiet_until=None, at=NOW)
    record(desk.dispute.stream, "person_involved", by=None, at=night, account=officer.pk, name="x", part="x")
    tell(night)
    assert actions.plan(at=night + timedelta(hours=1)) == 0
    assert actions.plan(at=night + timedelta(hours=8)) == 1


def test_what_was_read_in_time_does_not_leave(desk, gateway):
    pushes.push_out(desk.dispute, [desk.zongzhi], LETTER, by=None, at=NOW)
    tell()
    actions.mark_read(desk.liaison.pk, None, at=NOW)
    assert actions.plan(at=NOW) == 0


def test_a_digest_comes_once_a_morning_and_is_caught_up_once(desk, gateway):
    push(desk)
    morning = NOW + timedelta(days=1)  # 09:00: the worker was down at eight
    assert actions.digest(at=morning) == 1
    assert actions.digest(at=morning + timedelta(minutes=5)) == 0
    found = Letter.objects.get(kind="digest")
    assert json.loads(found.body)["data"]["text"].startswith("早间摘要")
    assert actions.digest(at=morning.replace(hour=15)) == 0
    assert actions.digest(at=morning + timedelta(days=1)) == 1


def test_the_administrator_sees_what_is_dead_and_sends_it_again(desk, gateway):
    with time_machine.travel(NOW, tick=True):
        push(desk)
        Letter.objects.update(state="dead", failures=6, error="unreachable")
        client = Client()
        client.force_login(desk.person("system_admin"))
        page = client.get("/settings/outbox/").content.decode()
        assert "连不上网关" in page
        assert "失败 6 次" in page
        assert "推送给本单位" not in page  # what somebody was told is theirs
        assert client.post("/settings/outbox/replay/", {"letter": "x"}).status_code == 302
        client.post("/settings/outbox/replay/", {"letter": str(letter().pk)})
        assert letter().state == "waiting"
        Letter.objects.update(state="dead")
        client.post("/settings/outbox/replay/", {"letter": "all"})
        assert letter().state == "waiting"
