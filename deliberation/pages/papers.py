"""下载 Word: the paper as it stands now, issued and handed over in one step."""

from typing import Any

from django import forms
from django.urls import reverse

from deliberation import selectors
from deliberation.choices import PaperKind
from deliberation.pages.base import InDeliberation
from deliberation.services import papers
from kit.errors import Hidden
from kit.pages import ActionPage, Done

_BACK = {
    PaperKind.MEETING_NOTICE: "meeting",
    PaperKind.SIGN_IN_SHEET: "meeting",
    PaperKind.RESOLUTION: "resolution",
    PaperKind.PUBLIC_NOTICE: "resolution",
    PaperKind.MINUTES: "minutes",
    PaperKind.MEETING_SUMMARY: "minutes",
    PaperKind.EXCERPT: "resolution",
    PaperKind.BALLOT: "meeting",
    PaperKind.TALLY_SHEET: "meeting",
    PaperKind.NOTICE_RESULT: "resolution",
}


class IssuePaper(InDeliberation, ActionPage):
    """One kind of paper of one subject; whoever only reads takes the newest version by its own address."""

    button = "下载 Word"
    question = "按现在的内容生成 Word 文件；内容没有变化的，就是原来那一版。"

    @property
    def kind(self) -> PaperKind:
        try:
            return PaperKind(self.kwargs["kind"])
        except ValueError:
            raise Hidden from None

    @property
    def row(self) -> Any:
        if not hasattr(self, "_row"):
            self._row = selectors.paper_subject(self.request.user, self.kind, self.kwargs["pk"])
        return self._row

    def back(self) -> str:
        pk = self.row.resolution_id if self.kind in (PaperKind.PUBLIC_NOTICE, PaperKind.NOTICE_RESULT) else self.row.pk
        return reverse(_BACK[self.kind], args=[pk])

    def context(self) -> dict[str, Any]:
        return super().context() | {"title": f"{self.kind.label}：{self.row.title}"}

    def act(self, form: forms.Form) -> Done:
        paper = papers.issue_paper(actor=self.request.user, kind=self.kind, subject=self.row, now=self.now)
        return Done(reverse("file", args=[paper.file_id]))
