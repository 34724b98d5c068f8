"""待办 of 运行保障: what waits for a person."""

from datetime import date

from django.urls import reverse

from kit.components import Todo
from kit.scoping import standing_of
from orgs.choices import OrganizationKind, Role
from oversight.selectors.complaints import complaint_light, complaints

_MOST = 50


def todos(*, person, on: date) -> list[Todo]:
    """Complaints to answer: the township's for its officers, those about a township for 区委组织部. One query."""
    roles = {post.role for post in standing_of(person).posts} & {Role.TOWNSHIP_OFFICER, Role.ORGANIZATION_OFFICER}
    if not roles:
        return []
    rows = complaints(person).waiting()
    if roles == {Role.ORGANIZATION_OFFICER}:
        rows = rows.filter(organization__kind=OrganizationKind.TOWNSHIP_COMMITTEE)
    found = []
    for row in rows.select_related("organization").order_by("answer_due_on", "pk")[:_MOST]:
        shown = complaint_light(row, on=on)
        found.append(
            Todo(
                kind="答复投诉建议",
                what=f"{row.organization.name}：{row.get_category_display()}",
                href=reverse("complaint", args=[row.pk]),
                asked_by="群众或成员单位",
                note="不署名，凭查询码看答复",
                until=row.answer_due_on,
                light=shown.colour if shown else "",
                light_word=shown.word if shown else "",
            )
        )
    return found
