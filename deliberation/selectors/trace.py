"""全链追溯 of 议事协调: a motion is the hub; items, polls, resolutions, notices and tasks hang on it."""

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from uuid import UUID

from django.db.models import BooleanField, F, Func, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.urls import reverse

from deliberation.choices import PollState
from deliberation.models import PublicNotice
from deliberation.selectors import lists
from deliberation.selectors.line import checklist_light, task_light
from kit import scoping
from kit.calendar import day_of, long_date
from kit.trace import Hubs, Kind, Link, keys

MOTION, ITEM = "deliberation.motion", "deliberation.agendaitem"

# Motions hang together when one was merged into the other or when they are about the same thing.
_TOGETHER = """ARRAY(
WITH RECURSIVE chain (id, about, merged_into_id) AS (
    SELECT id, about, merged_into_id FROM deliberation_motion
    WHERE id = ANY (%s) OR (about <> '' AND about = ANY (%s))
  UNION
    SELECT m.id, m.about, m.merged_into_id FROM chain c JOIN deliberation_motion m
      ON m.merged_into_id = c.id OR m.id = c.merged_into_id OR (m.about <> '' AND m.about = c.about)
)
SELECT id FROM chain
)"""


class _Among(Func):
    """``id = ANY (ARRAY(…))``: read first and looked up by key, where an IN would be planned as a join with all."""

    template, arg_joiner = "%(expressions)s", " = ANY "
    output_field = BooleanField()


def together(person, hubs: Hubs) -> Hubs:
    """The hubs with all motions in reach that hang on them, and what those are about. One query.

    What leads on only through a motion out of reach is left out.
    """
    rows = lists.motions(person).filter(_Among(F("pk"), RawSQL(_TOGETHER, [keys(hubs, MOTION), sorted(hubs)])))  # nosec B611 - own text
    waiting = list(rows.order_by("pk").values_list("pk", "about", "merged_into_id"))
    found = set(hubs)
    while True:
        near = [
            (pk, about, into)
            for pk, about, into in waiting
            if _label(pk) in found or about in found or (into and _label(into) in found)
        ]
        if not near:
            return frozenset(found)
        for pk, about, into in near:
            found |= {_label(pk)} | ({about} if about else set()) | ({_label(into)} if into else set())
        waiting = [row for row in waiting if row not in near]


def _label(key: UUID) -> str:
    return f"{MOTION}:{key}"


def _enter(label: str, rows: Callable[..., QuerySet], motion: str, person, key: UUID) -> Hubs | None:
    """The row in reach and the motion it hangs on, read together."""
    found = rows(person).filter(pk=key).values_list("pk", motion).first()
    return None if found is None else frozenset({f"{label}:{key}"} | ({_label(found[1])} if found[1] else set()))


def _notices(person) -> QuerySet[PublicNotice]:
    reach = scoping.within(scoping.standing_of(person), path="resolution__body__path", body="resolution__body_id")
    return PublicNotice.objects.filter(reach)


def _read_motions(person, hubs: Hubs, *, on: date) -> Iterator[Link]:
    rows = lists.motions(person).filter(pk__in=keys(hubs, MOTION)).select_related("unit", "body")
    for row in rows.order_by("created_at", "pk"):
        yield Link(
            key=row.pk,
            title=row.title,
            at=row.submitted_at or row.created_at,
            who=row.unit.name,
            href=reverse("motion", args=[row.pk]),
            state=row.state,
            state_label=row.get_state_display(),
            said=row.reason or f"提请{row.body.name}审议",
        )


def _read_items(person, hubs: Hubs, *, on: date) -> Iterator[Link]:
    # A briefing has no motion; it is a chain of its own.
    mine = Q(motion__in=keys(hubs, MOTION)) | Q(pk__in=keys(hubs, ITEM))
    rows = lists.agenda_items(person).filter(mine).select_related("meeting__body")
    for row in rows.order_by("meeting__starts_at", "pk"):
        where = f"{row.meeting.title}，{row.meeting.get_state_display()}"
        yield Link(
            key=row.pk,
            title=row.title,
            at=row.opened_at or row.meeting.starts_at,
            who=row.meeting.body.name,
            href=reverse("meeting", args=[row.meeting_id]),
            state=row.state,
            state_label=row.get_state_display(),
            said=f"{where}。{row.outcome}" if row.outcome else where,
        )


