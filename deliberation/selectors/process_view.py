"""Whose year of 过程质量 a person may read: the body first, then those above it, each in its reach."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.urls import reverse

from deliberation.selectors.registers import bodies
from kit import policies, scoping
from kit.calendar import day_of
from kit.components import Action
from kit.errors import DomainError, Forbidden, Hidden
from orgs import selectors as orgs
from orgs.choices import OrganizationKind

VERB = "quality.read"
FOR_WHOM = "过程质量供本组织和成员单位、牵头乡镇、片区和区查看。"
YEARS_BACK = 5
MOST_BODIES = 500


@dataclass(frozen=True)
class QualityView:
    """What somebody looks at: a body, a year, a moment. is_inside: the reader sits in that body."""

    body: Any
    year: int
    now: datetime
    is_inside: bool

    @property
    def on(self) -> date:
        return day_of(self.now)

    @property
    def is_running(self) -> bool:
        return self.year == self.on.year


def quality_bodies(person) -> list[Any]:
    """Bodies whose year this person may read: first where they hold a post, then the joint organizations of their
    units, then the others in the order of the tree."""
    standing = scoping.standing_of(person)
    own = {post.org_id for post in standing.posts}

    def rank(row: Any) -> tuple[bool, bool]:
        return row.pk not in own, row.pk not in standing.body_ids or row.kind != OrganizationKind.JOINT_ORG

    return sorted(_readable(person)[:MOST_BODIES], key=rank)


def _readable(person) -> Any:
    """Bodies in reach, for those who hold the verb anywhere; a body one sees but by name is not among them."""
    rows = bodies(person).filter(scoping.within(scoping.standing_of(person), path="path", body="pk"))
    return rows if policies.holds(person, VERB) else rows.none()


def quality_links(person, body: UUID) -> list[Action]:
    """For the home of a body, which is in reach: to its running year."""
    if not policies.holds(person, VERB):
        return []
    return [Action("过程质量", f"{reverse('process-quality')}?body={body}", icon="check")]


def quality_years(on: date) -> list[int]:
    """The years that can be chosen, the running one first."""
    return [on.year - back for back in range(YEARS_BACK)]


def quality_view(person, *, body: UUID | None, year: int | None, now: datetime) -> QualityView:
    """A body and a year; without them the person's first body and the running year. At most three queries.

    Raises Forbidden (403) without the role, Hidden (404) out of reach, DomainError (400) for a year to come or before
    those kept.
    """
    found = _readable(person).filter(pk=body).first() if body else next(iter(quality_bodies(person)), None)
    if found is None:
        if body is not None and (policies.holds(person, VERB) or not bodies(person).filter(pk=body).exists()):
            raise Hidden
        raise Forbidden(FOR_WHOM)
    on = day_of(now)
    if year is not None and year not in quality_years(on):
        raise DomainError("bad_parameter", f"年度只能从{on.year - YEARS_BACK + 1}到{on.year}。", status=400)
    return QualityView(found, year or on.year, now, _is_inside(person, found, on))


def _is_inside(person, body, on: date) -> bool:
    """Holds a post at the body itself or at one of its member units."""
    own = {post.org_id for post in scoping.standing_of(person).posts}
    return body.pk in own or orgs.units_of(body, on=on).filter(pk__in=own).exists()
