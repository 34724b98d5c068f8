"""Meetings and votes at the API: what is refused, in whose words, and what an open vote never shows (V1–V5, V7)."""

import json
from datetime import timedelta

import pytest

from deliberation.models import Ballot, Poll, TallyEntry
from deliberation.services import attendance, polls
from tests.api.client import problem
from tests.deliberation.conftest import NOW


def verbs(shown):
    return [action["verb"] for action in shown["actions"]]


def opened(room, method="recorded", absent=(), **tellers):
    item = room.discussed(room.accepted(), absent)
    return polls.open_poll(actor=room.joint, item=item, method=method, now=room.now, **tellers)


def by_hand(room):
    return opened(room, "show_of_hands", teller_a=room.deputy, teller_b=room.daxing)


def test_a_notice_too_late_and_a_day_in_the_past_are_refused_at_the_field(api, room):
    joint = api(room.joint)
    body = {
        "body": room.body.pk,
        "title": "第四季度联席会议",
        "starts_at": (NOW - timedelta(hours=1)).isoformat(),
        "place_text": "明月村",
        **dict.fromkeys(("chair", "clerk", "contact"), room.joint.pk),
    }
    assert list(problem(joint.post("/meetings/", body), 422, "date_in_past")["errors"]) == ["starts_at"]
    body["starts_at"] = (NOW + timedelta(days=1)).isoformat()
    meeting = joint.post("/meetings/", body).json()["links"]["self"]
    joint.post("/agenda-items/", {"meeting": meeting.split("/")[-2], "kind": "briefing", "title": "通报"})
    assert joint.post(f"{meeting}freeze/").status_code == 200
    refusal = problem(joint.post(f"{meeting}convene/"), 422, "notice_too_late")
    assert "例会须提前3个工作日通知，现在只剩1个" in refusal["detail"]
    assert joint.patch(meeting, {"ad_hoc_reason": "汛期临近"}).status_code == 200
    assert joint.post(f"{meeting}convene/").json()["state"] == "convened"


def test_an_inquorate_vote_is_refused_with_its_numbers(api, room):
    item = room.discussed(room.accepted(), absent=[room.daxing, room.cast.secretary_li])
    refusal = problem(
        api(room.joint).post("/polls/", {"agenda_item": item.pk, "method": "recorded"}), 409, "quorum_not_met"
    )
    assert "到会3人，不足应到5人的三分之二（4人）" in refusal["detail"]
    assert not Poll.objects.exists()


def test_a_tie_is_not_adopted(api, room):
    poll = f"/polls/{opened(room).pk}/"
    for person, choice in ((room.joint, "yes"), (room.deputy, "no")):
        assert api(person, proved=True).post(f"{poll}cast/", {"choice": choice}).status_code == 200
    closed = api(room.joint).post(f"{poll}close/").json()
    assert (closed["is_adopted"], closed["yes"], closed["no"]) == (False, 1, 1)
    assert "赞成与反对票数相等" in closed["sentence"]


def test_v1_v4_nobody_votes_twice_or_late_or_from_outside_the_roll(api, room):
    poll = f"/polls/{opened(room, absent=[room.daxing]).pk}/"
    joint = api(room.joint, proved=True)
    first = joint.post(f"{poll}cast/", {"choice": "yes"}, idempotency_key="v-1")
    assert first.json()["has_voted"] is True
    # The same request again needs no new proof and gives no second vote.
    assert joint.post(f"{poll}cast/", {"choice": "yes"}, idempotency_key="v-1").json() == first.json()
    joint.prove()
    problem(joint.post(f"{poll}cast/", {"choice": "no"}), 409, "already_voted")
    for absent in (room.daxing, room.adviser, room.cast.cadre_chen):
        problem(api(absent, proved=True).post(f"{poll}cast/", {"choice": "yes"}), 403, "not_on_the_roll")
    assert joint.post(f"{poll}close/").status_code == 200
    problem(api(room.deputy, proved=True).post(f"{poll}cast/", {"choice": "yes"}), 409, "poll_closed")
    assert Ballot.objects.count() == 1


def test_a_vote_asks_for_the_password_again(api, room, clock):
    """Ten minutes after the login it is somebody's open browser."""
    poll, joint = f"/polls/{opened(room).pk}/", api(room.joint)
    clock.move_to(NOW + timedelta(minutes=11))
    problem(joint.post(f"{poll}cast/", {"choice": "yes"}), 403, "fresh_login_needed")
    assert not Ballot.objects.exists()
    joint.prove()
    assert joint.post(f"{poll}cast/", {"choice": "yes"}).status_code == 200


