"""下载 Word: the paper as it stands now, issued and handed over in one step."""

import io
import zipfile
from typing import Any

from django import forms
from django.http import FileResponse, HttpRequest, HttpResponse
from django.urls import reverse

from deliberation import selectors
from deliberation.choices import PaperKind
from deliberation.pages.base import InDeliberation
from deliberation.services import papers
from kit import files
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


class Folder(InDeliberation):
    """整卷下载: the papers of a meeting as one zip of Word files, as far as this person may take each away."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        title, papers_of_it = selectors.folder(request.user, self.kwargs["pk"])
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as bundle:
            for number, each in enumerate(papers_of_it, 1):
                opened = files.open_for(request.user, each.file_id)
                with opened.content as content:
                    bundle.writestr(f"{number:02d} {opened.file.name}", content.read())
        answer = FileResponse(io.BytesIO(packed.getvalue()), as_attachment=True, filename=f"{title}案卷.zip")
        answer["Cache-Control"] = "private, no-store"
        return answer  # type: ignore[return-value]  # a response all the same
