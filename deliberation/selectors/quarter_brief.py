"""季度简报: what a joint organization, an area or a township did in a quarter, as plain text and in whole numbers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from deliberation.choices import HELD, NEVER_PUBLIC, MotionState, ResolutionState, Scope, TaskState
from deliberation.models import AgendaItem, Meeting, Motion, PublicNotice, Resolution, ResolutionTask
from deliberation.selectors.briefs import NO_MORE, OPEN_TASKS, cleaned, lines
from deliberation.selectors.quarters import conferences
from kit.calendar import Quarter, long_date, moment_of
from kit.components import CopyText
from kit.errors import Hidden
from kit.scoping import standing_of
from orgs import selectors as orgs
from orgs.choices import OrganizationKind

KINDS = (OrganizationKind.JOINT_ORG, OrganizationKind.AREA_COMMITTEE, OrganizationKind.TOWNSHIP_COMMITTEE)
MOST_TITLES = 5


@dataclass(frozen=True)
class Briefable:
    """An organization one may take a brief of."""

    id: UUID
    name: str


def briefables(person) -> tuple[Briefable, ...]:
    """Joint organizations, area committees and townships in reach, those where one holds a post first. One query."""
    rows = orgs.organizations(person).filter(kind__in=KINDS, state="active").order_by("path", "pk")[:500]
    own = {post.org_id for post in standing_of(person).posts}
    return tuple(Briefable(row.pk, row.name) for row in sorted(rows, key=lambda row: row.pk not in own))


def quarter_brief(person, pk, quarter: Quarter, *, on: date) -> CopyText:
    """The brief of one organization in reach. Raises Hidden (404)."""
    organization = orgs.organizations(person).filter(pk=pk, kind__in=KINDS).first()
    if organization is None:
        raise Hidden
    bodies = orgs.running_bodies(on=min(on, quarter.end)).filter(_of(organization)).order_by("path", "pk")
    text = lines(
        f"【联村简报】{organization.name} {quarter.label}",
        *_said(list(bodies), quarter, on),
        f"（截至{long_date(min(on, quarter.end), weekday=False)}）",
    )
    (copy,) = cleaned([CopyText(text, name="brief", label="季度简报", is_open=True)], organization, on=on)
    return copy


def _of(organization) -> Q:
    if organization.kind == OrganizationKind.AREA_COMMITTEE:
        return Q(pk=organization.pk) | Q(joint_org__superior=organization)
    if organization.kind == OrganizationKind.TOWNSHIP_COMMITTEE:
        return Q(path__startswith=organization.path)
    return Q(pk=organization.pk)


def _said(bodies: list, quarter: Quarter, on: date) -> Iterable[str]:
    yield from _meetings(bodies, quarter)
    yield _motions(bodies, *_span(quarter))
    yield from _resolutions(bodies, *_span(quarter))
    yield _tasks(bodies, quarter, on)


def _span(quarter: Quarter) -> tuple[datetime, datetime]:
    """From the first instant of the quarter to the first after it."""
    return moment_of(quarter.start), moment_of(quarter.next().start)


def _meetings(bodies: list, quarter: Quarter) -> Iterable[str]:
    held = Meeting.objects.filter(body__in=bodies, quarter=str(quarter), state__in=HELD)
    counting = conferences(quarter).filter(body__in=bodies).values("body").distinct().count()
    items = AgendaItem.objects.filter(meeting__in=held, state="done").count()
    if not held.exists():
        yield "议事：本季度还没有开过会。"
    elif len(bodies) == 1:
        said = "季度联席会议已开" if counting else "季度联席会议还没有开"
        yield f"议事：开会{held.count()}次，审议事项{items}项；{said}。"
    else:
        yield f"议事：{len(bodies)}个组织开会{held.count()}次，审议事项{items}项；{counting}个已开季度联席会议。"


def _motions(bodies: list, since: datetime, until: datetime) -> str:
    rows = Motion.objects.filter(body__in=bodies, submitted_at__gte=since, submitted_at__lt=until)
    rows = rows.exclude(state__in=[MotionState.DRAFT, MotionState.WITHDRAWN])
    count = rows.count()
    units = rows.order_by().values("unit").distinct().count()
    return f"议题：{units}个单位提出{count}件。" if count else "议题：本季度没有新提出的。"


def _resolutions(bodies: list, since: datetime, until: datetime) -> Iterable[str]:
    rows = Resolution.objects.filter(body__in=bodies, formed_at__gte=since, formed_at__lt=until)
    rows = rows.exclude(state__in=NO_MORE)
    count = rows.count()
    if not count:
        yield "决议：本季度没有形成决议。"
        return
    effective = rows.filter(state__in=[ResolutionState.EFFECTIVE, ResolutionState.COMPLETED]).count()
    published = PublicNotice.objects.filter(resolution__in=rows, scope=Scope.PUBLIC, taken_down_at=None)
    yield f"决议：形成{count}项，生效{effective}项，向社会公示{published.count()}项。"
    # Titles that were reviewed for the public, and no others.
    for number, title in enumerate(_titles(published), 1):
        yield f"{number}. {title}"


def _titles(published: QuerySet[PublicNotice]) -> list[str]:
    open_to_all = published.exclude(resolution__motion__classification__in=NEVER_PUBLIC)
    return list(open_to_all.order_by("published_at", "pk").values_list("title", flat=True)[:MOST_TITLES])


def _tasks(bodies: list, quarter: Quarter, on: date) -> str:
    since, until = _span(quarter)
    rows = ResolutionTask.objects.filter(resolution__body__in=bodies).exclude(resolution__state__in=NO_MORE)
    given = rows.filter(assigned_at__gte=since, assigned_at__lt=until).count()
    finished = rows.filter(state__in=[TaskState.ACCEPTED, TaskState.CONFIRMED])
    done = finished.filter(finished_on__range=(quarter.start, quarter.end)).count()
    going = rows.filter(state__in=OPEN_TASKS).count()
    late = rows.overdue(on).count()
    if not given and not done and not going:
        return "落实：没有决议任务。"
    return f"落实：本季度布置{given}项，办结{done}项；现在在办{going}项，其中超期{late}项。"
