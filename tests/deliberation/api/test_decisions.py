"""Resolutions, notices, objections and tasks at the API: what is refused, and an objector whom nothing names."""

from datetime import date, timedelta

import pytest

from deliberation.models import Objection, ResolutionTask
from deliberation.services import tasks
from kit.models import AuditEvent, IdempotencyRecord
from kit.models.facts import Fact
from tests.api.client import Caller, problem
from tests.deliberation.conftest import NOW
from tests.deliberation.test_resolutions import adopted, formed, published
from tests.factories import PersonFactory, PostingFactory

WORDS = "造价和村里公布的不一样，请重新核算。"


@pytest.fixture
def notice(room):
    return published(room)


def objecting(notice, **changes):
    return {"public_notice": notice.pk, "text": WORDS, **changes}


def test_f25_what_was_not_adopted_gives_no_resolution(api, room):
    body = {"motion": room.accepted().pk, "title": "先斩后奏", "text": "先办", "scope": "none"}
    problem(api(room.joint).post("/resolutions/", body), 409, "motion_not_adopted")


def test_a_cadre_proposal_never_goes_to_the_public(api, room):
    motion = adopted(room, classification="major_appointment", consultation_note="已逐一酝酿")
    body = {"motion": motion.pk, "title": "决议", "text": "推荐", "scope": "public"}
    assert list(problem(api(room.joint).post("/resolutions/", body), 422, "never_public")["errors"]) == ["scope"]


def test_a_notice_runs_its_days_and_then_takes_effect(api, room, notice, clock):
    address = f"/resolutions/{notice.resolution_id}/"
    problem(api(room.joint).post(f"{address}take-effect/"), 409, "notice_running")
    clock.move_to(NOW + timedelta(days=7))
    shown = api(room.joint).get(address).json()
    assert "take-effect" in [action["verb"] for action in shown["actions"]]
    assert api(room.joint).post(f"{address}take-effect/").json()["state"] == "effective"


def test_a_notice_does_not_begin_in_the_past(api, room):
    body = {"resolution": formed(room).pk, "title": "公示", "text": "文", "from_on": "2026-11-23"}
    assert list(problem(api("cadre_chen").post("/public-notices/", body), 422, "date_in_past")["errors"]) == ["from_on"]


@pytest.mark.parametrize("who", ["anonymous", "secretary_li", "secretary_sun"])
def test_anybody_objects_and_nothing_tells_who(api, room, notice, who):
    before = AuditEvent.objects.count()
    caller = api(who)
    filed = caller.post("/objections/", objecting(notice), idempotency_key="o-1")
    assert filed.status_code == 201, filed.text
    assert set(filed.json()) == {"ticket", "answer_due_on", "links"}
    # Handed in twice it is one objection with the same ticket.
    assert caller.post("/objections/", objecting(notice), idempotency_key="o-1").json() == filed.json()
    assert Objection.objects.count() == 1

    person = str(getattr(room.cast[who], "pk", None))
    fact = Fact.objects.get(event="deliberation.objection.received")
    assert (fact.actor, fact.actor_id, fact.request_id) == ("system:visitor", None, "")
    left = AuditEvent.objects.order_by("pk")[before:].values_list("actor", "request_id")
    assert list(left)
    assert all(actor == "system:visitor" and not request for actor, request in left)
    assert not IdempotencyRecord.objects.filter(key="o-1", person_id=room.cast.secretary_li.pk).exists()
    shown = api(room.joint).get("/objections/").content.decode()
    assert WORDS in shown
    assert person not in shown
    assert filed.json()["ticket"] not in shown


def test_an_objection_that_comes_late_or_says_nothing_is_refused(api, room, notice, clock):
    nobody = Caller()
    problem(nobody.post("/objections/", objecting(notice, text="不行")), 422)
    problem(nobody.post("/objections/", objecting(notice, public_notice=room.cast.mingyue.pk)), 422, "not_found")
    clock.move_to(NOW + timedelta(days=7))
    problem(Caller().post("/objections/", objecting(notice)), 409, "notice_over")
    assert not Objection.objects.exists()


def test_one_address_does_not_flood_the_body(api, notice, settings):
    settings.PUBLIC_RATES = settings.PUBLIC_RATES | {"write": 2}
    nobody = Caller()
    statuses = [nobody.post("/objections/", objecting(notice)).status_code for _ in range(3)]
    assert statuses == [201, 201, 429]
    refused = nobody.post("/objections/", objecting(notice))
    problem(refused, 429, "throttled")
    assert int(refused.headers["Retry-After"]) > 0


