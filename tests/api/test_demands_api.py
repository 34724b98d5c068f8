"""The API of demands: the words to the confirmed result, what a neighbour sees of it, and what bad input gets."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from deliberation.models import Motion
from kit.models.facts import Fact
from resources.models import Demand, DemandLayer, LayerConsent
from tests.api.client import problem
from tests.resources.stages import STAGES, layered, settling
from tests.resources.test_demands import accepted, submitted, verified, written


def words(cast, **changes):
    return {
        "unit": str(cast.mingyue.pk),
        "body": str(cast.tianma.pk),
        "category": "equipment",
        "title": "烘干房漏雨需要修缮",
        "text": "两座烘干房顶棚漏雨，收稻前要修好。",
        "quantity": 2,
        "quantity_unit": "座",
        "needed_by_on": (timezone.localdate() + timedelta(days=30)).isoformat(),
    } | changes


def verbs(shown):
    return [action["verb"] for action in shown["actions"]]


def follow(caller, shown, verb, body=None):
    """Do what the representation offers, by its own address."""
    action = next(each for each in shown["actions"] if each["verb"] == verb)
    assert action["method"] == "POST"
    answer = caller.post(action["href"], body)
    assert answer.status_code == 200, answer.content.decode()
    return answer.json()


# --- the story --------------------------------------------------------------------------------------------------------


def test_a_demand_from_the_words_to_the_confirmed_result(call, cast):
    li, chen, he = call("secretary_li"), call("cadre_chen"), call("entrepreneur_he")
    made = li.post("/demands/", words(cast))
    assert made.status_code == 201
    draft = made.json()
    assert made.headers["Location"] == draft["links"]["self"]
    assert (draft["state"], draft["state_label"], draft["light"]) == ("draft", "草稿", None)
    assert verbs(draft) == ["change", "submit", "withdraw"]
    shown = follow(li, draft, "submit")
    assert (shown["state"], shown["held_by"], shown["light"]) == ("submitted", "乡镇", "yellow")
    assert shown["held_until"]
    assert shown["light_word"]
    assert verbs(shown) == ["withdraw"]

    shown = follow(chen, chen.get(shown["links"]["self"]).json(), "accept")
    added = {"level": "check", "category": "housing", "text": "按房屋修缮办理。", "quantity": 1, "quantity_unit": "座"}
    shown = follow(chen, shown, "add-layer", added)
    (layer,) = shown["layers"]
    assert (layer["level_label"], layer["category_label"], layer["differs"]) == ("初核", "房屋", True)
    assert shown["text"] == words(cast)["text"]
    agreed = follow(li, li.get(layer["href"]).json(), "consent")
    assert agreed["consented_at"]
    assert agreed["actions"] == []
    shown = follow(chen, shown, "verify", {"way_forward": "可与公司商量。"})
    assert (shown["state"], shown["reason"], shown["answered_at"] is not None) == ("verified", "可与公司商量。", True)

    shown = li.get(shown["links"]["self"]).json()
    assert verbs(shown) == ["object", "offer-settlement", "table"]
    shown = follow(li, shown, "offer-settlement", {"partner": str(cast.company.pk), "terms": "借用彩钢瓦，秋后归还。"})
    assert shown["settlement"]["partner"]["name"] == "某农业公司"
    assert verbs(shown) == []
    theirs = he.get(shown["links"]["self"]).json()
    assert verbs(theirs) == ["agree-settlement", "decline-settlement"]
    shown = follow(he, theirs, "agree-settlement")
    assert shown["settlement"]["agreed_at"]
    shown = follow(chen, chen.get(shown["links"]["self"]).json(), "fulfil")
    shown = follow(li, li.get(shown["links"]["self"]).json(), "reopen", {"reason": "还差一座"})
    shown = follow(li, shown, "fulfil")
    shown = follow(li, shown, "confirm")
    assert (shown["state"], shown["actions"], shown["held_by"]) == ("confirmed", [], "")

    detail = li.get(shown["links"]["self"]).json()
    assert detail["trail"][0]["event_label"] == "确认办结"
    timeline = li.get(shown["links"]["timeline"]).json()["results"]
    assert [step["event"].rsplit(".", 1)[1] for step in timeline] == [
        *("submitted", "accepted", "layered", "layer_consented", "verified", "settlement_offered", "settled"),
        *("fulfilled", "reopened", "fulfilled", "confirmed"),
    ]


def test_a_verified_demand_becomes_a_motion_and_links_to_it(call, cast):
    li = call("secretary_li")
    shown = li.get(f"/demands/{verified(cast).pk}/").json()
    assert "motion" not in shown["links"]
    shown = follow(li, shown, "table", {"title": "修缮烘干房的议题"})
    motion = Motion.objects.get(about=f"resources.demand:{shown['id']}")
    assert motion.title == "修缮烘干房的议题"
    assert shown["links"]["motion"] == f"/api/v1/motions/{motion.pk}/"


def test_returned_it_is_changed_against_what_was_seen_and_handed_in_again(call, cast):
    li, chen = call("secretary_li"), call("cadre_chen")
    shown = follow(chen, chen.get(f"/demands/{submitted(cast).pk}/").json(), "return", {"reason": "请写明面积"})
    assert (shown["light"], shown["light_word"]) == ("blue", "待补正")
    address = shown["links"]["self"]
    seen = li.get(address).headers["ETag"]
    changed = li.patch(address, {"text": "两座，各60平方米。", "quantity": None, "quantity_unit": ""}, if_match=seen)
    assert (changed.json()["text"], changed.json()["quantity"]) == ("两座，各60平方米。", None)
    problem(li.patch(address, {"text": "另一台设备上的旧稿"}, if_match=seen), 412, "stale_version")
    assert follow(li, changed.json(), "submit")["state"] == "submitted"
    problem(li.patch(address, {"text": "再改"}), 409, "words_immutable")


def test_what_a_clerk_wrote_is_marked(call, cast):
    row = written(cast)
    Demand.objects.filter(pk=row.pk).update(is_filled_in=True)
    li = call("secretary_li")
    assert li.get(f"/demands/{row.pk}/").json()["is_filled_in"] is True
    assert [each["id"] for each in li.get("/demands/?filled_in=true").json()["results"]] == [str(row.pk)]


@pytest.mark.parametrize("state", STAGES)
def test_what_is_offered_is_what_the_service_takes(call, cast, state):
    """For everybody and every verb: offered → 200, not offered → refused."""
    row = STAGES[state](cast)
    bodies = {
        "verify": {"way_forward": "建议提请联席会议。"},
        "add-layer": {"level": "check", "category": "water", "text": "修缮。"},
        "offer-settlement": {"partner": str(cast.company.pk), "terms": "借用。"},
        **{name: {"reason": "另行安排"} for name in ("withdraw", "return", "wait", "close", "object", "reopen")},
        "decline-settlement": {"reason": "另行安排"},
    }
    names = (*bodies, "submit", "accept", "agree-settlement", "table", "fulfil", "confirm")
    for who in ("secretary_li", "cadre_chen", "entrepreneur_he", "district_zhao"):
        caller = call(who)
        seen = caller.get(f"/demands/{row.pk}/")
        offered = verbs(seen.json()) if seen.status_code == 200 else []
        for name in names:
            status = _tried(caller, row, name, bodies.get(name))
            assert (status == 200) is (name in offered), (who, name, status)


def _tried(caller, row, name, body):
    """The status of a verb, undone again."""
    with transaction.atomic():
        status = caller.post(f"/demands/{row.pk}/{name}/", body).status_code
        transaction.set_rollback(True)
    return status


# --- who sees what ----------------------------------------------------------------------------------------------------


def ids(caller, query=""):
    return {row["id"] for row in caller.get(f"/demands/?limit=200{query}").json()["results"]}


def test_drafts_of_the_own_unit_submitted_ones_of_the_members_nothing_of_the_neighbour(call, cast):
    draft, open_ = str(written(cast).pk), str(submitted(cast).pk)
    assert ids(call("secretary_li")) == {draft, open_}
    for who in ("cadre_chen", "entrepreneur_he", "district_zhao"):
        assert ids(call(who)) == {open_}, who
    for who in ("secretary_wang", "secretary_sun", "outsider", "system_admin", "discipline_wu"):
        assert ids(call(who)) == set(), who
        absent, hidden = f"/demands/{cast.mingyue.pk}/", f"/demands/{open_}/"
        assert problem(call(who).get(absent), 404) == problem(call(who).get(hidden), 404)
        problem(call(who).post(f"{hidden}accept/"), 404)


def test_layers_are_seen_where_their_demand_is(call, cast):
    layer = layered(cast).layers.get()
    for who in ("secretary_li", "cadre_chen", "entrepreneur_he", "district_zhao"):
        assert [row["id"] for row in call(who).get("/demand-layers/").json()["results"]] == [str(layer.pk)]
    for who in ("secretary_wang", "secretary_sun", "outsider", "audit_admin"):
        assert call(who).get("/demand-layers/").json()["results"] == []
        problem(call(who).get(f"/demand-layers/{layer.pk}/"), 404)


def test_only_the_units_secretary_consents_and_only_once(call, cast):
    layer = layered(cast).layers.get()
    address = f"/demand-layers/{layer.pk}/"
    problem(call("cadre_chen").post(f"{address}consent/"), 403)
    problem(call("entrepreneur_he").post(f"{address}consent/"), 403)
    assert call("secretary_li").post(f"{address}consent/").status_code == 200
    problem(call("secretary_li").post(f"{address}consent/"), 409, "already_consented")
    assert LayerConsent.objects.count() == 1
    assert DemandLayer.objects.get().category == "housing"


def test_a_layer_that_changed_nothing_asks_for_no_consent(call, cast):
    row = accepted(cast)
    same = {"level": "check", "category": "equipment", "text": "属实。", "quantity": 2, "quantity_unit": "座"}
    shown = call("cadre_chen").post(f"/demands/{row.pk}/add-layer/", same).json()
    address = shown["layers"][0]["href"]
    li = call("secretary_li")
    assert verbs(li.get(address).json()) == []
    problem(li.post(f"{address}consent/"), 409, "nothing_changed")


# --- filters ----------------------------------------------------------------------------------------------------------


def test_each_filter_holds_what_it_says(call, cast):
    submitted(cast)
    accepted(cast, category="water", title="提灌站维修", quantity=1)
    settling(cast)
    chen = call("cadre_chen")
    everything = chen.get("/demands/").json()["results"]
    assert len(everything) == 3
    tests = {
        "state=accepted": lambda row: row["state"] == "accepted",
        "kind=unit": lambda row: row["kind"] == "unit",
        "kind=villager_request": lambda row: False,
        "category=water": lambda row: row["category"] == "water",
        f"unit={cast.mingyue.pk}": lambda row: True,
        f"unit={cast.longmen.pk}": lambda row: False,
        f"joint_org={cast.tianma.pk}": lambda row: True,
        f"joint_org={cast.longmen_base.pk}": lambda row: False,
        f"township={cast.sanjiang.pk}": lambda row: True,
        f"township={cast.zengkou.pk}": lambda row: False,
        "filled_in=false": lambda row: True,
        "quarter=2026Q4": lambda row: True,  # the stages were handed in on 24 November 2026
        "quarter=2026Q3": lambda row: False,
        "created_after=2026-11-01T00:00:00%2B08:00": lambda row: True,
        "created_after=2027-11-01T00:00:00%2B08:00": lambda row: False,
        "search=%E6%8F%90%E7%81%8C": lambda row: "提灌" in row["title"],
    }
    for query, holds in tests.items():
        wanted = {row["id"] for row in everything if holds(row)}
        assert ids(chen, f"&{query}") == wanted, query


@pytest.mark.parametrize("days", range(-9, 24))
def test_filtered_by_light_a_list_holds_exactly_the_rows_that_show_it(call, cast, days):
    """The condition on dates and the arithmetic in Python never part, whatever the day of the deadline."""
    due = timezone.localdate() + timedelta(days=days)
    rows = [submitted(cast), accepted(cast), STAGES["returned"](cast), verified(cast), written(cast)]
    Demand.objects.exclude(state="draft").update(accept_by_on=due, answer_by_on=due)
    for who in ("cadre_chen", "secretary_li"):
        caller = call(who)
        lights = {row["id"]: row["light"] for row in caller.get("/demands/").json()["results"]}
        assert len(lights) == (len(rows) if who == "secretary_li" else len(rows) - 1)
        for colour in ("red", "yellow", "green", "blue"):
            assert ids(caller, f"&light={colour}") == {key for key, light in lights.items() if light == colour}


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("state=gone", "state"),
        ("light=grey", "light"),
        ("light=red&light=blue", "light"),
        ("quarter=2026Q5", "quarter"),
        ("quarter=9999Q4", "quarter"),
        ("quarter=0000Q1", "quarter"),
        ("quarter=2026", "quarter"),
        ("unit=x", "unit"),
        ("joint_org=1", "joint_org"),
        ("ordering=title", "ordering"),
        ("ordering=-submitted_at", "ordering"),
        ("title=x", "title"),
        ("search=%00", "search"),
    ],
)
def test_a_bad_parameter_is_named(call, query, name):
    assert list(problem(call("cadre_chen").get(f"/demands/?{query}"), 400)["errors"]) == [name]


def test_pages_forward_and_back_hold_every_demand_once(call, cast):
    for number in range(45):
        submitted(cast, title=f"第{number}件")
    chen = call("cadre_chen")
    everything = [row["id"] for row in chen.get("/demands/?limit=200").json()["results"]]
    first = chen.get("/demands/?limit=20&count=capped").json()
    second = chen.get(first["next"]).json()
    third = chen.get(second["next"]).json()
    assert [row["id"] for page in (first, second, third) for row in page["results"]] == everything
    assert (first["count"], third["next"]) == (45, None)
    assert chen.get(third["previous"]).json()["results"] == second["results"]


def test_the_register_holds_the_rows_of_the_list_with_their_labels(call, cast):
    submitted(cast)
    text = call("cadre_chen").get("/demands/?format=csv").content.decode("utf-8-sig")
    heading, line = text.strip().splitlines()
    assert heading.startswith(
        "需要什么,来源,状态,类别,具体情况（原话）,数量,数量单位,希望办到,单位,联村党组织,填报人,代填"
    )
    assert line.startswith("烘干房漏雨需要修缮,单位需求,待受理,设备,")
    assert Fact.objects.filter(subject="register:demands").count() == 1
    assert call("cadre_chen").get("/demands/?format=xlsx").status_code == 200
