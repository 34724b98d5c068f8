"""Two people of a village enter the same step at one moment: one entry, the other is told so (F-28).

With the control: without the row lock both come through the rules, and the database alone keeps the second one out.
"""

import pytest

from deliberation.models import ChecklistEntry
from deliberation.services import checklist_templates, checklists, locks, voting_rules
from orgs.choices import Role
from tests.cast import make_cast
from tests.deliberation.conftest import make_room
from tests.deliberation.test_checklists import TODAY, conditional
from tests.factories import PersonFactory, PostingFactory
from tests.races.crowd import ROUNDS, Crossing, counted, rush, without_constraint

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]

ONCE = 'UNIQUE (checklist_id, "position", round)'


@pytest.fixture
def village():
    """(checklist, its secretary, its representative)"""
    room = make_room(make_cast())
    voting_rules.seed(now=room.now)
    checklist_templates.seed(now=room.now)
    other = PersonFactory(name="周文书", organization=room.cast.mingyue, username="zhou")
    PostingFactory(person=other, organization=room.cast.mingyue, role=Role.UNIT_REPRESENTATIVE)
    checklist = conditional(room, villages=[room.cast.mingyue]).checklists.get()
    return room, checklist, (room.cast.secretary_li, other)


def at_once(village, position: int) -> list[str]:
    room, checklist, people = village

    def entered_by(person):
        return lambda: checklists.mark_step(
            actor=person, checklist=checklist, position=position, done_on=TODAY, evidence="3号", now=room.now
        )

    return rush([entered_by(person) for person in people])


def test_each_step_is_entered_once(village):
    for position in range(1, min(ROUNDS, 5) + 1):
        assert counted(at_once(village, position)) == {"done": 1, "step_done": 1}
        assert ChecklistEntry.objects.filter(position=position).count() == 1


@pytest.fixture
def unlocked(monkeypatch):
    """The guard off: the checklist is read without its lock, and both are past the rules before either writes."""
    crossing = Crossing(2)

    def without_lock(checklist):
        return type(checklist).objects.select_related("village", "template", "resolution__motion").get(pk=checklist.pk)

    enter = checklists._enter

    def late(*args, **kwargs):
        crossing()
        enter(*args, **kwargs)

    monkeypatch.setattr(checklists, "locked_checklist", without_lock)
    monkeypatch.setattr(checklists, "_enter", late)


def test_control_without_the_lock_the_constraint_keeps_the_second_out(village, unlocked):
    assert counted(at_once(village, 1)) == {"done": 1, "step_done": 1}
    assert ChecklistEntry.objects.count() == 1


def test_control_without_lock_and_constraint_the_step_is_entered_twice(village, unlocked, superuser):
    with without_constraint(superuser, "deliberation_checklistentry", ONCE):
        assert counted(at_once(village, 1)) == {"done": 2}
        assert ChecklistEntry.objects.count() == 2


def test_the_lock_is_the_one_that_the_verbs_take():
    assert checklists.locked_checklist is locks.locked_checklist
