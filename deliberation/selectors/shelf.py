"""The papers of a meeting, a resolution or a notice: what was issued, who may issue it, who may take it away."""

from collections.abc import Sequence
from dataclasses import dataclass

from deliberation.choices import HELD, ItemKind, MeetingState, PaperKind, ResolutionState, Scope
from deliberation.models import Meeting, Paper, PublicNotice, Resolution, SignedCopy
from deliberation.selectors.minutes import minutes
from kit import facts, policies
from kit.errors import Hidden

_WITH_NOTICE = (MeetingState.CONVENED, MeetingState.IN_SESSION, MeetingState.ADJOURNED, *HELD)
# What says what was said: for those who read the minutes, and for nobody else.
OF_MEETING_MINUTES = (PaperKind.MINUTES, PaperKind.MEETING_SUMMARY)
OF_MINUTES = (*OF_MEETING_MINUTES, PaperKind.EXCERPT)
_CONFIRMED = (MeetingState.MINUTES_CONFIRMED, MeetingState.ARCHIVED)
_NO_MORE = (ResolutionState.SENT_BACK, ResolutionState.TERMINATED)


# What came of a notice is known.
_DECIDED = (ResolutionState.EFFECTIVE, ResolutionState.COMPLETED, ResolutionState.SENT_BACK)
# The papers of a meeting itself, for those invited and for the desk.
_OF_MEETING = (PaperKind.MEETING_NOTICE, PaperKind.SIGN_IN_SHEET, PaperKind.BALLOT, PaperKind.TALLY_SHEET)


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
        return (
            *((PaperKind.MEETING_NOTICE, PaperKind.SIGN_IN_SHEET) if sent else ()),
            *((PaperKind.BALLOT, PaperKind.TALLY_SHEET) if sent and _has_vote(subject) else ()),
            *((PaperKind.MINUTES,) if subject.state in HELD else ()),
            *((PaperKind.MEETING_SUMMARY,) if subject.state in _CONFIRMED else ()),
        )
    if isinstance(subject, PublicNotice):
        shown = subject.taken_down_at is None and subject.scope != Scope.NONE
        return (
            *((PaperKind.PUBLIC_NOTICE,) if shown else ()),
            *((PaperKind.NOTICE_RESULT,) if subject.resolution.state in _DECIDED else ()),
        )
    written = subject.poll.item.meeting.state in _CONFIRMED
    return () if subject.state in _NO_MORE else (PaperKind.RESOLUTION, *((PaperKind.EXCERPT,) if written else ()))


def _has_vote(meeting: Meeting) -> bool:
    return meeting.items.filter(kind=ItemKind.VOTE).exists()


def latest_paper(kind: str, subject: str) -> Paper | None:
    """The newest version of a paper; ``subject`` is ``deliberation.meeting:ID``."""
    return Paper.objects.filter(subject=subject, kind=kind).order_by("-version", "pk").first()


def shelf(person, *subjects: Meeting | Resolution | PublicNotice | None) -> tuple[Shelved, ...]:
    """What this person may issue or take away of these subjects, found in reach by the caller.

    What is written from the minutes of a meeting stands on their own page.
    """
    return _shelved(person, subjects, [each for each in PaperKind if each not in OF_MEETING_MINUTES])


def minutes_shelf(person, meeting: Meeting) -> tuple[Shelved, ...]:
    """The same of 会议记录 and 会议纪要, for whoever found the minutes in reach."""
    return _shelved(person, [meeting], OF_MEETING_MINUTES)


def _shelved(person, subjects, kinds: Sequence[PaperKind]) -> tuple[Shelved, ...]:
    labels = {facts.subject_label(subject): subject for subject in subjects if subject is not None}
    newest: dict[tuple[str, str], Paper] = {}
    for paper in Paper.objects.filter(subject__in=labels).order_by("version", "pk"):
        newest[paper.subject, paper.kind] = paper
    found = []
    for label, subject in labels.items():
        may_take = {kind: _may_take(person, kind, subject) for kind in kinds if (label, kind) in newest}
        now = kinds_now(subject)
        for kind in kinds:
            latest = newest.get((label, kind)) if may_take.get(kind) else None
            issues = kind in now and may_issue(person, kind, subject)
            if latest or issues:
                found.append(Shelved(kind, kind.label, subject.pk, latest, issues))
    return tuple(found)


def may_issue(person, kind: str, subject: Meeting | Resolution | PublicNotice) -> bool:
    """The desk of the body; of a meeting's minutes its named clerk as well."""
    if kind in OF_MEETING_MINUTES and isinstance(subject, Meeting) and subject.clerk_id == person.pk:
        return True
    return policies.allows(person, "paper.issue", subject)


def _may_take(person, kind: str, subject: Meeting | Resolution | PublicNotice) -> bool:
    """A meeting's papers carry names and the contact's telephone: only for those invited and for the desk.

    What is written from the minutes goes to their readers. Resolutions and notices are read by everybody in reach of
    their body; the caller found them there.
    """
    if kind in OF_MINUTES:
        meeting = subject if isinstance(subject, Meeting) else subject.poll.item.meeting  # type: ignore[union-attr]
        return minutes(person).filter(meeting=meeting).exists()
    if not isinstance(subject, Meeting):
        return True
    invited = subject.attendances.filter(person=getattr(person, "pk", None)).exists()
    return invited or policies.allows(person, "paper.issue", subject)


def paper_subject(person, kind: str, pk) -> Meeting | Resolution | PublicNotice:
    """What a paper of this kind is about, in reach of the person. Raises Hidden (404)."""
    row: Meeting | Resolution | PublicNotice | None
    resolutions = Resolution.objects.visible_to(person)
    if kind in _OF_MEETING:
        row = Meeting.objects.visible_to(person).select_related("body").filter(pk=pk).first()
    elif kind in OF_MEETING_MINUTES:
        row = Meeting.objects.filter(minutes__in=minutes(person)).select_related("body").filter(pk=pk).first()
    elif kind in (PaperKind.RESOLUTION, PaperKind.EXCERPT):
        rows = resolutions.select_related("body", "poll__item__meeting")
        if kind == PaperKind.EXCERPT:
            rows = rows.filter(poll__item__meeting__minutes__in=minutes(person))
        row = rows.filter(pk=pk).first()
    else:
        published = PublicNotice.objects.select_related("resolution__body")
        row = published.filter(pk=pk, resolution__in=resolutions).first()
    if row is None:
        raise Hidden
    return row


def may_read_file(person, subject: str) -> bool:
    """Whether a person may take away the file of a paper (``deliberation.paper:ID``) or of signed minutes."""
    label, _, pk = subject.partition(":")
    if label == SignedCopy._meta.label_lower:
        return SignedCopy.objects.filter(pk=pk, minutes__in=minutes(person)).exists()
    paper = Paper.objects.filter(pk=pk).first() if label == Paper._meta.label_lower else None
    if paper is None:
        return False
    try:
        return _may_take(person, paper.kind, paper_subject(person, paper.kind, paper.subject.partition(":")[2]))
    except Hidden:
        return False
