"""scratch"""
import pytest
from tests import world
from tests.browser.test_front import complaints, enter, look
from tests.intake.doors.conftest import call
from twinloop.cases import actions
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.places.models import Place
pytestmark = pytest.mark.browser

def fill():
    with see_as(SYSTEM):
        from django.utils import timezone
        from datetime import timedelta
        now = timezone.localtime()
        place = Place.objects.served().communities().get(short="柳塘村")
        for i, t in enumerate(("李家把排水沟用水泥堵了，水倒灌进厨房", "邻居半夜放鞭炮，吵得睡不着", "两家又为排水沟吵起来，要动手")):
            c = actions.Caller(world.person("王秀兰", phone="19900000127"))
            r = world.incident(place, caller=c, narrative=t, at=now - timedelta(days=20 * i + 2))
            if i != 1: world.dispute(place, incident=r, title=f"王、李两家排水沟纠纷{i}", at=now - timedelta(days=20 * i + 2))

def test_shots(office, phone, site):
    fill()
    page = office
    said = complaints(page)
    enter(page, site.url, "dispatcher")
    page.goto(site.url + "/intake/")
    page.wait_for_selector("html[data-keep-ready]")
    page.keyboard.type("19900000127")
    page.keyboard.press("Enter"); page.keyboard.insert_text("王秀兰")
    page.keyboard.press("Alt+a"); page.keyboard.type("lt")
    page.wait_for_selector("#spots [data-code]")
    page.screenshot(path="/tmp/shots/doors-combo.png")
    page.keyboard.press("Enter"); page.keyboard.press("Enter"); page.keyboard.insert_text("3组12号")
    page.keyboard.press("Alt+j"); page.keyboard.insert_text("李家把排水沟又用水泥堵了，水倒灌进我家厨房。上次派出所调过，现在不认账。他儿子说谁动沟就打谁。")
    page.wait_for_timeout(900)
    page.screenshot(path="/tmp/shots/doors-office.png")
    print(look(page))
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/intake/done/**")
    page.wait_for_timeout(300)
    page.screenshot(path="/tmp/shots/doors-done.png")
    print(look(page), page.evaluate("document.activeElement.id"))
    number = page.locator("#done-no").inner_text()
    page.goto(f"{site.url}/incidents/{number}/elsewhere/")
    page.screenshot(path="/tmp/shots/doors-elsewhere.png", full_page=True)
    print(look(page))
    page.goto(site.url + "/intake/transfer/")
    page.screenshot(path="/tmp/shots/doors-transfer.png")
    page.goto(site.url + "/intake/petition/")
    page.screenshot(path="/tmp/shots/doors-petition.png")
    print(said)
    page = phone
    enter(page, site.url, "auxiliary")
    page.goto(site.url + "/intake/walk-in/")
    page.screenshot(path="/tmp/shots/doors-phone.png", full_page=True)
    print(look(page))
    page.click("#intake [type=submit]")
    page.wait_for_timeout(800)
    page.screenshot(path="/tmp/shots/doors-phone-wrong.png")
    print(look(page))
    page.fill("#phone", "19900000127"); page.fill("#text", "邻居把排水沟堵了"); page.fill("#place", "柳塘村"); page.click("#intake [type=submit]")
    page.wait_for_url("**/intake/done/**")
    page.screenshot(path="/tmp/shots/doors-phone-done.png")
    print(look(page))

def test_dark(office, site):
    from tests.browser.test_lists import choose
    fill()
    enter(office, site.url, "dispatcher")
    choose(office, "dark", "zh-hans")
    office.goto(site.url + "/intake/")
    office.wait_for_selector("html[data-keep-ready]")
    office.keyboard.type("19900000127"); office.fill("#place", "柳塘村"); office.fill("#text", "李家把排水沟又用水泥堵了，他儿子拿刀说谁动沟就打死谁，我不想活了")
    office.wait_for_timeout(2500)
    office.screenshot(path="/tmp/shots/doors-dark.png")
