"""A demand follows the resolution about it: effect, completion, an upheld objection, termination."""

from datetime import timedelta

import pytest

from deliberation.models import Motion, ResolutionTask
from deliberation.services import motions, notices, polls, resolutions, tasks
from kit import facts
from kit.actors import System
from resources import selectors
from resources.models import Demand
from resources.services import demands
from tests.deliberation.conftest import room as _room
from tests.resources.test_demands import NOW, verified

room = _room
VISITOR = System("visitor")


@pytest.fixture
def resolution(room):
    """The resolution about the demand of 明月村, published, with one task."""
    demand = demands.table_demand(actor=room.cast.secretary_li, demand=verified(room.cast), now=NOW)
    motion = Motion.objects.get(about=f"resources.demand:{demand.pk}")
    motion = motions.accept_motion(actor=room.joint, motion=motion, now=NOW)
    return _resolved(room, motion)


def _resolved(room, motion, **more):
    item = room.discussed(motion)
    poll = polls.open_poll(actor=room.joint, item=item, method="recorded", now=room.now)
    for person in (room.joint, room.deputy, room.daxing):
        polls.cast_ballot(actor=person, poll=poll, choice="yes", now=room.now)
    polls.close_poll(actor=room.joint, poll=poll, now=room.now)
    motion = Motion.objects.get(pk=motion.pk)
    row = resolutions.form_resolution(
        actor=room.joint, motion=motion, title="修缮烘干房", text="由明月村修缮。", scope="public", now=room.now, **more
    )
    due = (room.now + timedelta(days=40)).date()
    tasks.assign_task(actor=room.joint, resolution=row, title="修缮", due_on=due, owner=room.cast.mingyue, now=room.now)
    notices.publish_notice(actor=room.cast.cadre_chen, resolution=row, title="公示", text="修缮烘干房。", now=room.now)
    return row


def state() -> str:
    facts.deliver_pending(now=NOW)
    return Demand.objects.get().state


def in_force(room, resolution):
    later = room.now + timedelta(days=8)
    return resolutions.make_effective(actor=room.joint, resolution=resolution, now=later)


def test_the_last_task_done_the_demand_waits_for_its_author_to_confirm(room, resolution):
    assert state() == "decided"
    in_force(room, resolution)
    assert state() == "in_progress"
    task = ResolutionTask.objects.get()
    tasks.report_task(actor=room.cast.secretary_li, task=task, progress="修好了，有验收单。", now=room.now)
    tasks.accept_task(actor=room.joint, task=task, now=room.now)
    assert state() == "fulfilled"
    (todo,) = selectors.todos(person=room.cast.secretary_li, on=NOW.date())
    assert (todo.kind, todo.note) == ("确认需求", "请确认是否落实")


def test_an_upheld_objection_puts_the_demand_back_before_the_body(room, resolution):
    assert state() == "decided"
    objection = notices.file_objection(
        actor=VISITOR, notice=resolution.notices.get(), text="选址没有和住户商量过，请再商量", now=room.now
    )
    draft = notices.answer_objection(
        actor=room.joint, objection=objection, upheld=True, answer="重新商量选址。", now=room.now
    )
    assert state() == "decided"  # the answer is not reviewed yet
    notices.confirm_answer(actor=room.cast.cadre_chen, objection=draft, drafted_at=draft.drafted_at, now=room.now)
    assert state() == "tabled"


def test_a_terminated_resolution_leaves_the_demand_to_be_brought_forward_again(room, resolution):
    """Before it takes effect by its secretary, afterwards by a new resolution."""
    in_force(room, resolution)
    assert state() == "in_progress"
    other = _resolved(room, room.accepted(title="关于不再修缮烘干房的议题"), replaces=resolution)
    assert state() == "in_progress"
    in_force(room, other)
    assert state() == "verified"
    (todo,) = selectors.todos(person=room.cast.secretary_li, on=NOW.date())
    assert todo.kind == "定办法"
