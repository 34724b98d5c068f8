"""From an adopted motion to its tasks: number, notice, objections, effect (F-25, F-28)."""

from datetime import timedelta

import pytest

from deliberation.choices import MotionClass
from deliberation.models import Motion, Resolution
from deliberation.services import notices, polls, resolutions, tasks
from kit import facts
from kit.actors import System
from kit.errors import DomainError, Forbidden, RuleBroken

VISITOR = System("visitor")
SWEEP = System("sweep", verbs=frozenset({"resolution.form"}))


def refused(code):
    return pytest.raises(DomainError, check=lambda e: e.code == code)


def adopted(room, **changes):
    item = room.discussed(room.accepted(**changes))
    poll = polls.open_poll(actor=room.joint, item=item, method="recorded", now=room.now)
    for person in (room.joint, room.deputy, room.daxing):
        polls.cast_ballot(actor=person, poll=poll, choice="yes", now=room.now)
    polls.close_poll(actor=room.joint, poll=poll, now=room.now)
    return Motion.objects.get(pk=item.motion_id)


def formed(room, scope="public", villages=(), **changes):
    return resolutions.form_resolution(
        actor=room.joint,
        motion=adopted(room, **changes),
        title="关于修缮烘干房的决议",
        text="由明月村负责修缮。",
        scope=scope,
        villages=villages,
        now=room.now,
    )


def published(room, resolution=None):
    return notices.publish_notice(
        actor=room.cast.cadre_chen,
        resolution=resolution or formed(room),
        title="公示",
        text="烘干房由明月村修缮。",
        now=room.now,
    )


def answered(room, objection, *, upheld=False, answer="选址经户代表会讨论。", now=None):
    """Drafted by the secretary, reviewed by the township's cadre."""
    now = now or room.now
    row = notices.answer_objection(actor=room.joint, objection=objection, upheld=upheld, answer=answer, now=now)
    return notices.confirm_answer(actor=room.cast.cadre_chen, objection=row, drafted_at=row.drafted_at, now=now)


def test_the_number_runs_per_body_and_year(room):
    assert formed(room).number == "联村〔2026〕1号"


def test_one_motion_gives_one_resolution(room):
    resolution = formed(room)
    with refused("resolution_exists"):
        resolutions.form_resolution(
            actor=room.joint, motion=resolution.motion, title="再来", text="再来", scope="none", now=room.now
        )


def test_a_motion_that_was_not_adopted_gives_none(room):
    """F-25"""
    with refused("motion_not_adopted"):
        resolutions.form_resolution(
            actor=room.joint, motion=room.accepted(), title="先斩后奏", text="先办", scope="none", now=room.now
        )


def test_a_cadre_proposal_never_goes_to_the_public(room):
    with pytest.raises(RuleBroken, match="不向社会公开"):
        formed(room, classification=MotionClass.MAJOR_APPOINTMENT, consultation_note="已逐一酝酿")


def test_notice_runs_seven_days_and_then_takes_effect_by_itself(room):
    notice = published(room)
    assert (notice.to_on - notice.from_on).days == 6
    with refused("notice_running"):
        resolutions.make_effective(actor=room.joint, resolution=notice.resolution, now=room.now)
    assert resolutions.effect_ended_notices(actor=SWEEP, now=room.now + timedelta(days=6)) == 0
    assert resolutions.effect_ended_notices(actor=SWEEP, now=room.now + timedelta(days=7)) == 1
    assert Resolution.objects.get(pk=notice.resolution_id).state == "effective"


def test_a_resolution_to_be_published_does_not_skip_its_notice(room):
    with refused("notice_first"):
        resolutions.make_effective(actor=room.joint, resolution=formed(room), now=room.now)


def test_only_the_reviewing_cadre_publishes(room):
    with pytest.raises(Forbidden):
        notices.publish_notice(actor=room.joint, resolution=formed(room), title="公示", text="文", now=room.now)


def test_an_open_objection_holds_the_effect(room):
    notice = published(room)
    objection = notices.file_objection(actor=VISITOR, notice=notice, text="选址没有和三社的住户商量过。", now=room.now)
    later = room.now + timedelta(days=8)
    assert resolutions.effect_ended_notices(actor=SWEEP, now=later) == 0
    answered(room, objection, now=later)
    assert resolutions.effect_ended_notices(actor=SWEEP, now=later) == 1


