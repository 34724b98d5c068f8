"""报需求 on a phone, its steps, and the neighbour who gets 404."""

import re
from datetime import datetime, time, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kit.ids import new_id
from resources.models import Demand
from tests.cast import CAST
from tests.resources.stages import layered
from tests.resources.test_demands import accepted, submitted, verified, written


@pytest.fixture
def as_(client):
    def log_in(person):
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return log_in


def send(client, address, **values):
    return client.post(address, {"form_key": str(new_id()), **values})


def test_a_village_secretary_reports_a_demand(cast, as_):
    client = as_(cast.secretary_li)
    page = client.get(reverse("demand-new"))
    place = re.search(r'name="membership" value="([^"]+)"', page.text)[1]
    answer = send(
        client,
        reverse("demand-new"),
        membership=place,
        kind="unit",
        category="equipment",
        title="烘干房漏雨需要修缮",
        text="两座烘干房顶棚漏雨。",
    )
    demand = Demand.objects.get()
    assert answer["Location"] == reverse("demand", args=[demand.pk])
    assert demand.state == "submitted"
    assert "需求已提交" in client.get(answer["Location"]).text


def test_the_same_form_twice_is_one_demand(cast, as_):
    client = as_(cast.secretary_li)
    place = re.search(r'name="membership" value="([^"]+)"', client.get(reverse("demand-new")).text)[1]
    values = {"membership": place, "kind": "unit", "category": "water", "title": "提灌站", "text": "水泵坏了。"}
    key = str(new_id())
    for _ in range(2):
        client.post(reverse("demand-new"), {"form_key": key, **values})
    assert Demand.objects.count() == 1


def test_errors_stand_at_the_field(cast, as_):
    client = as_(cast.secretary_li)
    place = re.search(r'name="membership" value="([^"]+)"', client.get(reverse("demand-new")).text)[1]
    answer = send(
        client,
        reverse("demand-new"),
        membership=place,
        kind="villager_request",
        category="water",
        title="吃水难",
        text="老王 13912345678 反映。",
    )
    assert answer.status_code == 422
    assert "不写姓名和联系方式" in answer.text
    assert not Demand.objects.exists()


def test_who_has_no_unit_has_no_form(cast, as_):
    assert as_(cast.discipline_wu).get(reverse("demand-new")).status_code == 404


def test_each_sees_the_steps_that_are_theirs(cast, as_):
    row = submitted(cast)
    address = reverse("demand", args=[row.pk])
    assert "受理" in as_(cast.cadre_chen).get(address).text
    assert "撤回" in as_(cast.secretary_li).get(address).text
    assert reverse("demand-step", args=[row.pk, "accept"]) not in as_(cast.entrepreneur_he).get(address).text
    assert as_(cast.secretary_sun).get(address).status_code == 404


def test_the_township_accepts_and_answers_on_the_page(cast, as_):
    row = submitted(cast)
    client = as_(cast.cadre_chen)
    send(client, reverse("demand-step", args=[row.pk, "accept"]))
    answer = send(client, reverse("demand-step", args=[row.pk, "verify"]), way_forward="")
    assert answer.status_code == 422
    send(client, reverse("demand-step", args=[row.pk, "verify"]), way_forward="建议提请联席会议。")
    assert Demand.objects.get(pk=row.pk).state == "verified"


def test_a_wrong_moment_is_told_and_changes_nothing(cast, as_):
    row = accepted(cast)
    answer = send(as_(cast.cadre_chen), reverse("demand-step", args=[row.pk, "accept"]))
    assert answer.status_code == 409
    assert "已受理" in answer.text


def test_a_returned_demand_is_completed_in_one_step(cast, as_):
    row = submitted(cast)
    send(as_(cast.cadre_chen), reverse("demand-step", args=[row.pk, "return"]), reason="请写明面积")
    client = as_(cast.secretary_li)
    assert "请写明面积" in client.get(reverse("demand", args=[row.pk])).text
    send(client, reverse("demand-edit", args=[row.pk]), category="housing", title=row.title, text="各60平方米。")
    row.refresh_from_db()
    assert (row.state, row.text) == ("submitted", "各60平方米。")


