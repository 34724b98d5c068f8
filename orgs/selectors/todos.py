"""待办 of 组织准备, for the workbench."""

from datetime import date

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from kit import navigation
from kit.components import Todo
from kit.scoping import outermost, standing_of
from orgs.choices import OrganizationKind, Role
from orgs.models import Membership, Organization, Posting


def todos(*, person, on: date) -> list[Todo]:
    """What 组织准备 waits for from this person. At most two queries, none for whom nothing can wait."""
    townships = [post.path for post in standing_of(person).posts if post.role == Role.TOWNSHIP_OFFICER]
    return [todo for path in outermost(townships) for todo in _vacancies(path, on)]


def _vacancies(path: str, on: date) -> list[Todo]:
    """Member units and joint organizations of one township that nobody answers for."""
    vacant = (
        Organization.objects.active()
        .under(path)
        .filter(
            Exists(Membership.objects.on(on).filter(unit=OuterRef("pk"), joint_org__state="active"))
            | Q(kind=OrganizationKind.JOINT_ORG)
        )
        .exclude(
            Exists(
                Posting.objects.on(on).filter(
                    organization=OuterRef("pk"), role__in=[Role.UNIT_SECRETARY, Role.JOINT_SECRETARY]
                )
            )
        )
        .order_by("path", "pk")
    )
    add = navigation.address("admin:orgs_posting_add")
    return [
        Todo(
            kind="任职登记",
            what=f"{row.name}还没有负责人",
            href=f"{add}?organization={row.pk}" if add else reverse("unit", args=[row.pk]),
            asked_by="系统提醒",
            note="没有负责人，通知和待办送不到人",
            light="yellow",
            light_word="待登记",
        )
        for row in vacant[:20]
    ]
