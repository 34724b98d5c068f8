"""The doors of 四议两公开: entered by the village, read by it and by the body; its steps are kept by the district."""

from typing import Any

from django.db.models import QuerySet

from deliberation import choices, selectors
from deliberation.api import filters
from deliberation.api.serializers import checklists as serializers
from deliberation.api.views import TAG
from deliberation.services import checklist_templates, checklists
from kit.api.representation import Row
from kit.api.verbs import creates, verb
from kit.api.views import ResourceView

S = choices.ChecklistState


def _decides(row: Row) -> bool:
    """The vote of the village is next."""
    return bool(row["state"] == S.RUNNING and serializers.next_position(row) == row["template__decides_at"])


class ChecklistView(ResourceView):
    tag = TAG
    representation = serializers.ChecklistShown
    filters = filters.ChecklistFilters
    orderings = {"-id": ("-id",), "due_on": ("due_on", "id")}
    joins = ("village", "template", "resolution__body", "resolution__motion")

    def rows(self) -> QuerySet:
        return selectors.shown.checklists(self.actor)

    def plain_rows(self) -> QuerySet:
        return selectors.checklists(self.actor)

    @verb(
        "mark",
        "登记这一步",
        policy="checklist.mark",
        when=lambda row: serializers.next_position(row) > 0,
        body=serializers.MarkBody,
    )
    def mark(self, row: Any, data: Row) -> None:
        checklists.mark_step(checklist=row, actor=self.actor, now=self.now, **data)

    @verb("refuse", "村级未通过", policy="checklist.refuse", when=_decides, body=serializers.RefuseBody)
    def refuse(self, row: Any, data: Row) -> None:
        checklists.refuse_resolution(checklist=row, actor=self.actor, now=self.now, **data)

    @verb(
        "correct",
        "更正",
        policy="checklist.correct",
        when=lambda row: row["steps_done"] > 0 and row["state"] not in (S.REFUSED, S.DROPPED),
        body=serializers.CorrectBody,
    )
    def correct(self, row: Any, data: Row) -> None:
        checklists.correct_step(checklist=row, actor=self.actor, now=self.now, **data)


class ChecklistTemplateView(ResourceView):
    """The same for everybody; changed only by a new version."""

    tag = TAG
    representation = serializers.ChecklistTemplateShown
    filters = filters.ChecklistTemplateFilters
    orderings = {"-id": ("-id",), "version": ("version", "id")}

    def rows(self) -> QuerySet:
        return selectors.shown.checklist_templates(on=self.caller.today)

    @creates("增加版本", body=serializers.ChecklistTemplateBody)
    def create(self, data: Row) -> Any:
        return checklist_templates.add_template_version(actor=self.actor, now=self.now, **data)
