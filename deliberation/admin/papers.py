"""文书 of a meeting, a resolution or a notice: issued as Word by an act, listed with the row they belong to."""

from collections.abc import Iterable
from functools import partial

from django.urls import reverse

from deliberation import selectors
from deliberation.admin.lists import moment
from deliberation.choices import PaperKind
from deliberation.services import papers
from kit.admin import Act, Cell, Panel


def issue(kind: PaperKind) -> Act:
    """The act that writes one kind of paper as the row stands now."""
    return Act(
        f"paper-{kind.value.replace('_', '-')}",
        f"{kind.label}（Word）",
        partial(papers.issue_paper, kind=kind),
        subject="subject",
        verb="paper.issue",
        when=lambda row: kind in selectors.kinds_now(row),
        hint="按现在的内容生成 Word 文件；内容没有变化的，就是原来那一版。生成后在本页“文书”下载。",
        done=f"已生成{kind.label}，请在本页“文书”下载。",
        icon="description",
    )


def panel(person, *subjects) -> list[Panel]:
    """What was issued about these subjects and may be taken away by this person."""
    return issued(selectors.shelf(person, *subjects))


def issued(shelf: Iterable[selectors.Shelved]) -> list[Panel]:
    """The papers of a shelf that there are, each with its newest version."""
    rows = tuple(
        (
            Cell(each.label),
            Cell(f"第 {each.latest.version} 版"),
            Cell(moment(each.latest.issued_at)),
            Cell(each.latest.sha256[:16]),
            Cell("下载 Word", reverse("file", args=[each.latest.file_id])),
        )
        for each in shelf
        if each.latest is not None
    )
    return [Panel("文书", ("文种", "版本", "生成时间", "校验值", ""), rows)] if rows else []