def test_an_upheld_objection_goes_back_to_the_body(room):
    notice = published(room)
    objection = notices.file_objection(
        actor=VISITOR, notice=notice, text="造价和上次公布的对不上，请重新核对。", now=room.now
    )
    answered(room, objection, upheld=True, answer="造价重核。")
    resolution = Resolution.objects.get(pk=notice.resolution_id)
    assert (resolution.state, resolution.motion.state) == ("sent_back", "accepted")
    assert not resolution.notices.live().exists()


def test_an_objection_names_nobody(room):
    notice = published(room)
    notices.file_objection(actor=VISITOR, notice=notice, text="对修缮的先后次序有不同意见。", now=room.now)
    fact = facts.trail(notice.resolution).get(event="deliberation.objection.received")
    assert (fact.actor, fact.actor_id) == ("system:visitor", None)


@pytest.mark.parametrize("days", [-1, 7])
def test_an_objection_outside_the_period_is_refused(room, days):
    notice = published(room)
    with refused("notice_over"):
        notices.file_objection(
            actor=VISITOR, notice=notice, text="公示期已经过了才知道这件事。", now=room.now + timedelta(days=days)
        )


def test_a_task_for_nobody_or_in_the_past_is_refused(room):
    resolution = formed(room)
    due = room.now.date() + timedelta(days=30)
    for owner, outside in [(None, ""), (room.cast.mingyue, "区水利局")]:
        with pytest.raises(RuleBroken, check=lambda e: "owner" in e.errors):
            tasks.assign_task(
                actor=room.joint,
                resolution=resolution,
                title="修缮",
                due_on=due,
                owner=owner,
                outside_body=outside,
                now=room.now,
            )
    with pytest.raises(RuleBroken, check=lambda e: "due_on" in e.errors):
        tasks.assign_task(
            actor=room.joint,
            resolution=resolution,
            title="修缮",
            due_on=room.now.date() - timedelta(days=1),
            owner=room.cast.mingyue,
            now=room.now,
        )


def test_a_task_is_reported_accepted_and_confirmed_and_completes_the_resolution(room):
    notice = published(room)
    task = tasks.assign_task(
        actor=room.joint,
        resolution=notice.resolution,
        title="修缮烘干房",
        due_on=room.now.date() + timedelta(days=30),
        owner=room.cast.mingyue,
        now=room.now,
    )
    resolutions.effect_ended_notices(actor=SWEEP, now=room.now + timedelta(days=7))
    secretary = room.cast.secretary_li
    tasks.report_task(actor=secretary, task=task, progress="已修好，附验收单。", now=room.now)
    tasks.return_task(actor=room.joint, task=task, reason="缺验收单", now=room.now)
    tasks.report_task(actor=secretary, task=task, progress="已补验收单。", now=room.now)
    tasks.accept_task(actor=room.deputy, task=task, now=room.now)
    assert Resolution.objects.get(pk=notice.resolution_id).state == "completed"
    with pytest.raises(Forbidden, match="提出议题的单位"):
        tasks.confirm_task(actor=room.daxing, task=task, now=room.now)
    assert tasks.confirm_task(actor=secretary, task=task, now=room.now).state == "confirmed"


def test_a_due_date_is_extended_only_forward_and_with_a_reason(room):
    task = tasks.assign_task(
        actor=room.joint,
        resolution=formed(room),
        title="修缮",
        due_on=room.now.date() + timedelta(days=10),
        outside_body="区水利局",
        now=room.now,
    )
    with pytest.raises(RuleBroken, match="晚于原时限"):
        tasks.extend_task(actor=room.joint, task=task, due_on=task.due_on, reason="等雨停", now=room.now)
    later = task.due_on + timedelta(days=400)
    assert tasks.extend_task(actor=room.joint, task=task, due_on=later, reason="等雨停", now=room.now).due_on == later


def test_an_answer_holds_no_number_of_a_person(room):
    notice = published(room)
    objection = notices.file_objection(
        actor=room.joint, notice=notice, text="选址没有和三社的住户商量过。", now=room.now
    )
    with pytest.raises(RuleBroken, match="手机号码", check=lambda e: "answer" in e.errors):
        notices.answer_objection(
            actor=room.joint, objection=objection, upheld=False, answer="请打 13912345678 联系。", now=room.now
        )
