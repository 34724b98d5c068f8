"""The doors of 决议, 公示, 异议 and 任务: formed by the secretary, reviewed by the publisher, done by the owner."""

from typing import Any

from django.db.models import QuerySet

from deliberation import choices, selectors
from deliberation.api import filters
from deliberation.api.serializers import decisions as serializers
from deliberation.api.serializers.motions import GroundBody
from deliberation.api.views import TAG
from deliberation.services import notices, resolutions, tasks
from kit import tickets, visitors
from kit.actors import VISITOR
from kit.api.errors import TooOften
from kit.api.representation import PREFIX, Row
from kit.api.verbs import creates, elsewhere, verb
from kit.api.views import ResourceView
from kit.idempotency import Answer

S, T = choices.ResolutionState, choices.TaskState
_OVER = (S.TERMINATED, S.COMPLETED, S.SENT_BACK)


def _is_published(row: Row) -> bool:
    return row["scope"] != choices.Scope.NONE


def _may_take_effect(row: Row, caller: Any) -> bool:
    """After its notice ended, or at once where none is to be."""
    if not caller.may("resolution.form", serializers.ResolutionShown.place(row)):
        return False
    if row["state"] == S.FORMED:
        return not _is_published(row)
    return row["notice_to_on"] is not None and caller.today > row["notice_to_on"] and not row["open_objections"]


class ResolutionView(ResourceView):
    tag = TAG
    representation = serializers.ResolutionShown
    filters = filters.ResolutionFilters
    orderings = {"-id": ("-id",), "id": ("id",)}
    joins = ("body", "motion")

    def rows(self) -> QuerySet:
        return selectors.shown.resolutions(self.actor)

    def plain_rows(self) -> QuerySet:
        return selectors.resolutions(self.actor)

    @creates("形成决议", body=serializers.ResolutionBody)
    def create(self, data: Row) -> Any:
        return resolutions.form_resolution(actor=self.actor, now=self.now, **data)

    publish = elsewhere(
        "publish",
        "审核公示",
        "public-notices",
        policy="notice.publish",
        when=lambda row: row["state"] == S.FORMED and _is_published(row),
    )
    assign_task = elsewhere(
        "assign-task", "布置任务", "resolution-tasks", policy="task.assign", when=lambda row: row["state"] not in _OVER
    )

    @verb("take-effect", move="resolution.take_effect", by=_may_take_effect)
    def take_effect(self, row: Any, data: Row) -> None:
        resolutions.make_effective(resolution=row, actor=self.actor, now=self.now)

    @verb("return", move="resolution.return", when=lambda row: row["is_refused"], body=serializers.ShortReasonBody)
    def send_back(self, row: Any, data: Row) -> None:
        resolutions.return_resolution(resolution=row, actor=self.actor, now=self.now, **data)

    @verb("terminate", move="resolution.terminate", body=GroundBody)
    def terminate(self, row: Any, data: Row) -> None:
        resolutions.terminate_resolution(resolution=row, actor=self.actor, now=self.now, **data)


class NoticeView(ResourceView):
    """What the public may read, for everybody; in reach of the body also for members, and what was taken down."""

    tag = TAG
    representation = serializers.NoticeShown
    filters = filters.NoticeFilters
    orderings = {"-id": ("-id",), "id": ("id",)}
    joins = ("resolution__body", "resolution__motion")

    def rows(self) -> QuerySet:
        return selectors.shown.notices(self.actor)

    @creates("审核公示", body=serializers.NoticeBody)
    def create(self, data: Row) -> Any:
        return notices.publish_notice(actor=self.actor, now=self.now, **data)

    file_objection = elsewhere(
        "file-objection",
        "提出异议",
        "objections",
        when=lambda row: row["taken_down_at"] is None and row["scope"] == choices.Scope.PUBLIC,
        by=lambda row, caller: row["from_on"] <= caller.today <= row["to_on"],
    )

    @verb(
        "take-down",
        "撤下",
        policy="notice.publish",
        when=lambda row: row["taken_down_at"] is None,
        body=serializers.ShortReasonBody,
    )
    def take_down(self, row: Any, data: Row) -> None:
        notices.take_down_notice(notice=row, actor=self.actor, now=self.now, **data)


def _in_review(row: Row) -> bool:
    return bool(row["state"] == choices.ObjectionState.IN_REVIEW)


def _reviews(row: Row, caller: Any) -> bool:
    """Never one's own draft."""
    may = caller.may("objection.review", serializers.ObjectionShown.place(row))
    return may and row["answered_by_id"] != caller.person.pk


