"""What is in force is changed or ended by a new resolution alone (F-28)."""

import pytest

from deliberation import selectors
from deliberation.models import Resolution
from deliberation.services import resolutions, tasks
from kit import facts
from kit.errors import IllegalMove
from tests.deliberation.area import area_of
from tests.deliberation.test_checklists import at, conditional, in_force, said, task_of
from tests.deliberation.test_resolutions import adopted, published


def test_what_is_in_force_is_ended_by_a_new_resolution_alone(room):
    old = in_force(room, conditional(room, villages=[], scope="none"))
    with said("needs_new_resolution", f"须经会议形成新的决议.*变更或终止{old.number}"):
        resolutions.terminate_resolution(actor=room.joint, resolution=old, reason="不办了", now=room.now)
    assert [row.pk for row in selectors.replaceable(room.body)] == [old.pk]
    new = replacing(room, old)
    assert selectors.replaceable(room.body) == []
    assert Resolution.objects.get(pk=old.pk).state == "effective"
    with at("replaces", f"{old.number}已由{new.number}变更或终止"):
        replacing(room, old)
    resolutions.make_effective(actor=room.joint, resolution=new, now=room.now)
    old.refresh_from_db()
    assert (old.state, old.reason) == ("terminated", f"由{new.number}变更或终止")
    fact = facts.trail(old).get(event="deliberation.resolution.terminated")
    assert new.number in fact.details["reason"]


def replacing(room, old):
    return resolutions.form_resolution(
        actor=room.joint,
        motion=adopted(room, title="关于改变办法的议题"),
        title="关于改变办法的决议",
        text="改由大兴村负责。",
        scope="none",
        replaces=old,
        now=room.now,
    )


def test_one_that_was_terminated_frees_what_it_would_have_ended(room):
    old = in_force(room, conditional(room, villages=[], scope="none"))
    new = replacing(room, old)
    resolutions.terminate_resolution(actor=room.joint, resolution=new, reason="不改了", now=room.now)
    assert replacing(room, old).replaces == old


def test_only_a_resolution_of_the_body_in_force_is_replaced(room):
    with at("replaces", "公示中，只有已生效的决议"):
        replacing(room, published(room).resolution)
    with at("replaces", "只能变更或终止本组织的决议"):
        replacing(room, area_of(room).formed())


def test_one_carried_out_in_the_meantime_stays_completed(room):
    old = in_force(room, conditional(room, villages=[], scope="none"))
    task, new = task_of(room, old), replacing(room, old)
    tasks.report_task(actor=room.cast.secretary_li, task=task, progress="已办。", now=room.now)
    tasks.accept_task(actor=room.deputy, task=task, now=room.now)
    resolutions.make_effective(actor=room.joint, resolution=new, now=room.now)
    assert Resolution.objects.get(pk=old.pk).state == "completed"


def test_a_resolution_out_of_force_is_not_terminated_again(room):
    row = conditional(room, villages=[])
    resolutions.terminate_resolution(actor=room.joint, resolution=row, reason="不办了", now=room.now)
    with pytest.raises(IllegalMove):
        resolutions.terminate_resolution(actor=room.joint, resolution=row, reason="再终止", now=room.now)
