"""The papers of a meeting, a resolution or a notice: what was issued, who may issue it, who may take it away."""

from dataclasses import dataclass

from deliberation.choices import MeetingState, PaperKind, ResolutionState, Scope
from deliberation.models import Meeting, Paper, PublicNotice, Resolution
from kit import facts, policies
from kit.errors import Hidden

_WITH_NOTICE = (MeetingState.CONVENED, MeetingState.IN_SESSION, MeetingState.ADJOURNED, MeetingState.ENDED)
_NO_MORE = (ResolutionState.SENT_BACK, ResolutionState.TERMINATED)


@dataclass(frozen=True)
class Shelved:
    """One kind of paper of one subject: its newest version, and whether this person may issue it now."""

    kind: str
    label: str
    subject_id: object
    latest: Paper | None
    may_issue: bool


def kinds_now(subject: Meeting | Resolution | PublicNotice) -> tuple[PaperKind, ...]:
    """The papers that can be issued about a subject in its present state."""
    if isinstance(subject, Meeting):
        sent = subject.state in _WITH_NOTICE
        return (PaperKind.MEETING_NOTICE, PaperKind.SIGN_IN_SHEET) if sent else ()
    if isinstance(subject, PublicNotice):
        return (PaperKind.PUBLIC_NOTICE,) if subject.taken_down_at is None and subject.scope != Scope.NONE else ()
    return () if subject.state in _NO_MORE else (PaperKind.RESOLUTION,)


def latest_paper(kind: str, subject: str) -> Paper | None:
    """The newest version of a paper; ``subject`` is ``deliberation.meeting:ID``."""
    return Paper.objects.filter(subject=subject, kind=kind).order_by("-version", "pk").first()


def shelf(person, *subjects: Meeting | Resolution | PublicNotice | None) -> tuple[Shelved, ...]:
    """What this person may issue or take away of these subjects, found in reach by the caller."""
    labels = {facts.subject_label(subject): subject for subject in subjects if subject is not None}
    newest: dict[tuple[str, str], Paper] = {}
    for paper in Paper.objects.filter(subject__in=labels).order_by("version", "pk"):
        newest[paper.subject, paper.kind] = paper
    found = []
    for label, subject in labels.items():
        may_issue = policies.allows(person, "paper.issue", subject)
        may_take = _may_take(person, subject)
        now = kinds_now(subject)
        for kind in PaperKind:
            latest = newest.get((label, kind)) if may_take else None
            if latest or (may_issue and kind in now):
                found.append(Shelved(kind, kind.label, subject.pk, latest, may_issue and kind in now))
    return tuple(found)


def _may_take(person, subject: Meeting | Resolution | PublicNotice) -> bool:
    """A meeting's papers carry names and the contact's telephone: only for those invited and for the desk.

    Resolutions and notices are read by everybody in reach of their body; the caller found them there.
    """
    if not isinstance(subject, Meeting):
        return True
    invited = subject.attendances.filter(person=getattr(person, "pk", None)).exists()
    return invited or policies.allows(person, "paper.issue", subject)


def paper_subject(person, kind: str, pk) -> Meeting | Resolution | PublicNotice:
    """What a paper of this kind is about, in reach of the person. Raises Hidden (404)."""
    row: Meeting | Resolution | PublicNotice | None
    resolutions = Resolution.objects.visible_to(person)
    if kind in (PaperKind.MEETING_NOTICE, PaperKind.SIGN_IN_SHEET):
        row = Meeting.objects.visible_to(person).select_related("body").filter(pk=pk).first()
    elif kind == PaperKind.RESOLUTION:
        row = resolutions.select_related("body").filter(pk=pk).first()
    else:
        rows = PublicNotice.objects.select_related("resolution__body")
        row = rows.filter(pk=pk, resolution__in=resolutions).first()
    if row is None:
        raise Hidden
    return row


def may_read_file(person, subject: str) -> bool:
    """Whether a person may take away the file of a paper (``deliberation.paper:ID``)."""
    label, _, pk = subject.partition(":")
    paper = Paper.objects.filter(pk=pk).first() if label == Paper._meta.label_lower else None
    if paper is None:
        return False
    try:
        return _may_take(person, paper_subject(person, paper.kind, paper.subject.partition(":")[2]))
    except Hidden:
        return False
