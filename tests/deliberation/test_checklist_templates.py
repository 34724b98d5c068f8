"""The steps of 四议两公开 are a version: new ones hold from a coming day on, and running checklists keep theirs."""

from datetime import timedelta

import pytest
from django.db import ProgrammingError, transaction

from deliberation import selectors
from deliberation.models import ChecklistTemplate
from deliberation.services import checklist_templates
from kit.errors import Forbidden, Hidden
from tests.deliberation.test_checklists import TODAY, against, at, conditional, decided, of


def new_steps(room, **changes):
    values = {
        "steps": ["党支部会提议", "村民会议决议", "决议公开", "实施结果公开"],
        "decides_at": 2,
        "source": "区委组织部通知",
        "effective_on": TODAY + timedelta(days=1),
        "district": room.cast.district,
        "actor": room.cast.district_zhao,
        "now": room.now,
    }
    return checklist_templates.add_template_version(**values | changes)


def test_new_steps_hold_for_new_checklists_and_running_ones_keep_theirs(room):
    before = of(conditional(room), room.cast.mingyue)
    assert new_steps(room).version == 2
    room.now += timedelta(days=1)
    after = of(conditional(room, title="关于另一块地的议题"), room.cast.mingyue)
    assert [len(selectors.checklist_lines(each)) for each in (before, after)] == [6, 4]
    decided(room, after, until=1)
    assert against(room, after).state == "refused"
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        ChecklistTemplate.objects.update(decides_at=1)


@pytest.mark.parametrize(
    "field, words, changes",
    [
        ("effective_on", "最早从明天起", {"effective_on": TODAY}),
        ("steps", "3步到12步", {"steps": ["村民会议决议", "实施结果公开"]}),
        ("steps", "3步到12步", {"steps": [f"第{n}步" for n in range(13)]}),
        ("steps", "须有名称", {"steps": ["党支部会提议", " ", "决议公开", "实施结果公开"]}),
        ("steps", "不能重复", {"steps": ["党支部会提议", "决议公开", "决议公开", "实施结果公开"]}),
        ("decides_at", "至少还有决议公开和实施结果公开两步", {"decides_at": 3}),
        ("decides_at", "至少还有决议公开和实施结果公开两步", {"decides_at": 0}),
        ("source", ".", {"source": ""}),
    ],
)
def test_steps_that_are_no_procedure_are_refused(room, field, words, changes):
    with at(field, words):
        new_steps(room, **changes)
    assert ChecklistTemplate.objects.count() == 1


def test_the_district_alone_writes_the_steps(room):
    for actor in (room.cast.cadre_chen, room.joint):
        with pytest.raises((Forbidden, Hidden)):
            new_steps(room, actor=actor)
    with at("district", "由区委统一规定"):
        new_steps(room, district=room.cast.mingyue)
