"""Meetings, resolutions and notices as official papers: pure reading, the outcome is a description (F-29)."""

from collections.abc import Iterable
from datetime import datetime

from deliberation import rules
from deliberation.choices import HELD, Capacity, Reply, ResolutionState, Scope
from deliberation.models import Attendance, Meeting, Presence, PublicNotice, Recusal, Resolution
from deliberation.selectors.checklists import outstanding
from kit import parameters
from kit.calendar import SHANGHAI, day_of, long_date, long_moment
from kit.documents import (
    Annex,
    Attachments,
    Column,
    Document,
    Facts,
    Heading,
    Note,
    Number,
    Paragraph,
    Recipients,
    Signature,
    Table,
    Title,
    paragraphs,
)
from orgs.choices import OrganizationKind

# More units than this would fill the first page with addressees; more people are named without their units.
MOST_RECIPIENTS = 8
MOST_WITH_UNITS = 15
_TO_WRITE = "＿＿＿"


def meeting_notice_paper(meeting: Meeting) -> Document:
    """会议通知 with its reply slip. The meeting has been convened."""
    assert meeting.convened_at is not None
    body, on = meeting.body, day_of(meeting.convened_at)
    people = _invited(meeting)
    units = list(dict.fromkeys(each.unit.name for each in people if each.unit_id != body.pk))
    why = f"因{meeting.ad_hoc_reason.rstrip('。')}，" if meeting.ad_hoc_reason else ""
    items = meeting.items.select_related("reporting_unit").order_by("position", "pk")
    return Document(
        f"{meeting.title}通知",
        body.name,
        on,
        (
            Title(f"{body.name}\n关于召开{meeting.title}的通知"),
            Recipients(units if 0 < len(units) <= MOST_RECIPIENTS else ["各成员单位"]),
            Paragraph(
                f"{why or '经研究，'}定于{long_date(day_of(meeting.starts_at), weekday=False)}{'临时' if why else ''}"
                f"召开{meeting.title}，现将有关事项通知如下。"
            ),
            Heading("会议时间"),
            Paragraph(f"{_moment(meeting.starts_at)}。"),
            Heading("会议地点"),
            *_places(meeting),
            Heading("会议议题"),
            Table(
                (
                    Column("序号", 14),
                    Column("议题", 64, "left"),
                    Column("汇报单位", 40),
                    Column("汇报人", 20),
                    Column("时长", 18),
                ),
                [
                    (
                        str(number),
                        f"{item.title}（后加）" if item.is_late else item.title,
                        item.reporting_unit.name if item.reporting_unit else "",
                        item.reporter,
                        f"{item.minutes_allotted}分钟",
                    )
                    for number, item in enumerate(items, 1)
                ],
            ),
            Heading("参会人员"),
            *_who(people),
            Heading("有关要求"),
            *paragraphs(meeting.requirements),
            Paragraph(
                "请收到通知后报送会议回执（见附件），也可以登录联村系统直接回执；不能参加的，请先请假并说明原因。"
            ),
            Heading("联系人"),
            Paragraph(_contact(meeting)),
            Attachments(("会议回执",)),
            Signature(body.name, on),
            Annex("附件", "会议回执"),
            Facts(
                (
                    ("会议名称", meeting.title),
                    ("会议时间", _moment(meeting.starts_at)),
                    ("单位", ""),
                    ("姓名", ""),
                    ("职务", ""),
                    ("能否参加", "□ 出席　　□ 请假"),
                    ("请假原因", ""),
                    ("填写日期", "　　　　年　　月　　日"),
                ),
                row_mm=14,
            ),
        ),
    )


def _places(meeting: Meeting) -> Iterable[Paragraph]:
    if meeting.place_text:
        yield Paragraph(f"{meeting.place_text.rstrip('。')}。")
    if meeting.online_number:
        yield Paragraph(f"线上会议号：{meeting.online_number}。")


def _who(people: list[Attendance]) -> Iterable[Paragraph]:
    with_units = len(people) <= MOST_WITH_UNITS
    for capacity in (Capacity.VOTING, Capacity.OBSERVING):
        names = [
            f"{each.person.name}（{each.unit.name}）" if with_units else each.person.name
            for each in people
            if each.capacity == capacity
        ]
        if names:
            yield Paragraph(f"{capacity.label}{len(names)}人：{'、'.join(names)}。")


def _contact(meeting: Meeting) -> str:
    phone = meeting.contact.work_phone
    return f"{meeting.contact.name}，电话：{phone}。" if phone else f"{meeting.contact.name}。"


def _moment(at: datetime) -> str:
    """2026年12月3日（星期四）14:30"""
    day, weekday, clock = long_moment(at).split(" ")
    return f"{day}（{weekday}）{clock}"