def _read_polls(person, hubs: Hubs, *, on: date) -> Iterator[Link]:
    rows = lists.polls(person).filter(item__motion__in=keys(hubs, MOTION)).select_related("item__meeting__body")
    for row in rows.order_by("opened_at", "pk"):
        # An open poll shows nothing of its course (V7).
        verdict = "" if row.state != PollState.CLOSED else "通过" if row.is_adopted else "未通过"
        yield Link(
            key=row.pk,
            title=f"{row.get_method_display()}：{row.item.title}",
            at=row.opened_at,
            who=row.item.meeting.body.name,
            href=reverse("poll", args=[row.pk]),
            state=row.state,
            state_label=verdict or row.get_state_display(),
            said=row.sentence if verdict else row.reason,
        )


def _read_resolutions(person, hubs: Hubs, *, on: date) -> Iterator[Link]:
    rows = lists.resolutions(person).filter(motion__in=keys(hubs, MOTION)).select_related("body")
    for row in rows.order_by("formed_at", "pk"):
        yield Link(
            key=row.pk,
            title=f"{row.number} {row.title}",
            at=row.formed_at,
            who=row.body.name,
            href=reverse("resolution", args=[row.pk]),
            state=row.state,
            state_label=row.get_state_display(),
            said=row.reason or (f"{long_date(day_of(row.effective_at))}起生效" if row.effective_at else ""),
        )


def _read_checklists(person, hubs: Hubs, *, on: date) -> Iterator[Link]:
    rows = lists.checklists(person).filter(resolution__motion__in=keys(hubs, MOTION))
    for row in rows.select_related("village", "resolution").order_by("opened_at", "village__path", "pk"):
        yield Link(
            key=row.pk,
            title=f"{row.village.name}四议两公开",
            at=row.opened_at,
            who=row.village.name,
            href=reverse("checklist", args=[row.pk]),
            state=row.state,
            state_label=row.get_state_display(),
            light=checklist_light(row, on=on),
            said=row.reason or f"{long_date(row.due_on, weekday=False)}前办完",
        )


def _read_notices(person, hubs: Hubs, *, on: date) -> Iterator[Link]:
    rows = _notices(person).filter(resolution__motion__in=keys(hubs, MOTION)).select_related("publisher")
    for row in rows.order_by("published_at", "pk"):
        days = f"{long_date(row.from_on, weekday=False)}到{long_date(row.to_on, weekday=False)}"
        state = "已撤下" if row.taken_down_at else "公示中" if on <= row.to_on else "公示期满"
        yield Link(
            key=row.pk,
            title=row.title,
            at=row.published_at,
            who=row.publisher.name,
            href=reverse("resolution", args=[row.resolution_id]),
            state_label=state,
            said=f"{row.get_scope_display()}，{days}",
        )


def _read_tasks(person, hubs: Hubs, *, on: date) -> Iterator[Link]:
    rows = lists.tasks(person).filter(resolution__motion__in=keys(hubs, MOTION)).select_related("owner")
    for row in rows.order_by("due_on", "pk"):
        yield Link(
            key=row.pk,
            title=row.title,
            at=row.assigned_at,
            who=row.owner.name if row.owner else row.outside_body,
            href=reverse("task", args=[row.pk]),
            state=row.state,
            state_label=row.get_state_display(),
            light=task_light(row, on=on),
            said=f"{long_date(row.due_on, weekday=False)}前完成",
        )


# Label, noun, place in the chain, name in the API, rows in reach, where the motion stands in them, reader.
_KINDS = (
    (MOTION, "议题", 20, "motions", lists.motions, "pk", _read_motions),
    (ITEM, "会议审议", 30, "agenda-items", lists.agenda_items, "motion_id", _read_items),
    ("deliberation.poll", "表决", 40, "polls", lists.polls, "item__motion_id", _read_polls),
    ("deliberation.resolution", "决议", 50, "resolutions", lists.resolutions, "motion_id", _read_resolutions),
    (
        *("deliberation.checklist", "村级程序", 55, "checklists"),
        *(lists.checklists, "resolution__motion_id", _read_checklists),
    ),
    ("deliberation.publicnotice", "公示", 60, "public-notices", _notices, "resolution__motion_id", _read_notices),
    ("deliberation.resolutiontask", "任务", 70, "resolution-tasks", lists.tasks, "resolution__motion_id", _read_tasks),
)
KINDS = [
    Kind(label, noun, order, resource, partial(_enter, label, rows, motion), read)
    for label, noun, order, resource, rows, motion, read in _KINDS
]
