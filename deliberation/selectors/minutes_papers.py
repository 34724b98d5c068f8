"""会议记录, 会议纪要 and 决议摘录 as official papers: what the minutes say and nothing else (F-29)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from deliberation.choices import HELD, Capacity, ItemState, Reply
from deliberation.models import Attendance, Meeting, Minutes, Presence, Recusal, Resolution, ResolutionTask
from deliberation.selectors.minutes import ItemRecord, item_records
from kit.calendar import SHANGHAI, day_of, long_date, long_moment
from kit.documents import (
    Column,
    Document,
    Facts,
    Heading,
    Note,
    Number,
    Paragraph,
    Roll,
    Signature,
    Table,
    Title,
    paragraphs,
)
from orgs.choices import OrganizationKind

_DUTIES = (Column("序号", 14), Column("决定事项", 56, "left"), Column("责任单位", 40), Column("完成时限", 46))


@dataclass(frozen=True)
class _Present:
    """Who was invited, by what became of it; names in the order of the sheet."""

    voting: tuple[Attendance, ...]
    came: tuple[Attendance, ...]
    on_leave: tuple[Attendance, ...]
    absent: tuple[Attendance, ...]
    observers: tuple[Attendance, ...]

    @property
    def counts(self) -> str:
        return f"应到{len(self.voting)}人，实到{len(self.came)}人，请假{len(self.on_leave)}人，缺席{len(self.absent)}人"


def _people(meeting: Meeting) -> _Present:
    rows = meeting.attendances.select_related("person", "unit").order_by("pk")

    def seat(each: Attendance) -> tuple:
        is_village = each.unit.kind == OrganizationKind.VILLAGE_BRANCH
        return (each.unit_id != meeting.body_id, not is_village, each.unit.path)

    people = sorted(rows, key=seat)
    there = set(Presence.objects.filter(attendance__meeting=meeting).values_list("attendance_id", flat=True))
    voting = [each for each in people if each.capacity == Capacity.VOTING]
    away = [each for each in voting if each.pk not in there]
    return _Present(
        voting=tuple(voting),
        came=tuple(each for each in voting if each.pk in there),
        on_leave=tuple(each for each in away if each.reply == Reply.LEAVE),
        absent=tuple(each for each in away if each.reply != Reply.LEAVE),
        observers=tuple(each for each in people if each.capacity == Capacity.OBSERVING and each.pk in there),
    )


def _named(people: Sequence[Attendance], *, why: bool = False) -> str:
    """冯远（天马联村党组织）、…; with the reasons of those on leave where they are to be read."""
    return "、".join(
        f"{each.person.name}（{each.unit.name}{f'，{each.leave_reason}' if why and each.leave_reason else ''}）"
        for each in people
    )


def _away(present: _Present) -> str:
    said = [
        *([f"请假：{_named(present.on_leave, why=True)}"] if present.on_leave else []),
        *([f"缺席：{_named(present.absent)}"] if present.absent else []),
    ]
    return "\n".join(said) or "无"


def _which(meeting: Meeting) -> str:
    """第四季度联席会议（2026年第4次会议）: counted among the meetings of its body and year that were held."""
    opened, year = meeting.opened_at or meeting.starts_at, meeting.quarter[:4]
    held = Meeting.objects.filter(body=meeting.body_id, state__in=HELD, opened_at__lte=opened, quarter__startswith=year)
    return f"{meeting.title}（{year}年第{held.count()}次会议）"


def _where(meeting: Meeting) -> str:
    online = f"线上会议号 {meeting.online_number}" if meeting.online_number else ""
    return "；".join(each for each in (meeting.place_text, online) if each)


def _span(meeting: Meeting) -> str:
    assert meeting.opened_at is not None
    assert meeting.ended_at is not None
    begun, over = (each.astimezone(SHANGHAI) for each in (meeting.opened_at, meeting.ended_at))
    end = f"{over:%H:%M}" if begun.date() == over.date() else long_moment(over)
    return f"{long_moment(begun)} 至 {end}"


def minutes_paper(meeting: Meeting) -> Document:
    """会议记录: raw and complete, to be signed. The meeting has ended; before the confirmation it says so."""
    row, present = Minutes.objects.get(meeting=meeting), _people(meeting)
    row.meeting = meeting
    records = list(item_records(row))
    assert meeting.ended_at is not None
    status = "（待与会人员确认）"
    if row.confirmed_at is not None:
        status = f"（{long_date(day_of(row.confirmed_at), weekday=False)}确认）"
    return Document(
        f"{meeting.title}会议记录",
        meeting.body.name,
        day_of(row.confirmed_at or meeting.ended_at),
        (
            Title(f"{meeting.body.name}\n{_entitled(meeting, '会议记录')}"),
            Note(status),
            Facts(
                (
                    ("会议名称", _which(meeting)),
                    ("起止时间", _span(meeting)),
                    ("地点", _where(meeting)),
                    ("主持人", meeting.chair.name),
                    ("记录人", meeting.clerk.name),
                    ("到会情况", f"{present.counts}，列席{len(present.observers)}人"),
                    ("出席人员", _named(present.came) or "无"),
                    ("缺席及原因", _away(present)),
                    ("列席人员", _named(present.observers) or "无"),
                    *([("记录校验值", row.digest)] if row.digest else []),
                )
            ),
            *(block for record in records for block in _item(record, meeting)),
            Heading("决定事项"),
            *_duties(records, meeting),
            Heading("散会"),
            Paragraph(f"{long_moment(meeting.ended_at)}，主持人{meeting.chair.name}宣布散会。"),
            Heading("签字"),
            Table(
                (Column("序号", 14), Column("姓名", 30), Column("单位", 50), Column("身份", 22), Column("签字", 40)),
                [
                    (str(number), each.person.name, each.unit.name, _role(each, meeting), "")
                    for number, each in enumerate((*present.came, *present.observers), 1)
                ],
                row_mm=12,
            ),
        ),
    )


def _entitled(meeting: Meeting, kind: str) -> str:
    return f"{meeting.title}{kind.removeprefix('会议') if meeting.title.endswith('会议') else kind}"


def _role(each: Attendance, meeting: Meeting) -> str:
    if each.person_id == meeting.chair_id:
        return "主持人"
    return "记录人" if each.person_id == meeting.clerk_id else each.get_capacity_display()


def _item(record: ItemRecord, meeting: Meeting) -> Iterable[Heading | Paragraph]:
    """One item: report and discussion, what each said, the chair's word last, how it was voted, what came of it."""
    item = record.item
    yield Heading(item.title)
    by = "、".join(each for each in (item.reporting_unit.name if item.reporting_unit else "", item.reporter) if each)
    late = "（议题确定后增加）" if item.is_late else ""
    yield Paragraph(f"性质：{item.get_kind_display()}。{f'汇报：{by}。' if by else ''}{late}")
    if record.note is not None:
        yield Heading("汇报要点和讨论情况", 2)
        yield from paragraphs(record.note.text)
    if record.statements:
        yield Heading("发言", 2)
        for said in record.statements:
            last = "（末位表态）" if said.attendance.person_id == meeting.chair_id else ""
            yield Paragraph(f"{said.attendance.person.name}（{said.attendance.unit.name}）{last}：{said.text}")
    if record.poll is not None:
        yield Heading("表决", 2)
        yield Paragraph(_vote(record))
        recused = Recusal.objects.filter(item=item).select_related("unit").order_by("unit__path", "pk")
        if names := "、".join(each.unit.name for each in recused):
            yield Paragraph(f"{names}与本议题有利害关系，已回避。")
    yield Heading("结果", 2)
    yield Paragraph(_outcome(record))
    if record.note is not None and record.note.decision:
        yield Heading("议定事项", 2)
        yield from paragraphs(record.note.decision)
    for each in record.corrections:
        yield Paragraph(
            f"更正（{long_date(day_of(each.corrected_at), weekday=False)}，{each.corrected_by.name}）："
            f"{each.text}（原因：{each.reason}）"
        )