def _invited(meeting: Meeting) -> list[Attendance]:
    """Those invited: voters before observers, the body's own people before the villages, these before the others."""

    def seat(each: Attendance) -> tuple:
        is_village = each.unit.kind == OrganizationKind.VILLAGE_BRANCH
        return (each.capacity != Capacity.VOTING, each.unit_id != meeting.body_id, not is_village, each.unit.path)

    return sorted(meeting.attendances.select_related("person", "unit").order_by("pk"), key=seat)


def sign_in_sheet(meeting: Meeting) -> Document:
    """签到表: to be signed on paper; after the meeting with who came and when."""
    assert meeting.convened_at is not None
    people, arrived, is_over = _invited(meeting), _arrivals(meeting), meeting.state in HELD
    voting = [each for each in people if each.capacity == Capacity.VOTING]
    came = [each for each in voting if each.pk in arrived]
    on_leave = [each for each in voting if each.pk not in arrived and each.reply == Reply.LEAVE]
    numbers = {
        "应到": len(voting),
        "实到": len(came),
        "请假": len(on_leave),
        "缺席": len(voting) - len(came) - len(on_leave),
        "列席": sum(each.pk in arrived for each in people if each.capacity == Capacity.OBSERVING),
    }
    # Before the end only the number of the invited is known; the others are written by hand.
    known = numbers if is_over else {"应到": numbers["应到"]}
    where = meeting.place_text or f"线上会议号 {meeting.online_number}"
    return Document(
        f"{meeting.title}签到表",
        meeting.body.name,
        day_of(meeting.starts_at),
        (
            Title(f"{meeting.body.name}\n{meeting.title}签到表"),
            Paragraph(f"时间：{_moment(meeting.starts_at)}"),
            Paragraph(f"地点：{where}"),
            Paragraph("　".join(f"{word}{known.get(word, _TO_WRITE)}人" for word in numbers)),
            Table(
                (
                    Column("序号", 14),
                    Column("姓名", 20),
                    Column("单位", 34),
                    Column("职务", 24),
                    Column("身份", 14),
                    Column("签名", 22),
                    Column("时间", 14),
                    Column("备注", 14),
                ),
                [
                    (
                        str(number),
                        each.person.name,
                        each.unit.name,
                        each.post,
                        each.get_capacity_display(),
                        "",
                        f"{arrived[each.pk].astimezone(SHANGHAI):%H:%M}" if each.pk in arrived else "",
                        _remark(each, arrived, is_over),
                    )
                    for number, each in enumerate(people, 1)
                ],
                row_mm=11,
            ),
        ),
    )


def _arrivals(meeting: Meeting) -> dict:
    """Attendance → when the person first came."""
    rows = Presence.objects.filter(attendance__meeting=meeting).order_by("-arrived_at", "pk")
    return dict(rows.values_list("attendance_id", "arrived_at"))


def _remark(each: Attendance, arrived: dict, is_over: bool) -> str:
    if each.pk in arrived:
        return ""
    if each.reply == Reply.LEAVE:
        return "请假"
    return "缺席" if is_over and each.capacity == Capacity.VOTING else ""


def resolution_paper(resolution: Resolution) -> Document:
    """决议: ground, matter, vote, who carries it out until when, who sees to it, on what condition it takes effect."""
    body, poll, motion = resolution.body, resolution.poll, resolution.motion
    meeting, on = poll.item.meeting, day_of(resolution.formed_at)
    sat_on = long_date(day_of(meeting.opened_at or meeting.starts_at), weekday=False)
    seconders = "、".join(
        each.unit.name for each in motion.secondings.select_related("unit").order_by("unit__path", "pk")
    )
    return Document(
        f"{resolution.number} {resolution.title}",
        body.name,
        on,
        (
            Title(f"{body.name}\n{_as_resolution(resolution.title)}"),
            Number(resolution.number),
            Note(f"（{sat_on}{meeting.title}通过）"),
            Paragraph(f"{sat_on}，{body.name}召开{meeting.title}，审议并表决了议题“{motion.title}”，形成决议如下。"),
            Heading("决议依据"),
            Paragraph(
                f"本议题由{motion.unit.name}提出{f'，{seconders}联名' if seconders else ''}，"
                f"经会议充分讨论，按《{poll.rule.name}》第{poll.rule.version}版表决。"
            ),
            Heading("决议事项"),
            *paragraphs(resolution.text),
            Heading("表决情况"),
            *_vote(poll),
            Heading("执行主体和时限"),
            *_tasks(resolution),
            Heading("监督"),
            Paragraph(
                f"由{_leaders(body)}核对办理情况，{motion.unit.name}作为提出单位确认结果；"
                "办理过程和结果向各成员单位公开。"
            ),
            Heading("附条件"),
            Paragraph(_condition(resolution)),
            Signature(body.name, on),
        ),
    )


