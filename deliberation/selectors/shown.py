"""What the representations of the API show beyond a row's own columns: each list scoped, in one statement.

Answers that depend on the person (``own_reply``, ``has_voted``) are worked out by the database for the person who asks.
"""

from datetime import date

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, JSONObject

from deliberation import rules
from deliberation.choices import (
    HELD,
    RUNNING_POLL,
    Capacity,
    ChecklistState,
    ItemState,
    PollState,
    VoteChannel,
    VoteMethod,
)
from deliberation.models import (
    AgendaItem,
    Attendance,
    Checklist,
    ChecklistEntry,
    ChecklistTemplate,
    Meeting,
    Motion,
    Objection,
    Poll,
    PollBoardEntry,
    Presence,
    PublicNotice,
    Recusal,
    Resolution,
    ResolutionTask,
    RollEntry,
    Seconding,
    Statement,
    TallyEntry,
    VotingRule,
)
from deliberation.selectors import lists
from deliberation.selectors.checklists import STEPS_DONE, result_due
from kit.scoping import standing_of
from orgs import selectors as orgs
from orgs.choices import Role

_LEADERS = (Role.JOINT_SECRETARY, Role.JOINT_DEPUTY, Role.JOINT_MEMBER)


def _number(rows: QuerySet, by: str) -> Coalesce:
    """How many rows there are, as a column; ``by`` is the key that ``rows`` compares with the outer row."""
    counted = rows.order_by().values(by).annotate(found=Count("pk")).values("found")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def motions(person, *, on: date) -> QuerySet[Motion]:
    """``seconded_by``: names in order. ``can_second``: a unit of this person may still second it."""
    seconders = Seconding.objects.filter(motion=OuterRef("pk")).order_by("seconded_at", "pk")
    return lists.motions(person).annotate(
        seconded_by=ArraySubquery(seconders.values("unit__name")),
        can_second=_can_second(person, on),
        has_resolution=Exists(Resolution.objects.filter(motion=OuterRef("pk")).exclude(state="sent_back")),
    )


def _can_second(person, on: date) -> Q:
    """The twin of the rules of ``second_motion``: secretaries for their unit, members of the body for theirs."""
    posts = standing_of(person).posts
    led = {post.org_id for post in posts if post.role == Role.UNIT_SECRETARY}
    bodies = {post.org_id for post in posts if post.role in _LEADERS}
    own = {post.org_id for post in posts} | {getattr(person, "organization_id", None)} - {None}
    found = Q(pk__in=[])
    for unit in sorted(led | (own if bodies else set()), key=str):
        seconded = Exists(Seconding.objects.filter(motion=OuterRef("pk"), unit=unit))
        may = ~Q(unit=unit) & Q(orgs.is_member(unit, body="body_id", on=on)) & ~Q(seconded)
        found |= may if unit in led else may & Q(body__in=bodies)
    return found


def meetings(person) -> QuerySet[Meeting]:
    """``own_reply``: empty when not invited. ``is_here``: this person is in the room. 应到 and 实到 by 出席 alone."""
    invited = Attendance.objects.filter(meeting=OuterRef("pk"))
    voting = invited.filter(capacity=Capacity.VOTING)
    here = Presence.objects.filter(attendance__meeting=OuterRef("pk"), left_at=None)
    there = Presence.objects.filter(attendance__meeting=OuterRef("pk"), attendance__capacity=Capacity.VOTING)
    came = there.filter(Q(left_at=None) | Q(attendance__meeting__state__in=HELD))
    by = "attendance__meeting"
    present = came.order_by().values(by).annotate(found=Count("attendance", distinct=True)).values("found")
    return lists.meetings(person).annotate(
        own_reply=Coalesce(Subquery(invited.filter(person=getattr(person, "pk", None)).values("reply")[:1]), Value("")),
        is_here=Exists(here.filter(attendance__person=getattr(person, "pk", None))),
        somebody_is_here=Exists(here),
        should_attend=_number(voting, "meeting"),
        present=Coalesce(Subquery(present, output_field=IntegerField()), 0),
        on_leave=_number(voting.filter(reply="leave"), "meeting"),
        is_voting=Exists(Poll.objects.filter(item__meeting=OuterRef("pk"), state__in=RUNNING_POLL)),
    )


def agenda_items(person) -> QuerySet[AgendaItem]:
    """``units_heard``: who has spoken, shown and never scored (F-24). ``table_is_taken``: by another item."""
    busy = AgendaItem.objects.filter(meeting=OuterRef("meeting"), state__in=[ItemState.DISCUSSING, ItemState.DISCUSSED])
    live = Poll.objects.filter(item=OuterRef("pk")).exclude(state=PollState.VOID)
    heard = Statement.objects.filter(item=OuterRef("pk")).order_by("attendance__unit__name").distinct()
    recused = Recusal.objects.filter(item=OuterRef("pk")).order_by("pk")
    return lists.agenda_items(person).annotate(
        units_heard=ArraySubquery(heard.values("attendance__unit__name")),
        units_recused=ArraySubquery(recused.values("unit__name")),
        table_is_taken=Exists(busy.exclude(pk=OuterRef("pk"))),
        has_poll=Exists(live),
        is_voting=Exists(live.filter(state__in=RUNNING_POLL)),
    )