def _vote(record: ItemRecord) -> str:
    assert record.poll is not None
    return f"采用{record.poll.get_method_display()}方式。{record.poll.sentence}"


def _outcome(record: ItemRecord) -> str:
    item = record.item
    if item.state == ItemState.DEFERRED:
        return f"顺延：{item.outcome}" if item.outcome else "顺延。"
    if record.poll is not None:
        return "表决通过。" if record.poll.is_adopted else "表决未通过。"
    return item.outcome or item.get_state_display()


def _duties(records: Sequence[ItemRecord], meeting: Meeting) -> Iterable[Table | Paragraph]:
    """What was decided, who does it until when: the tasks of the resolutions, else what the notes say was agreed."""
    tasks: dict = {}
    rows = ResolutionTask.objects.in_force().filter(resolution__poll__item__meeting=meeting)
    for task in rows.select_related("owner", "resolution__poll").order_by("due_on", "pk"):
        tasks.setdefault(task.resolution.poll.item_id, []).append(task)
    found: list[tuple[str, str, str]] = []
    for record in records:
        for task in tasks.get(record.item.pk, ()):
            owner = task.owner.name if task.owner else task.outside_body
            found.append((task.title, owner, long_date(task.due_on, weekday=False)))
        if record.item.pk not in tasks and record.note is not None and record.note.decision:
            found.append((record.note.decision, "", ""))
    if not found:
        yield Paragraph("本次会议没有需要另行落实的事项。")
        return
    yield Table(_DUTIES, [(str(number), *duty) for number, duty in enumerate(found, 1)])


