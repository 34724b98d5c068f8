"""公开栏: what anybody may read without a login. Nothing leaves here but the reviewed fields of a public notice."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from deliberation import rules
from deliberation.choices import OPEN_OBJECTION, ResolutionState, Scope
from deliberation.models import Objection, PublicNotice
from deliberation.selectors.lists import notices
from kit.errors import DomainError, Hidden
from kit.tickets import Progress

LONGEST_SEARCH = 40


@dataclass(frozen=True)
class BoardNotice:
    """A public notice as it stands on the board: the reviewed title and text, who issues it, its days, its result.

    days_left counts today; 0 when the period is over.
    """

    id: UUID
    title: str
    text: str
    issuer: str
    township: str
    from_on: date
    to_on: date
    days_left: int
    result: str
    digest: str
    wording: str


@dataclass(frozen=True)
class Corner:
    """A township (or the district) on the board with the bodies that have published there."""

    id: UUID
    name: str
    bodies: tuple[tuple[UUID, str], ...]


def board(*, at: UUID | None, text: str, on: date) -> QuerySet[PublicNotice]:
    """Public notices that have begun, of one body or everything below one township, by a part of their words."""
    rows = PublicNotice.objects.public().begun(on)
    if at is not None:
        path = next((path for pk, path in _places(on) if pk == at), None)
        rows = rows.filter(resolution__body__path__startswith=path) if path else rows.none()
    if text := text.strip()[:LONGEST_SEARCH]:
        rows = rows.filter(
            Q(title__icontains=text) | Q(text__icontains=text) | Q(resolution__body__name__icontains=text)
        )
    return rows


def _bodies(on: date) -> list[tuple[UUID, str, str, UUID, str, str]]:
    """(id, name, path) of every body with a public notice, and the same of what stands above it. One query."""
    body = "resolution__body"
    above = f"{body}__parent"
    rows = PublicNotice.objects.public().begun(on).order_by(f"{body}__path", f"{body}_id")
    names = (f"{body}_id", f"{body}__name", f"{body}__path", f"{above}_id", f"{above}__name", f"{above}__path")
    return list(rows.values_list(*names).distinct())


def _places(on: date) -> list[tuple[UUID, str]]:
    return [place for pk, _, path, up, _, above in _bodies(on) for place in ((pk, path), (up, above))]


def corners(*, on: date) -> list[Corner]:
    """Where notices have been published, by township: what the board offers to choose from."""
    found: dict[UUID, tuple[str, list[tuple[UUID, str]]]] = {}
    for pk, name, _, up, above, _ in _bodies(on):
        found.setdefault(up, (above, []))[1].append((pk, name))
    return [Corner(pk, name, tuple(bodies)) for pk, (name, bodies) in found.items()]


def public_notice(pk: UUID, *, on: date) -> BoardNotice:
    """One notice of the board. Raises Hidden (404) for any other scope or before its first day, 410 once taken down."""
    rows = PublicNotice.objects.filter(scope=Scope.PUBLIC).begun(on)
    row = rows.select_related("resolution__body__parent").filter(pk=pk).first()
    if row is None:
        raise Hidden("没有找到这条公示。")
    if row.taken_down_at is not None:
        raise _withdrawn()
    above = row.resolution.body.parent
    return BoardNotice(
        id=row.pk,
        title=row.title,
        text=row.text,
        issuer=row.resolution.body.name,
        township=above.name if above is not None else "",
        from_on=row.from_on,
        to_on=row.to_on,
        days_left=rules.days_left(row.to_on, on),
        result=_result(row, on),
        digest=rules.notice_digest(row.title, row.text, row.from_on, row.to_on),
        wording=rules.notice_wording(row.title, row.text, row.from_on, row.to_on),
    )


def _withdrawn() -> DomainError:
    return DomainError("notice_withdrawn", "这条公示已经撤下，内容不再公开。", status=410)


def _result(row: PublicNotice, on: date) -> str:
    """How the publication stands, in one sentence: how many objected, never what they said."""
    unanswered = Count("pk", filter=Q(state__in=OPEN_OBJECTION))
    counted = Objection.objects.filter(notice=row).aggregate(all=Count("pk"), open=unanswered)
    if on <= row.to_on:
        return f"已收到异议 {counted['all']} 件，其中 {counted['open']} 件正在答复。" if counted["all"] else ""
    heard = f"收到异议 {counted['all']} 件" if counted["all"] else "没有收到异议"
    if counted["open"]:
        return f"公示期满，{heard}，其中 {counted['open']} 件还没有答复，决议没有生效。"
    state = row.resolution.state
    if state in (ResolutionState.EFFECTIVE, ResolutionState.COMPLETED):
        answered = "，均已答复" if counted["all"] else ""
        return f"公示期满，{heard}{answered}，决议已生效。"
    if state == ResolutionState.TERMINATED:
        return f"公示期满，{heard}，决议已终止。"
    return f"公示期满，{heard}，决议等待生效。"


def notice_to_object(person, pk: UUID, *, on: date) -> PublicNotice:
    """A notice that may be objected to: a public one by anybody, another one by those in its reach.

    Raises Hidden (404), 410 once taken down, DomainError ``notice_over`` outside its period.
    """
    row = notices(person).begun(on).select_related("resolution__body").filter(pk=pk).first()
    if row is None:
        public_notice(pk, on=on)  # says whether it was taken down
        raise Hidden
    if on > row.to_on:
        raise DomainError("notice_over", "公示期已过，不能再提异议；有问题请走投诉建议。")
    return row


def objection_progress(ticket: str) -> Progress | None:
    """What an objection's ticket shows. Of an answer that is not reviewed yet nothing but that it is being reviewed."""
    row = Objection.objects.select_related("notice").filter(ticket=ticket).first()
    if row is None:
        return None
    is_open = row.state in OPEN_OBJECTION
    return Progress(
        kind="异议",
        about=row.notice.title if row.notice.taken_down_at is None else "一条已撤下的公示",
        received_at=row.received_at,
        answer_by_on=row.answer_due_on,
        state=row.get_state_display(),
        is_open=is_open,
        answer="" if is_open else row.answer,
        answered_at=row.answered_at,
    )
