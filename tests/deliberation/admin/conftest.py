"""A browserless visit as one of the cast, and a matter with a row behind every screen of 议事协调."""

import pytest
import time_machine

from deliberation.models import (
    Checklist,
    ChecklistTemplate,
    Meeting,
    Minutes,
    Motion,
    Objection,
    Poll,
    PublicNotice,
    Resolution,
    ResolutionTask,
    VotingRule,
)
from tests.deliberation.conftest import NOW
from tests.deliberation.matter import matter
from tests.orgs.admin.conftest import sentences, visit

SCREENS = {
    "motion": Motion,
    "meeting": Meeting,
    "minutes": Minutes,
    "poll": Poll,
    "votingrule": VotingRule,
    "resolution": Resolution,
    "checklist": Checklist,
    "checklisttemplate": ChecklistTemplate,
    "publicnotice": PublicNotice,
    "objection": Objection,
    "resolutiontask": ResolutionTask,
}
__all__ = ["SCREENS", "sentences", "visit"]


@pytest.fixture
def at_noon():
    """The day of the standing meeting."""
    with time_machine.travel(NOW, tick=False):
        yield NOW


@pytest.fixture
def affair(at_noon, room):
    """From a motion to an open objection and a task; the room itself."""
    matter(room)
    return room