def summary_paper(meeting: Meeting) -> Document:
    """会议纪要: edited and executable, numbered, without a seal. The minutes are confirmed."""
    row, present = Minutes.objects.get(meeting=meeting), _people(meeting)
    row.meeting = meeting
    records = [each for each in item_records(row) if each.item.state != ItemState.DEFERRED]
    deferred = list(meeting.items.filter(state=ItemState.DEFERRED).order_by("position", "pk"))
    assert row.confirmed_at is not None
    assert meeting.opened_at is not None
    on = day_of(row.confirmed_at)
    sat_on = long_date(day_of(meeting.opened_at), weekday=False)
    titles = "、".join(f"“{each.item.title}”" for each in records)
    return Document(
        f"{row.number} {_entitled(meeting, '会议纪要')}",
        meeting.body.name,
        on,
        (
            Title(f"{meeting.body.name}\n{_entitled(meeting, '会议纪要')}"),
            Number(row.number),
            Paragraph(
                f"{sat_on}，{meeting.chair.name}在{_where(meeting)}主持召开{_which(meeting)}，"
                f"{f'审议{titles}，' if titles else ''}现将议定事项纪要如下。"
            ),
            *(block for record in records for block in _agreed(record)),
            Heading("落实要求"),
            *_duties(records, meeting),
            *([Heading("顺延议题")] if deferred else []),
            *(Paragraph(f"{each.title}：{each.outcome or '顺延'}") for each in deferred),
            Roll("出席", _named(present.came)),
            *([Roll("请假", _named(present.on_leave))] if present.on_leave else []),
            *([Roll("缺席", _named(present.absent))] if present.absent else []),
            *([Roll("列席", _named(present.observers))] if present.observers else []),
            Roll("分送", "各成员单位"),
            Signature(meeting.body.name, on),
        ),
    )


def _agreed(record: ItemRecord) -> Iterable[Heading | Paragraph]:
    yield Heading(record.item.title)
    if record.note is not None and record.note.decision:
        yield from paragraphs(record.note.decision)
    elif record.poll is None:
        yield Paragraph(_outcome(record))
    if record.poll is not None:
        yield Paragraph(_vote(record))
    for each in record.corrections:
        yield Paragraph(f"更正：{each.text}（{long_date(day_of(each.corrected_at), weekday=False)}）")


def excerpt_paper(resolution: Resolution) -> Document:
    """决议摘录: what the confirmed minutes say about one resolution, for whoever has to carry it out or to prove it."""
    item = resolution.poll.item
    meeting = item.meeting
    row, present = Minutes.objects.get(meeting=meeting), _people(meeting)
    row.meeting = meeting
    record = next(each for each in item_records(row) if each.item.pk == item.pk)
    assert row.confirmed_at is not None
    on, tasks = day_of(row.confirmed_at), list(resolution.tasks.select_related("owner").order_by("due_on", "pk"))
    return Document(
        f"{resolution.number} 会议记录摘录",
        meeting.body.name,
        max(on, day_of(resolution.formed_at)),
        (
            Title(f"{meeting.body.name}\n{_entitled(meeting, '会议记录')}摘录"),
            Number(resolution.number),
            Facts(
                (
                    ("会议名称", _which(meeting)),
                    ("起止时间", _span(meeting)),
                    ("地点", _where(meeting)),
                    ("主持人", meeting.chair.name),
                    ("记录人", meeting.clerk.name),
                    ("到会情况", present.counts),
                    ("出席人员", _named(present.came)),
                )
            ),
            *_item(record, meeting),
            Heading("决议"),
            Paragraph(f"{resolution.number}《{resolution.title}》："),
            *paragraphs(resolution.text),
            *(
                [
                    Table(
                        _DUTIES,
                        [
                            (
                                str(number),
                                task.title,
                                task.owner.name if task.owner else task.outside_body,
                                long_date(task.due_on, weekday=False),
                            )
                            for number, task in enumerate(tasks, 1)
                        ],
                    )
                ]
                if tasks
                else []
            ),
            Heading("说明"),
            Paragraph(
                f"以上摘自{long_date(on, weekday=False)}确认的会议记录，与原记录一致。会议纪要文号：{row.number}。"
            ),
            Facts(
                (
                    ("记录校验值", row.digest),
                    ("摘录人", ""),
                    ("核对人", ""),
                    ("摘录日期", "　　　　年　　月　　日"),
                ),
                row_mm=12,
            ),
        ),
    )