def test_v7_an_open_vote_shows_nothing_but_ones_own(api, room):
    """Every answer about the vote is the same before and after somebody else has voted, for each person who sees it."""
    poll = opened(room)
    addresses = [
        f"/polls/{poll.pk}/",
        "/polls/",
        f"/agenda-items/{poll.item_id}/",
        f"/meetings/{poll.item.meeting_id}/",
    ]
    addresses += [f"/timeline/?subject=deliberation.poll:{poll.pk}", "/polls/?format=csv", "/polls/?count=exact"]
    people = [room.joint, room.deputy, room.daxing, room.adviser, room.cast.cadre_chen, room.cast.district_zhao]
    seen = lambda: [api(person).get(address).content for person in people for address in addresses]  # noqa: E731
    before = seen()
    polls.cast_ballot(actor=room.cast.secretary_li, poll=poll, choice="no", now=room.now)
    # Exports note themselves; nothing else may differ.
    assert seen() == before
    assert api("secretary_li").get(f"/polls/{poll.pk}/").json()["has_voted"] is True

    # The control: after the close the numbers stand there, and the names for those who attended.
    polls.close_poll(actor=room.joint, poll=poll, now=room.now)
    assert seen() != before
    told = lambda person: api(person).get(f"/polls/{poll.pk}/").json()["votes"]  # noqa: E731
    vote = {"person": "李顺", "unit": "明月村党支部", "on_paper": False, "choice": "no", "choice_label": "反对"}
    assert vote in told(room.daxing)
    assert told(room.cast.cadre_chen) == []


def test_one_tellers_count_is_hidden_from_the_other_and_a_different_one_blocks(api, room):
    poll = f"/polls/{by_hand(room).pk}/"
    deputy, daxing, joint = api(room.deputy), api(room.daxing), api(room.joint)
    before = daxing.get(poll).json()
    assert "tally" in verbs(before)
    assert deputy.post(f"{poll}tally/", {"yes": 4, "no": 1, "abstain": 0}).status_code == 200
    assert daxing.get(poll).json() == before
    problem(deputy.post(f"{poll}tally/", {"yes": 3, "no": 2, "abstain": 0}), 409, "already_counted")
    problem(joint.post(f"{poll}close/"), 409, "tally_missing")
    problem(daxing.post(f"{poll}tally/", {"yes": 4, "no": 2, "abstain": 0}), 422, "too_many_votes")
    differs = daxing.post(f"{poll}tally/", {"yes": 3, "no": 2, "abstain": 0}).json()
    assert (differs["must_recount"], differs["yes"], differs["no"]) == (True, None, None)
    assert api("secretary_li").get(poll).json()["must_recount"] is False
    problem(joint.post(f"{poll}close/"), 409, "tally_mismatch")
    for teller in (deputy, daxing):
        assert teller.post(f"{poll}tally/", {"yes": 3, "no": 2, "abstain": 0}).status_code == 200
    # Once both agree nobody starts another round.
    problem(deputy.post(f"{poll}tally/", {"yes": 5, "no": 0, "abstain": 0}), 409, "already_counted")
    assert joint.post(f"{poll}close/").json()["is_adopted"] is True
    assert TallyEntry.objects.count() == 4


def test_slips_are_counted_and_the_board_says_what_was_counted(api, room):
    """T4, V5, V6 through the API: no vote of anybody, five lines on the board."""
    poll = f"/polls/{opened(room, 'secret', teller_a=room.deputy, teller_b=room.daxing).pk}/"
    deputy, daxing, joint = api(room.deputy), api(room.daxing), api(room.joint)
    assert "cast" not in verbs(api("secretary_li").get(poll).json())
    slips = {"issued": 5, "returned": 5, "yes": 3, "no": 1, "abstain": 0, "blank": 1, "invalid": 0}
    refusal = problem(deputy.post(f"{poll}tally/", slips | {"blank": 0}), 422, "slips_do_not_add_up")
    assert list(refusal["errors"]) == ["returned"]
    problem(deputy.post(f"{poll}tally/", {"yes": 3, "no": 1, "abstain": 0}), 422, "slips_needed")
    for teller in (deputy, daxing):
        assert teller.post(f"{poll}tally/", slips).status_code == 200
    shown = joint.post(f"{poll}close/").json()
    assert (shown["channel"], shown["returned"], shown["blank"], shown["votes"]) == ("paper", 5, 1, [])
    assert [line["kind"] for line in shown["board"]] == ["setup", "roll", "open", "tally", "close"]