def test_the_unit_agrees_to_a_change_beside_its_words(cast, as_):
    """F-10: only the unit's secretary is asked, once."""
    row = layered(cast)
    address = reverse("demand-layer-consent", args=[row.pk, row.layers.get().pk])
    assert address not in as_(cast.cadre_chen).get(reverse("demand", args=[row.pk])).text
    assert send(as_(cast.cadre_chen), address).status_code == 403
    assert as_(cast.secretary_sun).get(address).status_code == 404
    client = as_(cast.secretary_li)
    page = client.get(reverse("demand", args=[row.pk])).text
    assert address in page
    assert "与原话不同" in page
    assert "原话照旧保留" in client.get(address).text
    assert send(client, address).status_code == 302
    page = client.get(reverse("demand", args=[row.pk])).text
    assert "单位已同意改动" in page
    assert address not in page
    assert send(client, address).status_code == 409


def test_settling_offers_only_members_of_the_same_joint_organization(cast, as_):
    row = verified(cast)
    page = as_(cast.secretary_li).get(reverse("demand-step", args=[row.pk, "offer"])).text
    assert cast.company.name in page
    assert cast.longmen.name not in page


def test_the_register_and_the_workbench_show_it(cast, as_):
    written(cast, title="草稿不给别人看")
    submitted(cast)
    text = as_(cast.cadre_chen).get(reverse("resources")).text
    assert "烘干房漏雨" in text
    assert "草稿不给别人看" not in text
    assert "烘干房漏雨" in as_(cast.cadre_chen).get(reverse("workbench")).text


@pytest.mark.parametrize("page", ["demand", "demand-edit", "accept", "withdraw"])
def test_s1_the_whole_cast_before_a_submitted_demand(cast, as_, client, page):
    """Own unit and township act, fellow members read, everybody else finds nothing (S1, S4)."""
    row = submitted(cast)
    address = reverse(page, args=[row.pk]) if page.startswith("demand") else reverse("demand-step", args=[row.pk, page])
    readers = {"secretary_li", "cadre_chen", "entrepreneur_he", "district_zhao"}
    for who in CAST:
        person = cast[who]
        answer = (as_(person) if person.pk else Client()).get(address)
        expected = 302 if who == "anonymous" else 403 if who == "outsider" else 200 if who in readers else 404
        assert answer.status_code == expected, who


def test_s1_only_the_township_accepts(cast, as_):
    row = submitted(cast)
    for who in set(CAST) - {"anonymous", "cadre_chen"}:
        answer = send(as_(cast[who]), reverse("demand-step", args=[row.pk, "accept"]))
        assert answer.status_code in (403, 404), who
    assert Demand.objects.get(pk=row.pk).state == "submitted"


def test_the_register_shows_lights_and_finds_by_word_category_and_light(cast, as_):
    accepted(cast)  # 烘干房, equipment
    submitted(cast, title="提灌站水泵坏了", category="water")
    client = as_(cast.cadre_chen)

    def found(**query):
        return re.findall(
            r'<td role="cell" class="key"[^>]*><a [^>]*>([^<]+)</a>', client.get("/resources/", query).text
        )

    assert found() == ["提灌站水泵坏了", "烘干房漏雨需要修缮"]
    assert found(category="water") == ["提灌站水泵坏了"]
    assert found(q="烘干") == ["烘干房漏雨需要修缮"]
    assert found(q="没有这样的") == []
    assert "没有符合条件的需求" in client.get("/resources/", {"q": "没有这样的"}).text
    assert found(light="blue") == []
    assert found(category="nonsense", light="pink") == ["提灌站水泵坏了", "烘干房漏雨需要修缮"]
    assert 'data-label="灯"><span class="light' in client.get("/resources/").text
    assert client.get("/resources/", {"q": "\x00"}).status_code == 400


def test_before_eight_in_the_morning_it_is_already_today(cast, as_):
    """UTC still has yesterday then; the light must not."""
    row = submitted(cast)
    due = row.accept_by_on
    morning = datetime.combine(due + timedelta(days=1), time(6, 30), tzinfo=timezone.get_default_timezone())
    with time_machine.travel(morning, tick=False):
        assert "超期" in as_(cast.cadre_chen).get(reverse("demand", args=[row.pk])).text
    with time_machine.travel(morning - timedelta(days=1), tick=False):
        assert "超期" not in as_(cast.cadre_chen).get(reverse("demand", args=[row.pk])).text