def test_an_upheld_objection_sends_the_motion_back(api, room, notice):
    Caller().post("/objections/", objecting(notice))
    joint = api(room.joint)
    row = joint.get("/objections/?state=received").json()["results"][0]
    assert row["light"] == "green"
    assert api("secretary_li").get("/objections/").json()["results"] == []
    problem(api("secretary_li").get(row["links"]["self"]), 404)
    problem(api(room.joint).post(f"/resolutions/{notice.resolution_id}/take-effect/"), 409)
    address, chen = row["links"]["self"], api("cadre_chen")
    problem(chen.post(f"{address}answer/", {"upheld": True, "answer": "造价确需重新核算。"}), 403)
    draft = joint.post(f"{address}answer/", {"upheld": True, "answer": "造价确需重新核算。"}).json()
    assert (draft["state"], draft["proposal"], draft["answered_at"], draft["actions"]) == (
        "in_review",
        "uphold",
        None,
        [],
    )
    problem(joint.post(f"{address}answer/", {"upheld": False, "answer": "再答"}), 409, "illegal_move")
    problem(joint.post(f"{address}confirm/", {"drafted_at": draft["drafted_at"]}), 403)
    assert joint.get(f"/resolutions/{notice.resolution_id}/").json()["state"] == "objected"
    shown = chen.get(address).json()
    assert [action["verb"] for action in shown["actions"]] == ["confirm", "return"]
    assert list(problem(chen.post(f"{address}return/", {"reason": " "}), 400)["errors"]) == ["reason"]
    problem(chen.post(f"{address}confirm/", {}), 400)
    problem(chen.post(f"{address}confirm/", {"drafted_at": "2026-11-24T08:00:00+08:00"}), 409, "draft_changed")
    answered = chen.post(f"{address}confirm/", {"drafted_at": draft["drafted_at"]}).json()
    assert (answered["state"], answered["actions"]) == ("upheld", [])
    problem(chen.post(f"{address}confirm/", {"drafted_at": draft["drafted_at"]}), 409, "illegal_move")
    assert joint.get(f"/resolutions/{notice.resolution_id}/").json()["state"] == "sent_back"
    assert joint.get(f"/motions/{notice.resolution.motion_id}/").json()["state"] == "accepted"


def test_a_task_for_nobody_for_two_for_a_stranger_or_in_the_past_is_refused(api, room):
    resolution = formed(room)
    joint = api(room.joint)
    body = {"resolution": resolution.pk, "title": "修缮", "due_on": "2026-12-24", "owner": room.cast.mingyue.pk}

    def refused(code, field, **changes):
        refusal = problem(joint.post("/resolution-tasks/", body | changes), 422, code)
        assert list(refusal["errors"]) == [field]

    refused("task_for_nobody", "owner", owner=None)
    refused("task_for_nobody", "owner", outside_body="区水利局")
    refused("date_in_past", "due_on", due_on="2026-11-23")
    refused("not_found", "owner", owner=str(room.cast.yangfan.pk))
    elsewhere = body | {"owner": room.cast.longmen.pk}
    problem(api("cadre_chen").post("/resolution-tasks/", elsewhere), 403)
    assert not ResolutionTask.objects.exists()


def test_a_unit_of_another_body_is_no_owner(api, room):
    """Whoever sees both still names only a member, or writes it as an outside body."""
    PostingFactory(person=room.joint, organization=room.cast.longmen, role="mentor")
    body = {"resolution": formed(room).pk, "title": "修缮", "due_on": "2026-12-24", "owner": room.cast.longmen.pk}
    refusal = problem(api(room.joint).post("/resolution-tasks/", body), 422, "owner_not_member")
    assert "外部单位" in refusal["detail"]


def test_a_due_day_of_a_year_without_holidays_says_so(api, room):
    joint = api(room.joint)
    body = {"resolution": formed(room).pk, "title": "修缮", "due_on": "2028-03-01", "owner": room.cast.mingyue.pk}
    made = joint.post("/resolution-tasks/", body).json()
    assert made["calendar_warning"] == "2028 年节假日尚未维护，暂按周一至周五计算。"
    assert made["light"] == "green"


@pytest.mark.parametrize("day, colour", [("2026-11-24", "red"), ("2026-11-25", "yellow"), ("2026-12-24", "green")])
def test_tasks_are_found_by_their_light(api, room, clock, day, colour):
    task = tasks.assign_task(
        actor=room.joint,
        resolution=formed(room),
        title="修缮",
        due_on=date.fromisoformat(day),
        owner=room.cast.mingyue,
        now=NOW,
    )
    clock.move_to(NOW + timedelta(days=1))
    li = api("secretary_li")
    assert li.get(f"/resolution-tasks/{task.pk}/").json()["light"] == colour
    for asked in ("red", "yellow", "green", "blue"):
        rows = li.get(f"/resolution-tasks/?light={asked}").json()["results"]
        assert len(rows) == (asked == colour), asked


def test_a_clerk_of_the_unit_does_not_confirm(api, room):
    clerk = PersonFactory(organization=room.cast.mingyue, username="clerk")
    PostingFactory(person=clerk, organization=room.cast.mingyue, role="unit_representative")
    task = tasks.assign_task(
        actor=room.joint,
        resolution=formed(room),
        title="修缮",
        due_on=date(2026, 12, 24),
        owner=room.cast.mingyue,
        now=NOW,
    )
    address = f"/resolution-tasks/{task.pk}/"
    assert api(clerk).post(f"{address}report/", {"progress": "已修好。"}).status_code == 200
    assert api(room.deputy).post(f"{address}accept/").json()["state"] == "accepted"
    problem(api(clerk).post(f"{address}confirm/"), 403, "not_the_proposer")
    assert api("secretary_li").post(f"{address}confirm/").json()["state"] == "confirmed"


@pytest.mark.parametrize("resource", ["resolutions", "resolution-tasks", "objections"])
def test_s2_nothing_of_it_is_on_a_neighbours_list(api, room, notice, resource):
    Caller().post("/objections/", objecting(notice))
    for who in ("secretary_wang", "secretary_sun", "outsider", "system_admin"):
        assert api(who).get(f"/{resource}/").json()["results"] == []