def test_a_rule_of_other_assemblies_or_of_another_day_is_not_for_this_vote(api, room):
    joint, meeting = api(room.joint), room.plan()
    body = {"meeting": meeting.pk, "kind": "vote", "motion": room.accepted().pk}
    rules = {row["code"]: row["id"] for row in joint.get("/voting-rules/?is_in_force=true").json()["results"]}
    for code in ("BOARD", "VILLAGERS"):
        problem(joint.post("/agenda-items/", {**body, "rule": rules[code]}), 422, "rule_of_others")
    zhao = api("district_zhao")
    newer = {
        "district": room.cast.district.pk,
        "code": "JOINT",
        "name": "联席会议规则",
        "base": "present",
        "quorum": [3, 5],
        "threshold": [3, 5],
        "is_strict": False,
        "voters": "persons",
        "source": "片区联合党委运行规则",
        "effective_on": (NOW + timedelta(days=60)).date().isoformat(),
    }
    problem(zhao.post("/voting-rules/", {**newer, "quorum": [5, 3]}), 422, "bad_share")
    problem(zhao.post("/voting-rules/", {**newer, "effective_on": NOW.date().isoformat()}), 422, "effective_tomorrow")
    problem(zhao.post("/voting-rules/", {**newer, "district": room.cast.mingyue.pk}), 422, "not_a_district")
    made = zhao.post("/voting-rules/", newer).json()
    assert (made["version"], made["is_in_force"], made["quorum"]) == (2, False, [3, 5])
    problem(joint.post("/agenda-items/", {**body, "rule": made["id"]}), 422, "rule_not_in_force")


def test_statements_are_for_those_who_attended_and_the_clerk(api, room):
    meeting = room.sitting(room.accepted())
    item = meeting.items.get()
    joint, deputy = api(room.joint), api(room.deputy)
    joint.post(f"/agenda-items/{item.pk}/open/")
    here = {a.person_id: str(a.pk) for a in meeting.attendances.all()}
    said = {"agenda_item": item.pk, "attendance": here[room.daxing.pk], "text": "先修屋顶"}
    assert deputy.post("/statements/", said).json()["speaker"]["name"] == "谢春梅"
    assert joint.get(f"/agenda-items/{item.pk}/").json()["units_heard"] == ["大兴村党支部"]
    for who, found in (("secretary_li", 1), (room.adviser, 1), ("district_zhao", 0), ("secretary_wang", 0)):
        assert len(api(who).get(f"/statements/?meeting={meeting.pk}").json()["results"]) == found
    # The chair speaks last.
    deputy.post("/statements/", {**said, "attendance": here[room.joint.pk], "text": "同意"})
    problem(deputy.post("/statements/", said), 409, "chair_spoke_last")
    joint.post(f"/meetings/{meeting.pk}/adjourn/", {"reason": "停电"})
    problem(deputy.post("/statements/", said), 409, "not_in_session")


def test_why_somebody_stays_away_is_for_the_desk_and_themselves(api, room):
    meeting = room.convened(room.accepted())
    reply = api(room.daxing).post(f"/meetings/{meeting.pk}/reply/", {"reply": "leave", "leave_reason": "去区里开会"})
    assert reply.json()["own_reply_label"] == "请假"

    def reasons(who):
        rows = api(who).get(f"/attendances/?meeting={meeting.pk}").json()["results"]
        return {row["leave_reason"] for row in rows}

    assert all("去区里开会" in reasons(who) for who in (room.daxing, room.joint, room.deputy, "cadre_chen"))
    assert all(reasons(who) == {""} for who in ("secretary_li", room.adviser, "district_zhao"))
    problem(api(room.daxing).post(f"/meetings/{meeting.pk}/reply/", {"reply": "leave"}), 422, "required")
    problem(api("cadre_chen").post(f"/meetings/{meeting.pk}/reply/", {"reply": "attend"}), 403, "not_invited")


def test_one_signs_in_with_the_code_in_its_time(api, room, clock):
    meeting = room.convened(room.accepted())
    address = f"/meetings/{meeting.pk}/"
    daxing = api(room.daxing)
    assert daxing.get(address).json()["sign_in_code"] == ""
    code = api(room.joint).get(address).json()["sign_in_code"]
    problem(daxing.post(f"{address}sign-in/", {"code": code}), 409, "outside_sign_in_window")
    clock.move_to(meeting.starts_at - timedelta(minutes=5))
    daxing = api(room.daxing)
    assert "sign-in" in verbs(daxing.get(address).json())
    problem(daxing.post(f"{address}sign-in/", {"code": "0"}), 422, "wrong_code")
    assert daxing.post(f"{address}sign-in/", {"code": code}).json()["is_here"] is True
    problem(daxing.post(f"{address}sign-in/", {"code": code}), 409, "already_here")
    assert daxing.post(f"{address}leave/").json()["is_here"] is False


