"""议题 at the API: proposed, changed, seconded, handled, each refusal with its sentence."""

import pytest

from deliberation.models import Motion
from kit.ids import new_id
from tests.api.client import problem


def words(room, **changes):
    return {
        "body": str(room.body.pk),
        "unit": str(room.cast.mingyue.pk),
        "title": "关于修缮烘干房的议题",
        "text": "烘干房漏雨。",
        **changes,
    }


def offered(shown):
    return [action["verb"] for action in shown["actions"]]


def test_a_secretary_proposes_changes_and_submits_and_the_joint_secretary_accepts(api, room):
    li, joint = api("secretary_li"), api(room.joint)
    made = li.post("/motions/", words(room))
    assert made.status_code == 201, made.text
    shown = made.json()
    address = shown["links"]["self"]
    assert made.headers["Location"] == address
    assert (shown["state"], shown["state_label"], shown["title"]) == ("draft", "草稿", "关于修缮烘干房的议题")
    assert offered(shown) == ["change", "submit", "withdraw"]
    problem(joint.get(address), 404)

    changed = li.patch(address, {"text": "烘干房漏雨，谷子受潮。"})
    assert (changed.status_code, changed.json()["text"]) == (200, "烘干房漏雨，谷子受潮。")
    assert li.post(f"{address}submit/").json()["state_label"] == "待受理"
    seen = joint.get(address).json()
    assert offered(seen) == ["accept", "return", "merge", "defer"]
    accepted = joint.post(f"{address}accept/").json()
    assert accepted["state"] == "accepted"
    assert offered(li.get(address).json()) == ["withdraw"]
    trail = li.get(accepted["links"]["timeline"]).json()["results"]
    assert [(each["event_label"], each["actor"]) for each in trail] == [("提交议题", "李顺"), ("受理议题", "冯远")]


def test_a_draft_is_seen_by_its_own_unit_alone(api, room):
    """S2, S4"""
    address = api("secretary_li").post("/motions/", words(room)).json()["links"]["self"]
    for who in ("entrepreneur_he", "cadre_chen", "district_zhao", "secretary_wang", "secretary_sun", room.joint):
        problem(api(who).get(address), 404)
        assert api(who).get("/motions/").json()["results"] == []
        problem(api(who).post(f"{address}submit/"), 404)
    assert api("secretary_li").get(address).status_code == 200


def test_another_unit_seconds_once_and_never_its_own(api, room):
    address = f"/motions/{room.motion().pk}/"
    he, li = api("entrepreneur_he"), api("secretary_li")
    assert "second" in offered(he.get(address).json())
    assert "second" not in offered(li.get(address).json())
    body = {"unit": str(room.cast.company.pk)}
    shown = he.post(f"{address}second/", body).json()
    assert shown["seconded_by"] == ["某农业公司"]
    assert "second" not in offered(shown)
    problem(he.post(f"{address}second/", body), 409, "already_seconded")
    problem(li.post(f"{address}second/", {"unit": str(room.cast.mingyue.pk)}), 422, "own_motion")
    # A unit in sight that is not one's own.
    problem(li.post(f"{address}second/", body), 403)
    # A leader of the body does not second in the body's own name.
    problem(api(room.joint).post(f"{address}second/", {"unit": str(room.body.pk)}), 422, "not_a_member")


def test_seconded_by_a_third_it_is_not_put_off(api, room):
    """F-21: two of four units."""
    address = f"/motions/{room.motion().pk}/"
    api("entrepreneur_he").post(f"{address}second/", {"unit": str(room.cast.company.pk)})
    assert api(room.joint).post(f"{address}defer/", {"reason": "年底再议"}).status_code == 200
    api(room.joint).post(f"{address}accept/")
    api(room.daxing).post(f"{address}second/", {"unit": str(room.cast.daxing.pk)})
    problem(api(room.joint).post(f"{address}defer/", {"reason": "年底再议"}), 409, "seconded_by_a_third")
    # Who may not handle it is told so, not how many second it.
    problem(api("entrepreneur_he").post(f"{address}defer/", {"reason": "年底再议"}), 403)


@pytest.mark.parametrize("step, state", [("return", "returned"), ("defer", "deferred")])
def test_every_refusal_shows_its_reason_to_all(api, room, step, state):
    address = f"/motions/{room.motion().pk}/"
    problem(api(room.joint).post(f"{address}{step}/", {"reason": " "}), 400)
    assert api(room.joint).post(f"{address}{step}/", {"reason": "请补预算"}).json()["state"] == state
    assert api("entrepreneur_he").get(address).json()["reason"] == "请补预算"


def test_merging_keeps_both_readable(api, room):
    kept, gone = room.motion(title="关于共建冷链库的议题"), room.motion()
    shown = api(room.joint).post(f"/motions/{gone.pk}/merge/", {"into": str(kept.pk), "reason": "同一件事"}).json()
    assert (shown["state"], shown["merged_into"]["name"]) == ("merged", "关于共建冷链库的议题")
    problem(
        api(room.joint).post(f"/motions/{gone.pk}/merge/", {"into": str(kept.pk), "reason": "再并"}),
        409,
        "illegal_move",
    )


