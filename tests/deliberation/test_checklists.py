"""四议两公开: what touches a village waits for it, step by step, and is entered by the village alone (F-28)."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, ProgrammingError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deliberation import selectors
from deliberation.models import Checklist, ChecklistEntry, Resolution
from deliberation.services import checklists, notices, resolutions, tasks
from kit import facts, reminders
from kit.errors import DomainError, Forbidden, RuleBroken
from kit.services import stamp
from tests.cast import make_cast
from tests.deliberation.conftest import NOW, make_room
from tests.deliberation.test_resolutions import adopted, refused
from tests.factories import MAKER

TODAY = NOW.date()


def conditional(room, villages=None, scope="public", **changes) -> Resolution:
    """A resolution that touches 明月村 and 大兴村."""
    return resolutions.form_resolution(
        actor=room.joint,
        motion=adopted(room, **changes),
        title="关于流转河滩地的决议",
        text="两村河滩地统一流转。",
        scope=scope,
        villages=[room.cast.mingyue, room.cast.daxing] if villages is None else villages,
        now=room.now,
    )


def of(resolution, village) -> Checklist:
    return resolution.checklists.get(village=village)


def secretary(room, checklist):
    return {room.cast.mingyue.pk: room.cast.secretary_li, room.cast.daxing.pk: room.daxing}[checklist.village_id]


def mark(room, checklist, position, on=TODAY, evidence="村决〔2026〕3号", now=None, **by):
    by = by or {"actor": secretary(room, checklist)}
    return checklists.mark_step(
        checklist=checklist, position=position, done_on=on, evidence=evidence, now=now or room.now, **by
    )


def decided(room, checklist, until=5):
    for position in range(1, until + 1):
        checklist = mark(room, checklist, position)
    return checklist


def said(code, words):
    return pytest.raises(DomainError, match=words, check=lambda e: e.code == code)


def at(field, words):
    return pytest.raises(RuleBroken, match=words, check=lambda e: field in e.errors)


def test_without_a_village_it_goes_on_as_before(room):
    assert conditional(room, villages=[]).state == "formed"
    assert not Checklist.objects.exists()


def test_only_member_villages_are_named(room):
    for stranger in (room.cast.company, room.cast.yangfan, room.body):
        with at("villages", "不是.*的成员村"):
            conditional(room, villages=[stranger])


def test_it_is_neither_published_nor_in_force_before_every_village_has_decided(room):
    row = conditional(room)
    mingyue, daxing = of(row, room.cast.mingyue), of(row, room.cast.daxing)
    decided(room, mingyue)
    mark(room, daxing, 1)
    sentence = f"不能公示，也不能生效：{room.cast.daxing.name}的““两委”会商议”还没有办。"
    with said("village_pending", sentence):
        notices.publish_notice(actor=room.cast.cadre_chen, resolution=row, title="公示", text="文", now=room.now)
    with said("village_pending", sentence):
        resolutions.make_effective(actor=room.joint, resolution=row, now=room.now)
    assert room.cast.mingyue.name not in sentence
    for position in range(2, 6):
        assert Resolution.objects.get().state == "conditional"
        mark(room, daxing, position)
    assert Resolution.objects.get().state == "formed"
    notices.publish_notice(actor=room.cast.cadre_chen, resolution=row, title="公示", text="文", now=room.now)


def test_the_database_refuses_it_as_well(room):
    row = conditional(room)
    stamp(MAKER)
    for state in ("in_notice", "effective"):
        with pytest.raises(IntegrityError, match="waits for its villages"), transaction.atomic():
            Resolution.objects.filter(pk=row.pk).update(state=state)
    with pytest.raises(IntegrityError, match="0 of 5 steps"), transaction.atomic():
        row.checklists.update(state="decided", decided_on=TODAY)
    # The control: with every step entered it is the same statement.
    for each in row.checklists.all():
        decided(room, each)
    assert Resolution.objects.filter(pk=row.pk).update(state="in_notice") == 1


def test_steps_are_entered_in_order_each_once(room):
    checklist = of(conditional(room), room.cast.mingyue)
    with said("step_too_early", "须先办“党支部会提议”，再办“党员大会审议”"):
        mark(room, checklist, 3)
    mark(room, checklist, 1)
    with said("step_done", "“党支部会提议”已经登记过，要改请用“更正”"):
        mark(room, checklist, 1)
    for position in (0, 7):
        with at("position", "步骤只有第1步到第6步"):
            mark(room, checklist, position)


def test_days_are_neither_to_come_nor_out_of_order(room):
    checklist = of(conditional(room), room.cast.mingyue)
    with at("done_on", "不能晚于今天"):
        mark(room, checklist, 1, TODAY + timedelta(days=1))
    mark(room, checklist, 1, TODAY - timedelta(days=9))  # before the resolution of the body
    with at("done_on", "不能早于“党支部会提议”的2026年11月15日"):
        mark(room, checklist, 2, TODAY - timedelta(days=10))
    mark(room, checklist, 2, TODAY - timedelta(days=3))
    with at("done_on", "不能晚于““两委”会商议”的2026年11月21日"):
        correct(room, checklist, 1, TODAY)
    with at("evidence", "决议文号或佐证"):
        mark(room, checklist, 3, evidence=" ")


@pytest.mark.parametrize("who", ["joint", "deputy", "daxing", "cadre_chen", "entrepreneur_he", "district_zhao"])
def test_the_village_alone_enters_what_it_decided(room, who):
    checklist = of(conditional(room), room.cast.mingyue)
    actor = getattr(room, who, None) or room.cast[who]
    for verb, values in (
        (checklists.mark_step, {"position": 1, "done_on": TODAY, "evidence": "3号"}),
        (checklists.correct_step, {"position": 1, "done_on": TODAY, "evidence": "3号", "reason": "写错"}),
        (checklists.refuse_resolution, {"decided_on": TODAY, "reason": "不同意"}),
    ):
        with pytest.raises(Forbidden):
            verb(actor=actor, checklist=checklist, now=room.now, **values)


def correct(room, checklist, position, on=TODAY, evidence="村决〔2026〕4号", reason="文号写错"):
    return checklists.correct_step(
        actor=secretary(room, checklist),
        checklist=checklist,
        position=position,
        done_on=on,
        evidence=evidence,
        reason=reason,
        now=room.now,
    )


def test_a_correction_needs_a_reason_and_leaves_what_was_there(room):
    checklist = of(conditional(room), room.cast.mingyue)
    with said("step_not_done", "“党支部会提议”还没有登记"):
        correct(room, checklist, 1)
    mark(room, checklist, 1)
    with at("reason", "更正原因"):
        correct(room, checklist, 1, reason=" ")
    with at("evidence", "都没有变"):
        correct(room, checklist, 1, evidence="村决〔2026〕3号")
    correct(room, checklist, 1)
    (line, *_) = selectors.checklist_lines(checklist)
    assert [(each.round, each.evidence) for each in line.rounds] == [(1, "村决〔2026〕3号"), (2, "村决〔2026〕4号")]
    fact = facts.trail(checklist).get(event="deliberation.checklist.corrected")
    assert fact.details["reason"] == (
        "党支部会提议由“2026年11月24日，村决〔2026〕3号”更正为“2026年11月24日，村决〔2026〕4号”：文号写错"
    )
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        ChecklistEntry.objects.update(evidence="改掉")


def against(room, checklist, reason="户代表不同意租金", on=TODAY):
    return checklists.refuse_resolution(
        actor=secretary(room, checklist), checklist=checklist, decided_on=on, reason=reason, now=room.now
    )


def test_a_village_decides_against_at_its_meeting_and_the_motion_goes_back(room):
    row = conditional(room)
    mingyue, daxing = (of(row, village) for village in (room.cast.mingyue, room.cast.daxing))
    back = {"actor": room.joint, "resolution": row, "reason": "大兴村不同意", "now": room.now}
    with said("no_village_against", "各村都没有表决不通过"):
        resolutions.return_resolution(**back)
    with said("step_too_early", "须先办“党支部会提议”"):
        against(room, daxing)
    decided(room, daxing, until=3)
    with at("reason", "未通过的原因"):
        against(room, daxing, reason="")
    with at("decided_on", "不能晚于今天"):
        against(room, daxing, on=TODAY + timedelta(days=1))
    against(room, daxing)
    for verb in (lambda: mark(room, daxing, 5), lambda: correct(room, daxing, 1), lambda: against(room, daxing)):
        with said("checklist_over", "村级未通过"):
            verb()
    decided(room, mingyue)
    with said("village_pending", f"{room.cast.daxing.name}的“村民会议或村民代表会议决议”没有通过"):
        resolutions.make_effective(actor=room.joint, resolution=row, now=room.now)
    with pytest.raises(Forbidden):
        resolutions.return_resolution(**back | {"actor": room.cast.secretary_li})
    row = resolutions.return_resolution(**back)
    assert (row.state, row.motion.state, of(row, room.cast.mingyue).state) == ("sent_back", "accepted", "dropped")
    with said("checklist_over", "不再办理"):
        correct(room, of(row, room.cast.mingyue), 1)


def test_a_conditional_resolution_is_terminated_with_a_reason_and_asks_nothing_any_more(room):
    row = conditional(room)
    checklist = of(row, room.cast.mingyue)
    row = resolutions.terminate_resolution(actor=room.joint, resolution=row, reason="项目取消", now=room.now)
    assert (row.state, of(row, room.cast.mingyue).state) == ("terminated", "dropped")
    with said("checklist_over", "不再办理"):
        mark(room, checklist, 1)


def in_force(room, row) -> Resolution:
    for each in row.checklists.all():
        decided(room, each)
    return resolutions.make_effective(actor=room.joint, resolution=row, now=room.now)


def task_of(room, row):
    return tasks.assign_task(
        actor=room.joint, resolution=row, title="签合同", due_on=TODAY, owner=room.cast.mingyue, now=room.now
    )


def test_it_is_completed_when_the_tasks_are_accepted_and_every_village_published_the_result(room):
    row = conditional(room, scope="none")
    task = task_of(room, row)
    mingyue, daxing = (of(row, village) for village in (room.cast.mingyue, room.cast.daxing))
    in_force(room, row)
    with said("result_too_early", "任务全部确认完成以后"):
        mark(room, mingyue, 6)
    tasks.report_task(actor=room.cast.secretary_li, task=task, progress="已签。", now=room.now)
    tasks.accept_task(actor=room.deputy, task=task, now=room.now)
    with at("done_on", "不能早于决议生效的2026年11月24日"):
        mark(room, mingyue, 6, TODAY - timedelta(days=1))
    assert mark(room, mingyue, 6).state == "closed"
    assert Resolution.objects.get().state == "effective"
    mark(room, daxing, 6)
    assert Resolution.objects.get().state == "completed"
    with said("checklist_over", "实施结果已公开"):
        mark(room, daxing, 6)


def test_the_database_completes_nothing_before_the_results_are_published(room):
    row = in_force(room, conditional(room, scope="none"))
    stamp(MAKER)
    with pytest.raises(IntegrityError, match="waits for its villages"), transaction.atomic():
        Resolution.objects.filter(pk=row.pk).update(state="completed")


def test_an_upheld_objection_asks_the_villages_anew(room):
    row = conditional(room, villages=[room.cast.mingyue])
    decided(room, of(row, room.cast.mingyue))
    notice = notices.publish_notice(
        actor=room.cast.cadre_chen, resolution=row, title="公示", text="河滩地统一流转。", now=room.now
    )
    objection = notices.file_objection(actor=MAKER, notice=notice, text="面积和丈量的不一样。", now=room.now)
    draft = notices.answer_objection(
        actor=room.joint, objection=objection, upheld=True, answer="重新丈量。", now=room.now
    )
    notices.confirm_answer(actor=room.cast.cadre_chen, objection=draft, drafted_at=draft.drafted_at, now=room.now)
    assert of(row, room.cast.mingyue).state == "dropped"


# --- who is told ------------------------------------------------------------------------------------------------------


def kinds(person):
    return {(todo.kind, todo.note) for todo in selectors.todos(person=person, on=TODAY)}


def test_the_village_and_the_secretary_find_it_on_their_workbench(room):
    row = conditional(room, villages=[room.cast.daxing], scope="none")
    checklist = of(row, room.cast.daxing)
    assert ("四议两公开", "下一步：党支部会提议") in kinds(room.daxing)
    assert not any(kind == "四议两公开" for kind, _ in kinds(room.cast.secretary_li) | kinds(room.joint))
    decided(room, checklist, until=3)
    assert ("四议两公开", "下一步：村民会议或村民代表会议决议") in kinds(room.daxing)
    against(room, checklist)
    assert ("村级未通过", "请退回审议或者终止") in kinds(room.joint)
    assert not any(kind == "四议两公开" for kind, _ in kinds(room.daxing))


def test_the_result_is_asked_for_when_everything_is_carried_out(room):
    row = conditional(room, villages=[room.cast.daxing], scope="none")
    task = task_of(room, row)
    in_force(room, row)
    assert not any(kind == "四议两公开" for kind, _ in kinds(room.daxing))
    tasks.report_task(actor=room.cast.secretary_li, task=task, progress="已签。", now=room.now)
    tasks.accept_task(actor=room.deputy, task=task, now=room.now)
    assert ("四议两公开", "下一步：实施结果公开") in kinds(room.daxing)


def test_the_last_day_is_twenty_working_days_off_and_the_secretary_is_reminded(room):
    checklist = of(conditional(room), room.cast.daxing)
    assert checklist.due_on == date(2026, 12, 22)
    assert selectors.checklist_light(checklist, on=TODAY).colour == "green"
    assert selectors.checklist_light(checklist, on=date(2026, 12, 23)).colour == "red"
    rule = reminders.rule("deliberation.checklist")
    subjects = rule.subjects(TODAY)
    assert {row.remind_path for row in subjects} == {room.cast.mingyue.path, room.cast.daxing.path}
    decided(room, checklist)
    assert {row.remind_path for row in rule.subjects(TODAY)} == {room.cast.mingyue.path}


def test_the_body_may_nudge_the_village_and_nobody_else(room):
    checklist = selectors.checklist_home(room.joint, of(conditional(room), room.cast.daxing).pk, on=TODAY).checklist
    nudging = [
        each for each in (room.joint, room.deputy, room.daxing, room.cast.secretary_li) if nudges(each, checklist)
    ]
    assert nudging == [room.joint, room.deputy]


def nudges(person, checklist) -> bool:
    return selectors.waits_for_checklist(person, checklist)


# --- any order --------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations([0] * 5 + [1] * 5), stop=st.integers(0, 9))
def test_in_any_order_of_the_villages_it_is_free_only_when_all_are_in(shared, order, stop):
    room, row = shared
    point = transaction.savepoint()
    lists = list(row.checklists.order_by("village__path"))
    steps = [0, 0]
    for done, which in enumerate(order):
        if done == stop:
            with refused("village_pending"):
                resolutions.make_effective(actor=room.joint, resolution=row, now=room.now)
        steps[which] += 1
        mark(room, lists[which], steps[which])
        state = Resolution.objects.get(pk=row.pk).state
        assert state == ("formed" if steps == [5, 5] else "conditional")
    assert resolutions.make_effective(actor=room.joint, resolution=row, now=room.now).state == "effective"
    transaction.savepoint_rollback(point)


@pytest.fixture
def shared(db):
    room = make_room(make_cast())
    return room, conditional(room, scope="none")