def _as_resolution(title: str) -> str:
    if "决议" in title or "决定" in title:
        return title
    return f"{title if title.startswith('关于') else f'关于{title}'}的决议"


def _leaders(body) -> str:
    area = body.kind == OrganizationKind.AREA_COMMITTEE
    return "片区联合党委书记" if area else "联村党组织书记、副书记"


def _vote(poll) -> Iterable[Paragraph]:
    yield Paragraph(f"采用{poll.get_method_display()}方式。{poll.sentence}")
    recused = Recusal.objects.filter(item=poll.item_id).select_related("unit").order_by("unit__path", "pk")
    if names := [each.unit.name for each in recused]:
        yield Paragraph(f"{'、'.join(names)}与本议题有利害关系，已回避。")


def _tasks(resolution: Resolution) -> Iterable[Paragraph | Table]:
    tasks = list(resolution.tasks.select_related("owner").order_by("due_on", "pk"))
    if not tasks:
        yield Paragraph(f"由{resolution.body.name}按决议事项组织落实。")
        return
    yield Table(
        (Column("序号", 14), Column("任务", 60, "left"), Column("牵头单位", 42), Column("完成时限", 40)),
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


def _condition(resolution: Resolution) -> str:
    if resolution.state in (ResolutionState.EFFECTIVE, ResolutionState.COMPLETED) and resolution.effective_at:
        return f"本决议自{long_date(day_of(resolution.effective_at), weekday=False)}起生效。"
    villages = _villages(resolution)
    if resolution.scope == Scope.NONE:
        return f"{villages}本决议不公开，由书记确认后生效。"
    return f"{villages}本决议按“{resolution.get_scope_display()}”的范围公示，期满没有异议或者异议已经答复后生效。"


def _villages(resolution: Resolution) -> str:
    """Whose assets, money or land it touches, and what is outstanding there."""
    names = list(resolution.checklists.order_by("village__path").values_list("village__name", flat=True))
    if not names:
        return ""
    waiting = outstanding(resolution)
    standing = f"现在{'；'.join(waiting)}。" if waiting else "村级决议已经齐备。"
    return (
        f"本决议涉及{'、'.join(names)}的资产、资金或者土地，须经各村四议两公开，村级决议齐备后才能公示、生效。"
        f"{standing}"
    )


def public_notice_paper(notice: PublicNotice) -> Document:
    """公示: the reviewed title and text, number, period and scope; nothing of the meeting, the vote or a person."""
    resolution, body = notice.resolution, notice.resolution.body
    first, last = (long_date(day, weekday=False) for day in (notice.from_on, notice.to_on))
    if notice.from_on.year == notice.to_on.year:
        last = last.partition("年")[2]
    days = parameters.get("deliberation.objection_days", on=notice.from_on, path=body.path)
    return Document(
        notice.title,
        body.name,
        day_of(notice.published_at),
        (
            Title(notice.title),
            Paragraph(f"根据{body.name}决议（{resolution.number}），现将有关事项公示如下。"),
            Heading("公示内容"),
            Facts(
                (
                    ("决议文号", resolution.number),
                    ("公示范围", notice.get_scope_display()),
                    ("具体内容", notice.text),
                    *_digest(notice),
                )
            ),
            Heading("公示期限"),
            Paragraph(f"{first}至{last}，共{(notice.to_on - notice.from_on).days + 1}天（含起止日）。"),
            Heading("反映渠道"),
            *_channels(notice),
            Heading("说明"),
            Paragraph(
                f"收到异议后{days}个工作日内答复。公示期满，没有异议或者异议已经答复的，决议生效；"
                "异议成立的，退回重新审议。"
            ),
            Signature(body.name, day_of(notice.published_at)),
        ),
    )


def _digest(notice: PublicNotice) -> Iterable[tuple[str, str]]:
    """What holds the printed sheet against the board."""
    if notice.scope == Scope.PUBLIC:
        digest = rules.notice_digest(notice.title, notice.text, notice.from_on, notice.to_on)
        yield "防改校验值", digest


def _channels(notice: PublicNotice) -> Iterable[Paragraph]:
    if notice.scope == Scope.PUBLIC:
        yield Paragraph("1.在联村系统公开栏的本公示下提出，不用登录和署名。")
    else:
        yield Paragraph("1.登录联村系统，在本决议的页面上提出，不记姓名。")
    above = notice.resolution.body.parent
    if above is not None:
        phone = f"，办公电话：{above.contact_phone}" if above.contact_phone else ""
        yield Paragraph(f"2.向{above.name}反映{phone}。")