def test_what_a_unit_proposed_stays_its_own(api, room):
    """A leader of the body neither writes nor withdraws in a unit's name."""
    problem(api(room.joint).post("/motions/", words(room)), 403)
    motion = room.motion()
    problem(api(room.joint).post(f"/motions/{motion.pk}/withdraw/", {"reason": "不议了"}), 403)
    own = api(room.joint).post("/motions/", words(room, unit=str(room.body.pk)))
    assert own.status_code == 201
    assert api("secretary_li").post(f"/motions/{motion.pk}/withdraw/", {"reason": "已解决"}).status_code == 200


def test_a_major_matter_needs_its_consultation_first(api, room):
    li = api("secretary_li")
    address = li.post("/motions/", words(room, classification="major_project")).json()["links"]["self"]
    refusal = problem(li.post(f"{address}submit/"), 422, "consultation_missing")
    assert refusal["errors"] == {"consultation_note": ["三重一大议题须先个别酝酿，请填写酝酿情况。"]}


def test_a_foreign_unit_or_body_is_refused_like_an_absent_one(api, room):
    li = api("secretary_li")
    for field, row in (("unit", room.cast.yangfan), ("body", room.cast.zengkou_joint)):
        hidden = problem(li.post("/motions/", words(room, **{field: str(row.pk)})), 422, "not_found")
        absent = problem(li.post("/motions/", words(room, **{field: str(new_id())})), 422, "not_found")
        assert hidden == absent
    assert not Motion.objects.exists()


def test_a_unit_that_is_no_member_cannot_propose(api, room):
    problem(api("secretary_wang").post("/motions/", words(room, unit=str(room.cast.longmen.pk))), 422, "not_found")


def test_the_same_key_gives_the_same_motion(api, room):
    li = api("secretary_li")
    first = li.post("/motions/", words(room), idempotency_key="k-1")
    again = li.post("/motions/", words(room), idempotency_key="k-1")
    assert (again.json(), again.headers["Idempotency-Replayed"]) == (first.json(), "true")
    problem(li.post("/motions/", words(room, title="另一件事"), idempotency_key="k-1"), 409, "idempotency_key_reused")
    assert Motion.objects.count() == 1


def test_a_stale_text_is_not_overwritten(api, room):
    li = api("secretary_li")
    address = li.post("/motions/", words(room)).json()["links"]["self"]
    old = li.get(address).headers["ETag"]
    assert li.patch(address, {"text": "甲"}, if_match=old).status_code == 200
    problem(li.patch(address, {"text": "乙"}, if_match=old), 412)
    assert Motion.objects.get().text == "甲"


@pytest.mark.parametrize(
    "query, found",
    [
        ("state=submitted", 1),
        ("state=adopted", 0),
        ("quarter=2026Q4", 1),
        ("quarter=2026Q3", 0),
        ("classification=routine", 1),
        ("created_after=2026-11-24T00:00:00%2B08:00", 1),
        ("created_after=2026-11-25T00:00:00%2B08:00", 0),
        ("search=烘干", 1),
        ("search=冷链", 0),
        ("about=resources.demand:x", 0),
    ],
)
def test_the_list_is_filtered(api, room, query, found):
    room.motion()
    assert len(api(room.joint).get(f"/motions/?{query}").json()["results"]) == found


def test_the_list_is_filtered_by_body_and_unit(api, room):
    room.motion()
    for name, row, found in [
        ("body", room.body, 1),
        ("body", room.cast.longmen_base, 0),
        ("unit", room.cast.mingyue, 1),
        ("unit", room.cast.company, 0),
    ]:
        rows = api("cadre_chen").get(f"/motions/?{name}={row.pk}").json()["results"]
        assert len(rows) == found, name


@pytest.mark.parametrize(
    "query", ["state=nonsense", "quarter=2026", "quarter=2026Q5", "body=x", "wrong=1", "ordering=title"]
)
def test_an_unknown_value_or_name_is_400_with_its_name(api, room, query):
    refusal = problem(api(room.joint).get(f"/motions/?{query}"), 400)
    assert query.split("=")[0] in refusal["detail"] + str(refusal.get("errors"))


def test_the_register_is_the_same_rows(api, room):
    room.motion()
    register = api(room.joint).get("/motions/?format=csv")
    assert "关于修缮烘干房的议题" in register.content.decode("utf-8-sig")
    assert api("secretary_sun").get("/motions/?format=csv").content.decode("utf-8-sig").count("\n") <= 1


def test_the_timeline_finds_a_motion_only_in_reach(api, room):
    motion = room.motion()
    address = f"/timeline/?subject=deliberation.motion:{motion.pk}"
    assert api("entrepreneur_he").get(address).json()["results"]
    problem(api("secretary_wang").get(address), 404)
