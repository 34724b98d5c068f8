"""Papers as Word: issued from what the record says, kept privately, version by version."""

import hashlib
from collections.abc import Callable
from datetime import datetime

from django.core.files.uploadedfile import SimpleUploadedFile

from deliberation import events, selectors
from deliberation.choices import PaperKind
from deliberation.models import Meeting, Paper, PublicNotice, Resolution
from deliberation.services.locks import locked_resolution
from kit import documents, facts, files, policies
from kit.documents import Document
from kit.errors import DomainError
from kit.services import service

COMPOSE: dict[str, Callable[..., Document]] = {
    PaperKind.MEETING_NOTICE: selectors.meeting_notice_paper,
    PaperKind.SIGN_IN_SHEET: selectors.sign_in_sheet,
    PaperKind.RESOLUTION: selectors.resolution_paper,
    PaperKind.PUBLIC_NOTICE: selectors.public_notice_paper,
    PaperKind.MINUTES: selectors.minutes_paper,
    PaperKind.MEETING_SUMMARY: selectors.summary_paper,
    PaperKind.EXCERPT: selectors.excerpt_paper,
    PaperKind.BALLOT: selectors.ballot_paper,
    PaperKind.TALLY_SHEET: selectors.tally_paper,
    PaperKind.NOTICE_RESULT: selectors.notice_result_paper,
}


@service
def issue_paper(*, actor, kind: str, subject: Meeting | Resolution | PublicNotice, now: datetime) -> Paper:
    """Write the paper as it stands now. Unchanged content is the version there already is; nothing is written then.

    Raises DomainError ``no_such_paper`` (409) while the subject is not ready for it.
    """
    row = _locked(subject)
    if not selectors.may_issue(actor, kind, row):
        policies.require(actor, "paper.issue", row)
    if kind not in selectors.kinds_now(row):
        raise DomainError("no_such_paper", _why_not(kind))
    document = COMPOSE[kind](row)
    data = documents.write(document)
    sha256 = hashlib.sha256(data).hexdigest()
    label = facts.subject_label(row)
    last = selectors.latest_paper(kind, label)
    if last is not None and last.sha256 == sha256:
        return last
    body = row.resolution.body if isinstance(row, PublicNotice) else row.body
    paper = Paper(
        kind=kind,
        subject=label,
        body=body,
        version=last.version + 1 if last else 1,
        title=document.title[:200],
        sha256=sha256,
        issued_by=actor,
        issued_at=now,
    )
    name = f"{body.name}_{PaperKind(kind).label}_{document.on:%Y%m%d}_第{paper.version}版.docx"
    paper.file = files.keep(SimpleUploadedFile(name, data), subject=paper, actor=actor, at=now, path=body.path)
    paper.save(force_insert=True)
    facts.record(
        events.PAPER_ISSUED,
        actor=actor,
        org=body,
        subject=row.resolution if isinstance(row, PublicNotice) else row,
        at=now,
        kind=kind,
        version=paper.version,
        sha256=sha256,
    )
    return paper


def _locked(subject: Meeting | Resolution | PublicNotice) -> Meeting | Resolution | PublicNotice:
    """The fresh row under its lock, so that two at once make one version; a notice stands under its resolution's."""
    if isinstance(subject, Meeting):
        return Meeting.objects.select_related("body", "contact", "chair", "clerk").locked().get(pk=subject.pk)
    if isinstance(subject, Resolution):
        locked_resolution(subject)
        rows = Resolution.objects.select_related("body", "motion__unit", "poll__item__meeting__body", "poll__rule")
        return rows.get(pk=subject.pk)
    locked_resolution(subject.resolution)
    return PublicNotice.objects.select_related("resolution__body__parent").get(pk=subject.pk)


def _why_not(kind: str) -> str:
    if kind in (PaperKind.MEETING_NOTICE, PaperKind.SIGN_IN_SHEET):
        return "发出通知以后，才有会议通知和签到表。"
    if kind == PaperKind.PUBLIC_NOTICE:
        return "这条公示已经撤下，不能再生成公示文书。"
    if kind in (PaperKind.BALLOT, PaperKind.TALLY_SHEET):
        return "发出通知以后，议程里有表决事项的，才有表决票和计票单。"
    if kind == PaperKind.NOTICE_RESULT:
        return "公示期满、决议生效或者退回以后，才有公示结果报告。"
    if kind == PaperKind.MINUTES:
        return "散会以后，才能生成会议记录。"
    if kind in (PaperKind.MEETING_SUMMARY, PaperKind.EXCERPT):
        return "会议记录由主持人确认以后，才有会议纪要和决议摘录。"
    return "决议已经退回或终止，不能再生成决议文书。"