class ObjectionView(ResourceView):
    """For whoever answers them or reviews the answer; anybody else finds none.

    Filing knows nobody, also when somebody is signed in.
    """

    tag = TAG
    representation = serializers.ObjectionShown
    filters = filters.ObjectionFilters
    orderings = {"-id": ("-id",), "answer_due_on": ("answer_due_on", "id")}
    joins = ("notice__resolution__body", "notice__resolution__motion")

    def rows(self) -> QuerySet:
        return selectors.shown.objections(self.actor)

    @property
    def _files(self) -> bool:
        # Asked before the view knows its action, and by the schema without a request.
        method = getattr(self.request, "method", None) or ""
        return self.action_map.get(method.lower()) == "create"

    def get_authenticators(self) -> list[Any]:
        return [] if self._files else super().get_authenticators()

    def get_permissions(self) -> list[Any]:
        return [] if self._files else list(super().get_permissions())

    @property
    def key_owner(self) -> Any:
        """One owner of the keys for all who object, so that no kept answer tells who it was."""
        return visitors.ANYBODY if self._files else super().key_owner

    @creates("提出异议", body=serializers.ObjectionBody)
    def create(self, data: Row) -> Answer:
        """To a notice of the public, by anybody, under nobody's name; a few a minute from one address."""
        if seconds := visitors.too_many(self.request, "write"):
            raise TooOften(seconds, f"交得太频繁了，请过{-(-seconds // 60)}分钟再交。")
        objection = notices.file_objection(actor=VISITOR, now=self.now, **data)
        filed = {
            "ticket": tickets.written(objection.ticket),
            "answer_due_on": objection.answer_due_on.isoformat(),
            "links": {"public_notice": f"{PREFIX}/public-notices/{objection.notice_id}/"},
        }
        return Answer(201, filed)

    create.answers, create.answer_status = serializers.ObjectionFiled, 201

    @verb("answer", move="objection.answer", body=serializers.AnswerBody)
    def answer(self, row: Any, data: Row) -> None:
        notices.answer_objection(objection=row, actor=self.actor, now=self.now, **data)

    @verb("confirm", "审核通过", when=_in_review, by=_reviews, body=serializers.ConfirmAnswerBody)
    def confirm(self, row: Any, data: Row) -> None:
        notices.confirm_answer(objection=row, actor=self.actor, now=self.now, **data)

    @verb("return", move="objection.return", by=_reviews, body=serializers.ShortReasonBody)
    def send_back(self, row: Any, data: Row) -> None:
        notices.return_answer(objection=row, actor=self.actor, now=self.now, **data)


def _of_owner(row: Row) -> str:
    """The owner reports; for an outside body the leaders do."""
    return "task.report" if row["owner_id"] else "task.accept"


def _proposed(row: Row, caller: Any) -> bool:
    return caller.may("task.confirm", serializers.proposer_place(row))


class TaskView(ResourceView):
    tag = TAG
    representation = serializers.TaskShown
    filters = filters.TaskFilters
    orderings = {"-id": ("-id",), "due_on": ("due_on", "id")}
    joins = ("resolution__body", "resolution__motion__unit", "owner")

    def rows(self) -> QuerySet:
        return selectors.shown.tasks(self.actor)

    @creates("布置任务", body=serializers.TaskBody)
    def create(self, data: Row) -> Any:
        return tasks.assign_task(actor=self.actor, now=self.now, **data)

    @verb("report", move="resolution_task.report", policy=_of_owner, body=serializers.ReportBody)
    def report(self, row: Any, data: Row) -> None:
        tasks.report_task(task=row, actor=self.actor, now=self.now, **data)

    @verb("wait", move="resolution_task.wait", policy=_of_owner, body=serializers.ShortReasonBody)
    def wait(self, row: Any, data: Row) -> None:
        tasks.wait_task(task=row, actor=self.actor, now=self.now, **data)

    @verb("go-on", move="resolution_task.go_on", policy=_of_owner)
    def go_on(self, row: Any, data: Row) -> None:
        tasks.go_on_task(task=row, actor=self.actor, now=self.now)

    @verb("return", move="resolution_task.return", body=serializers.ShortReasonBody)
    def send_back(self, row: Any, data: Row) -> None:
        tasks.return_task(task=row, actor=self.actor, now=self.now, **data)

    @verb("accept", move="resolution_task.accept")
    def accept(self, row: Any, data: Row) -> None:
        tasks.accept_task(task=row, actor=self.actor, now=self.now)

    @verb("confirm", move="resolution_task.confirm", by=_proposed)
    def confirm(self, row: Any, data: Row) -> None:
        tasks.confirm_task(task=row, actor=self.actor, now=self.now)

    @verb(
        "extend",
        "延期",
        policy="task.accept",
        when=lambda row: row["state"] in (T.ASSIGNED, T.WAITING),
        body=serializers.ExtendBody,
    )
    def extend(self, row: Any, data: Row) -> None:
        tasks.extend_task(task=row, actor=self.actor, now=self.now, **data)
