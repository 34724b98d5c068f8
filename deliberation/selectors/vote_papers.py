"""表决票, 计票单 and 公示结果报告: what is filled in by hand at a vote, and what came of a notice (F-29)."""

from collections.abc import Iterable

from deliberation.choices import ItemKind, ObjectionState, ResolutionState
from deliberation.models import AgendaItem, Meeting, PublicNotice
from kit.calendar import day_of, long_date
from kit.documents import (
    Annex,
    Column,
    Document,
    Facts,
    Heading,
    Paragraph,
    Signature,
    Table,
    Title,
)

SLIPS_ON_A_PAGE = 4
_TO_SIGN = "＿＿＿＿＿＿"


def ballot_paper(meeting: Meeting) -> Document:
    """表决票: a page for each item that is voted on, with slips that look all the same; neither number nor name."""
    return Document(
        f"{meeting.title}表决票",
        meeting.body.name,
        day_of(meeting.starts_at),
        (
            Title(f"{meeting.body.name}\n{meeting.title}表决票"),
            Paragraph(f"每项表决一页，每页{SLIPS_ON_A_PAGE}张相同的选票。按有表决权的到会人数打印、裁开，一人一张。"),
            Paragraph("在所选一项前的方框内打“√”，只选一项。多选的、看不清的无效；什么也没有填的记作空白。"),
            Paragraph("无记名投票的选票不编号、不署名；记名投票的，请在选票上写明单位和姓名。"),
            *(block for number, item in _votes(meeting) for block in _slips(number, item)),
        ),
    )


def _votes(meeting: Meeting) -> list[tuple[int, AgendaItem]]:
    """The items that are voted on, under their number in the agenda."""
    items = meeting.items.order_by("position", "pk")
    return [(number, item) for number, item in enumerate(items, 1) if item.kind == ItemKind.VOTE]


def _slips(number: int, item: AgendaItem) -> Iterable:
    yield Annex(f"议题{number}", "表决票")
    for slip in range(SLIPS_ON_A_PAGE):
        if slip:
            yield Paragraph("")
        yield Facts((("议题", item.title), ("您的选择", "□ 赞成　　□ 反对　　□ 弃权")), row_mm=18)


def tally_paper(meeting: Meeting) -> Document:
    """计票单: each teller's own count of each vote, to be filled in and signed by hand."""
    numbers = ("发出", "收回", "赞成", "反对", "弃权", "空白", "无效")
    return Document(
        f"{meeting.title}计票单",
        meeting.body.name,
        day_of(meeting.starts_at),
        (
            Title(f"{meeting.body.name}\n{meeting.title}计票单"),
            Paragraph(
                "两名计票人各自清点、各自填写。收回不多于发出；赞成、反对、弃权、空白、无效合计等于收回。"
                "两人不一致的，重新清点；收回多于发出的，本次表决无效。"
            ),
            *(
                block
                for _, item in _votes(meeting)
                for block in (
                    Heading(item.title),
                    Table(
                        (Column("计票人", 30), *(Column(word, 18) for word in numbers)),
                        [(teller, *("" for _ in numbers)) for teller in ("甲", "乙")],
                        row_mm=12,
                    ),
                    Paragraph(f"计票人甲：{_TO_SIGN}　计票人乙：{_TO_SIGN}"),
                    Paragraph(f"监票人：{_TO_SIGN}　时间：{_TO_SIGN}"),
                )
            ),
        ),
    )


def notice_result_paper(notice: PublicNotice) -> Document:
    """公示结果报告: period and scope, how many objections came and what became of each, and what follows.

    Nothing of an objection's words: they could tell who wrote them.
    """
    resolution, body = notice.resolution, notice.resolution.body
    objections = list(notice.objections.order_by("received_at", "pk"))
    known = [*(each.answered_at for each in objections), resolution.effective_at]
    on = max([notice.to_on, *(day_of(at) for at in known if at)])
    first, last = (long_date(day, weekday=False) for day in (notice.from_on, notice.to_on))
    return Document(
        f"{notice.title}结果报告",
        body.name,
        on,
        (
            Title(f"{body.name}\n关于公示结果的报告"),
            Paragraph(f"{notice.title}已经结束，现将结果报告如下。"),
            Heading("公示依据"),
            Paragraph(f"{body.name}决议（{resolution.number}）《{resolution.title}》。"),
            Heading("公示情况"),
            Paragraph(f"公示范围：{notice.get_scope_display()}。公示期限：{first}至{last}（含起止日）。"),
            Heading("收到异议和处理情况"),
            *_objections(objections),
            Heading("公示结果"),
            Paragraph(_result(notice)),
            Signature(body.name, on),
        ),
    )


def _objections(objections: list) -> Iterable[Paragraph | Table]:
    if not objections:
        yield Paragraph("公示期内没有收到异议。")
        return
    upheld = sum(each.state == ObjectionState.UPHELD for each in objections)
    yield Paragraph(f"公示期内收到异议{len(objections)}件，其中成立{upheld}件、不成立{len(objections) - upheld}件。")
    yield Table(
        (Column("序号", 16), Column("收到日期", 50), Column("处理结果", 40), Column("答复日期", 50)),
        [
            (
                str(number),
                long_date(day_of(each.received_at), weekday=False),
                each.get_state_display(),
                long_date(day_of(each.answered_at), weekday=False) if each.answered_at else "",
            )
            for number, each in enumerate(objections, 1)
        ],
    )


def _result(notice: PublicNotice) -> str:
    resolution = notice.resolution
    if resolution.state == ResolutionState.SENT_BACK:
        return "异议成立，决议退回重新审议，公示的事项不实施。"
    effective = long_date(day_of(resolution.effective_at), weekday=False) if resolution.effective_at else ""
    return f"没有成立的异议，决议自{effective}起生效，按决议事项组织实施。"
