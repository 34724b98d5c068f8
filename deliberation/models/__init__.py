"""Motions, meetings, polls, resolutions, notices."""

from deliberation.models.feeds import CalendarFeed
from deliberation.models.meetings import (
    AGENDA_ITEM,
    MEETING,
    AgendaItem,
    Attendance,
    Meeting,
    Presence,
    Recusal,
    Statement,
)
from deliberation.models.motions import MOTION, Motion, Seconding
from deliberation.models.papers import Paper
from deliberation.models.polls import (
    POLL,
    Ballot,
    Poll,
    PollBoardEntry,
    RollEntry,
    SealedBallot,
    TallyEntry,
    VoteMark,
    VotingRule,
)
from deliberation.models.resolutions import (
    OBJECTION,
    RESOLUTION,
    TASK,
    Objection,
    PublicNotice,
    Resolution,
    ResolutionTask,
)

__all__ = [
    "AGENDA_ITEM",
    "MEETING",
    "MOTION",
    "OBJECTION",
    "POLL",
    "RESOLUTION",
    "TASK",
    "AgendaItem",
    "Attendance",
    "Ballot",
    "CalendarFeed",
    "Meeting",
    "Motion",
    "Objection",
    "Paper",
    "Poll",
    "PollBoardEntry",
    "Presence",
    "PublicNotice",
    "Recusal",
    "Resolution",
    "ResolutionTask",
    "RollEntry",
    "SealedBallot",
    "Seconding",
    "Statement",
    "TallyEntry",
    "VoteMark",
    "VotingRule",
]