def test_a_recused_unit_leaves_the_roll(api, room):
    """V9"""
    item = room.discussed(room.accepted())
    body = {"unit": room.cast.company.pk, "reason": "是承建方"}
    shown = api(room.joint).post(f"/agenda-items/{item.pk}/recuse/", body).json()
    assert shown["units_recused"] == ["某农业公司"]
    problem(api(room.joint).post(f"/agenda-items/{item.pk}/recuse/", body), 409, "already_recused")
    poll = api(room.joint).post("/polls/", {"agenda_item": item.pk, "method": "recorded"}).json()
    assert (poll["should_attend"], poll["present"]) == (4, 4)
    problem(api("entrepreneur_he", proved=True).post(f"/polls/{poll['id']}/cast/", {"choice": "yes"}), 403)
    api(room.joint).post(f"/polls/{poll['id']}/void/", {"reason": "有人误投"})
    api(room.joint).post(f"/agenda-items/{item.pk}/defer/", {"reason": "下次再议"})
    problem(
        api(room.joint).post(f"/agenda-items/{item.pk}/recuse/", body | {"unit": room.cast.daxing.pk}), 409, "item_over"
    )


def test_a_removed_item_gives_its_meeting_and_its_motion_waits_again(api, room):
    meeting, motion = room.plan(), room.accepted()
    joint = api(room.joint)
    item = joint.post("/agenda-items/", {"meeting": meeting.pk, "kind": "vote", "motion": motion.pk}).json()
    answer = joint.post(f"{item['links']['self']}remove/")
    assert (answer.status_code, answer.json()["id"]) == (200, str(meeting.pk))
    assert joint.get(f"/motions/{motion.pk}/").json()["state"] == "accepted"
    problem(joint.post(f"{item['links']['self']}remove/"), 404)


@pytest.mark.parametrize(
    "resource, body",
    [
        ("meetings/{meeting}/postpone/", {"reason": "大风", "starts_at": "9999-12-31T00:00:00+08:00"}),
        ("meetings/{meeting}/postpone/", {"reason": "大" * 501, "starts_at": "2026-12-30T09:00:00+08:00"}),
        ("meetings/{meeting}/sign-in/", {"code": 12345678}),
        ("meetings/{meeting}/invite/", {"person": [1, 2]}),
        ("agenda-items/", {"meeting": "{meeting}", "kind": "briefing", "title": "通报", "minutes_allotted": 10**30}),
        ("agenda-items/", {"meeting": "{meeting}", "kind": "vote\x00", "title": "通报"}),
        ("agenda-items/", {"meeting": "{meeting}", "kind": "briefing", "title": "通\x00报"}),
        ("polls/", {"agenda_item": "{item}", "method": True}),
        ("polls/{poll}/tally/", {"yes": -1, "no": 0, "abstain": 0}),
        ("polls/{poll}/tally/", {"yes": 1e400, "no": 0, "abstain": 0}),
        ("polls/{poll}/tally/", {"yes": "4", "no": 0, "abstain": 0}),
        ("polls/{poll}/cast/", {"choice": "maybe"}),
        ("polls/{poll}/void/", {"reason": "错" * 301}),
    ],
)
def test_what_has_no_shape_is_400_and_saves_nothing(api, room, resource, body):
    poll = by_hand(room)
    keys = {"meeting": str(poll.item.meeting_id), "item": str(poll.item_id), "poll": str(poll.pk)}
    filled = json.loads(json.dumps(body).replace("{meeting}", keys["meeting"]).replace("{item}", keys["item"]))
    problem(api(room.deputy).post(f"/{resource.format(**keys)}", filled), 400)
    assert not TallyEntry.objects.exists()


@pytest.mark.parametrize("resource", ["meetings", "agenda-items", "attendances", "statements", "polls"])
def test_s2_nothing_of_it_is_on_a_neighbours_list(api, room, resource):
    opened(room)
    page = api("secretary_wang").get(f"/{resource}/?count=exact").json()
    assert (page["results"], page["count"]) == ([], 0)
    if resource != "statements":
        assert api("secretary_li").get(f"/{resource}/").json()["results"]


def test_left_before_the_vote_is_not_on_the_roll(api, room):
    item = room.discussed(room.accepted())
    leaving = item.meeting.attendances.get(person=room.daxing)
    attendance.leave_meeting(actor=room.deputy, attendance=leaving, now=item.meeting.starts_at)
    poll = api(room.joint).post("/polls/", {"agenda_item": item.pk, "method": "recorded"}).json()
    assert (poll["should_attend"], poll["present"]) == (5, 4)
    problem(api(room.daxing, proved=True).post(f"/polls/{poll['id']}/cast/", {"choice": "yes"}), 403, "not_on_the_roll")