def attendances(person) -> QuerySet[Attendance]:
    """``is_here``: in the room now; ``arrived_at``: for the first time."""
    stays = Presence.objects.filter(attendance=OuterRef("pk")).order_by("arrived_at", "pk")
    return lists.attendances(person).annotate(
        is_here=Exists(stays.filter(left_at=None)), arrived_at=Subquery(stays.values("arrived_at")[:1])
    )


def polls(person) -> QuerySet[Poll]:
    """Nothing of an open poll but what is the asker's own (V7).

    ``votes``: who voted how, of a closed recorded vote and for those who attended. ``counts``: what the tellers
    entered; only for working out whose turn it is, never shown. ``is_on_roll``: to vote on a screen.
    """
    me = getattr(person, "pk", None)
    roll = RollEntry.objects.filter(poll=OuterRef("pk"))
    attended = Presence.objects.filter(attendance__meeting=OuterRef("poll__item__meeting"), attendance__person=me)
    online = roll.exclude(poll__channel=VoteChannel.PAPER)
    told = online.filter(poll__state=PollState.CLOSED, poll__method=VoteMethod.RECORDED).filter(Exists(attended))
    vote = JSONObject(
        person="person__name", unit="unit__name", on_paper="on_paper", choice=Coalesce("ballot__choice", Value(""))
    )
    count = JSONObject(round="round", teller="teller_id", **{name: name for name in rules.NUMBERS})
    line = JSONObject(serial="serial", kind="kind", content="content", previous="previous", hash="hash")
    board = PollBoardEntry.objects.filter(poll=OuterRef("pk")).order_by("serial")
    counts = TallyEntry.objects.filter(poll=OuterRef("pk")).order_by("round", "pk")
    return lists.polls(person).annotate(
        is_on_roll=Exists(online.filter(person=me, on_paper=False)),
        has_voted=Exists(roll.filter(Q(ballot__isnull=False) | Q(mark__isnull=False), person=me)),
        votes=ArraySubquery(told.order_by("pk").values(vote=vote)),
        counts=ArraySubquery(counts.values(count=count)),
        board_lines=ArraySubquery(board.values(line=line)),
    )


def resolutions(person) -> QuerySet[Resolution]:
    """``notice_to_on``: last day of the live notice. ``open_objections``: how many wait for an answer.

    ``villages_waiting``: how many villages have not decided. ``is_refused``: one of them decided against.
    """
    live = PublicNotice.objects.live().filter(resolution=OuterRef("pk"))
    waiting = Objection.objects.open().filter(notice__resolution=OuterRef("pk"))
    villages = Checklist.objects.filter(resolution=OuterRef("pk"))
    return lists.resolutions(person).annotate(
        notice_to_on=Subquery(live.values("to_on")[:1]),
        open_objections=_number(waiting, "notice__resolution"),
        villages_waiting=_number(villages.filter(state=ChecklistState.RUNNING), "resolution"),
        is_refused=Exists(villages.filter(state=ChecklistState.REFUSED)),
    )


def notices(person) -> QuerySet[PublicNotice]:
    return lists.notice_register(person)


def objections(person) -> QuerySet[Objection]:
    return lists.objections(person)


def tasks(person) -> QuerySet[ResolutionTask]:
    return lists.tasks(person)


def checklists(person) -> QuerySet[Checklist]:
    """``entries_json``: what was entered, in order. ``result_is_due``: the village may publish what came of it."""
    entry = JSONObject(
        **{name: name for name in ("position", "round", "done_on", "evidence", "is_against", "reason")},
        person="person__name",
    )
    entries = ChecklistEntry.objects.filter(checklist=OuterRef("pk")).order_by("position", "round", "pk")
    return lists.checklists(person).annotate(
        entries_json=ArraySubquery(entries.values(entry=entry)),
        steps_done=STEPS_DONE,
        result_is_due=result_due(),
    )


def checklist_templates(*, on: date) -> QuerySet[ChecklistTemplate]:
    """``is_in_force``: the version with which a checklist of this day begins."""
    newer = ChecklistTemplate.objects.filter(version__gt=OuterRef("version"), effective_on__lte=on)
    return ChecklistTemplate.objects.annotate(is_in_force=Q(effective_on__lte=on) & ~Q(Exists(newer)))


def statements(person) -> QuerySet[Statement]:
    return lists.statements(person)


def voting_rules(*, on: date) -> QuerySet[VotingRule]:
    """``is_in_force``: the version that a vote of this day follows."""
    newer = VotingRule.objects.filter(code=OuterRef("code"), version__gt=OuterRef("version"), effective_on__lte=on)
    return VotingRule.objects.annotate(is_in_force=Q(effective_on__lte=on) & ~Q(Exists(newer)))
