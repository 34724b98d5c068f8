"""A number and the rows behind it: who may look at what, and the one description of a filter for both."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse

from deliberation import selectors as deliberation
from deliberation.choices import JUDGED, Outcome
from kit import policies
from kit.calendar import Quarter, day_of
from kit.errors import DomainError, Forbidden, Hidden
from kit.scoping import Circle, Post, standing_of
from orgs import selectors as orgs
from oversight.choices import Figure
from resources import selectors as resources
from resources.choices import DemandState

VERB = "dashboard.read"
FOR_WHOM = "看板供区、片区、乡镇和联村书记查看。"


@dataclass(frozen=True)
class View:
    """What somebody looks at: an organization with its circle, a quarter, a moment."""

    at: Any
    circle: Circle
    quarter: Quarter
    now: datetime
    is_own: bool = False

    @property
    def asked_at(self) -> UUID | None:
        """None for one's own dashboard, so that addresses stay short."""
        return None if self.is_own else self.at.pk

    @property
    def name(self) -> str:
        """三江镇党委; a district by the name of its division: 巴州区."""
        return self.at.name.removesuffix("委") if self.at.kind == orgs.LEVELS[0] else self.at.name

    @property
    def on(self) -> date:
        return day_of(self.now)

    @property
    def is_running(self) -> bool:
        return self.quarter == Quarter.of(self.on)


def view_of(person, *, at: UUID | None, quarter: Quarter | None, now: datetime) -> View:
    """The dashboard of an organization; without one, of the person's own highest. At most two queries.

    Raises Hidden (404) out of reach, Forbidden (403) without the role, DomainError (400) for a quarter to come.
    """
    current = Quarter.of(day_of(now))
    if quarter is not None and quarter > current:
        raise DomainError("bad_parameter", "季度还没有到。", status=400)
    own = _own_posts(person)
    mine = next((post for post in own if at is None or post.org_id == at), None)
    if mine is not None:
        organization = orgs.level_of(mine)
    elif at is None:
        raise Forbidden(FOR_WHOM)
    else:
        organization = _elsewhere(person, at)
    is_own = mine is not None and mine == own[0]
    return View(organization, orgs.circle_of(organization), quarter or current, now, is_own)


def _elsewhere(person, at: UUID):
    """An organization below one's own, or led by it. Raises Hidden, Forbidden."""
    organization = orgs.level(at)
    if organization is None or not standing_of(person).reaches(organization.place):
        raise Hidden
    superior = organization.joint_org.superior if hasattr(organization, "joint_org") else None
    if not any(policies.allows(person, VERB, each) for each in (organization, superior) if each is not None):
        raise Forbidden(FOR_WHOM)
    return organization


def _own_posts(person) -> list[Post]:
    """Posts that open the dashboard of their own organization, the highest first. No query."""
    order = {str(kind): rank for rank, kind in enumerate(orgs.LEVELS)}
    posts = {post for _, post in policies.grounds(person, VERB)}
    return sorted(posts, key=lambda post: (order[post.org_kind], post.path))


def own_levels(person) -> dict[UUID, str]:
    """Organizations whose dashboard the person's posts open, with their names, the highest first. No query."""
    return {post.org_id: orgs.level_of(post).name for post in _own_posts(person)}


@dataclass(frozen=True)
class Slice:
    """Which rows a number counts. at None: of one's own dashboard. quarter None: whatever the quarter. body: only what
    belongs to that body."""

    figure: str
    part: str
    at: UUID | None = None
    quarter: Quarter | None = None
    body: UUID | None = None

    @property
    def query(self) -> str:
        # Identifiers, ids and quarters: nothing that needs quoting.
        text = f"figure={self.figure}&part={self.part}"
        for name, value in (("at", self.at), ("quarter", self.quarter), ("body", self.body)):
            if value is not None:
                text += f"&{name}={value}"
        return text


@dataclass(frozen=True)
class Number:
    """A figure on the page and the rows it counts."""

    value: int
    slice: Slice

    @property
    def address(self) -> str:
        """The page with exactly these rows."""
        return f"{_rows_page()}?{self.slice.query}"


@cache
def _rows_page() -> str:
    return reverse("dashboard-rows")


PARTS: dict[str, dict[str, str]] = {
    Figure.MEETINGS: {"due": "应召开", "held": "已召开", "missing": "未召开"},
    Figure.TASKS: {"judged": "已到期或已办结", **dict(Outcome.choices)},
    Figure.OBJECTIONS: {
        "judged": "已到期或已答复",
        **dict(Outcome.choices),
        "late": "逾期答复",
        "overdue": "超期未答复",
    },
    Figure.HANDLED: {"submitted": "已提交", "handled": "已有结果"},
    Figure.DEMANDS: {
        "unfinished": "全部",
        "light:red": "红灯",
        "light:yellow": "黄灯",
        "light:green": "绿灯",
        "light:blue": "蓝灯",
        "late:submitted": "超期未受理",
        "late:accepted": "超期未答复",
        **{f"state:{value}": label for value, label in DemandState.choices},
    },
}


def rows_behind(view: View, asked: Slice) -> QuerySet:
    """The rows that ``asked`` counts at a view: bodies, tasks, objections or demands. Raises DomainError (400)."""
    if asked.part not in PARTS.get(asked.figure, {}):
        raise DomainError("bad_parameter", "没有这样的数字。", status=400)
    rows = _ROWS[Figure(asked.figure)](view, asked)
    if asked.body is None:
        return rows
    column = {
        Figure.MEETINGS: "pk",
        Figure.TASKS: "resolution__body_id",
        Figure.OBJECTIONS: "notice__resolution__body_id",
    }
    return rows.filter(**{column.get(Figure(asked.figure), "body_id"): asked.body})


def _bodies(view: View, asked: Slice) -> QuerySet:
    rows = deliberation.bodies_behind(view.circle, asked.quarter or view.quarter)
    return rows if asked.part == "due" else rows.filter(conference__isnull=asked.part == "missing")


def _with_deadline(behind):
    def rows(view: View, asked: Slice) -> QuerySet:
        outcomes = JUDGED if asked.part == "judged" else (asked.part,)
        return behind(view.circle, outcomes=outcomes, quarter=asked.quarter, on=view.on)

    return rows


def _demands(view: View, asked: Slice) -> QuerySet:
    return resources.demands_behind(view.circle, part=asked.part, quarter=asked.quarter, on=view.on)


_ROWS = {
    Figure.MEETINGS: _bodies,
    Figure.TASKS: _with_deadline(deliberation.tasks_behind),
    Figure.OBJECTIONS: _with_deadline(deliberation.objections_behind),
    Figure.HANDLED: _demands,
    Figure.DEMANDS: _demands,
}
