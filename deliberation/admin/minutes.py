"""会议记录 at a desk: written item by item, sent out, answered, corrected, filed."""

from functools import partial

from django.urls import reverse
from unfold.decorators import display

from deliberation import selectors
from deliberation.admin import minutes_forms as forms
from deliberation.admin import papers as word
from deliberation.admin.lists import body_choices, day, moment, on_day, quarter_choices, trail
from deliberation.choices import AmendmentState, MeetingState, MinutesState, PaperKind
from deliberation.models import AMENDMENT, MINUTES, AgendaItem, Meeting, Minutes, MinutesAmendment
from deliberation.services import amendments, minutes, papers
from kit import policies
from kit.admin import (
    Act,
    Card,
    Cell,
    Column,
    GovernedAdmin,
    Link,
    Panel,
    ReasonForm,
    acts_of,
    capped_count,
    select_filter,
    site,
)

STATE_TONES = {MinutesState.CIRCULATED.label: "warning", MinutesState.CONFIRMED.label: "success"}


def _with_minutes(service, *, amendment, **values):
    return service(minutes=amendment.minutes, amendment=amendment, **values)


def write_note(*, item, **values):
    """The service, for the screen of one item."""
    return minutes.write_note(minutes=item.meeting.minutes, item=item, **values)


def may_write(row, person) -> bool:
    return selectors.may_write(person, row.meeting)


def _is_chair(row, person) -> bool:
    return row.meeting.chair_id == person.pk


def _was_there(row, person) -> bool:
    return row.meeting.clerk_id != person.pk and selectors.was_there(person, row.meeting)


def _issue(kind: PaperKind) -> Act:
    def run(*, minutes, **values):
        return papers.issue_paper(kind=kind, subject=minutes.meeting, **values)

    return Act(
        f"paper-{kind.value.replace('_', '-')}",
        f"{kind.label}（Word）",
        run,
        subject="minutes",
        verb="paper.issue",
        by=lambda row, person: selectors.may_issue(person, kind, row.meeting),
        when=lambda row: kind in selectors.kinds_now(row.meeting),
        hint="按现在的内容生成 Word 文件；内容没有变化的，就是原来那一版。生成后在本页“文书”下载。",
        done=f"已生成{kind.label}，请在本页“文书”下载。",
        icon="description",
    )


class MinutesAdmin(GovernedAdmin):
    """会议记录"""

    selector = selectors.minutes
    menu_order = 25
    icon = "edit_note"
    purpose = "逐项写好，散会后送与会人员确认，主持人确认后归档。只有到会的人、记录人、主持人和会议筹备人看得到。"
    list_display = ["show_meeting", "body", "show_day", "show_clerk", "confirm_by_on", "show_state", "number"]
    list_select_related = ["body", "meeting__body", "meeting__chair", "meeting__clerk", "confirmed_by"]
    ordering = ["-meeting__starts_at", "-pk"]
    columns = (
        Column("议事主体", lambda row, person: row.body.name),
        Column("会议名称", lambda row, person: row.meeting.title),
        Column("开会日期", lambda row, person: on_day(row.meeting.starts_at)),
        Column("主持人", lambda row, person: row.meeting.chair.name),
        Column("记录人", lambda row, person: row.meeting.clerk.name),
        Column("状态", lambda row, person: row.get_state_display()),
        Column("确认期限", lambda row, person: row.confirm_by_on),
        Column("确认日期", lambda row, person: on_day(row.confirmed_at)),
        Column("纪要文号", lambda row, person: row.number),
        Column("归档日期", lambda row, person: on_day(row.archived_at)),
    )
    search_text = ("meeting__title", "body__name", "number")
    search_initials = ("body__initials",)
    search_help_text = "会议、组织、文号或拼音首字母"
    list_filter = [
        select_filter("state", "状态", MinutesState.choices, "state"),
        select_filter("quarter", "计入季度", quarter_choices, "meeting__quarter"),
        select_filter("body", "议事主体", body_choices, "body"),
    ]
    fields = [
        ("show_meeting", "show_state"),
        ("body", "show_clerk"),
        ("circulated_at", "confirm_by_on"),
        ("confirmed_at", "number"),
        "digest",
        ("archived_at", "archive_reason"),
        "reason",
    ]
    acts = (
        *acts_of(
            MINUTES,
            {"send": minutes.send_minutes, "recall": minutes.recall_minutes, "confirm": minutes.confirm_minutes},
            subject="minutes",
            send={
                "by": may_write,
                "when": lambda row: row.meeting.state == MeetingState.ENDED,
                "hint": "每个审议过的议题都要有记录；送出以后由到会的人确认。",
                "icon": "outgoing_mail",
            },
            recall={"by": may_write, "hint": "收回后可以改，改好重新送；已经确认的人要重新确认。", "icon": "undo"},
            confirm={
                "by": _is_chair,
                "form": forms.EditionForm,
                "hint": "期满或与会人员都确认以后办；确认后不能再改。",
                "icon": "task_alt",
            },
        ),
        Act(
            "agree",
            "确认无误",
            amendments.agree,
            subject="minutes",
            verb="minutes.write",
            by=lambda row, person: _was_there(row, person) and not _is_chair(row, person),
            form=forms.EditionForm,
            when=lambda row: row.state == MinutesState.CIRCULATED,
            hint="您看过的这一稿与会上情况一致，再确认。",
            icon="check",
        ),
        Act(
            "amend",
            "提修改意见",
            amendments.ask_amendment,
            subject="minutes",
            verb="minutes.write",
            by=_was_there,
            form=forms.AmendForm,
            when=lambda row: row.state == MinutesState.CIRCULATED,
            icon="rate_review",
        ),
        _issue(PaperKind.MINUTES),
        _issue(PaperKind.MEETING_SUMMARY),
        Act(
            "copy",
            "登记签字件",
            minutes.register_signed_copy,
            subject="minutes",
            verb="minutes.write",
            by=may_write,
            form=forms.CopyForm,
            when=lambda row: row.state == MinutesState.CONFIRMED,
            hint="扫描或拍照的签字件，按存下来的文件登记校验值。",
            icon="upload_file",
        ),
        Act(
            "correct",
            "更正",
            minutes.correct_minutes,
            subject="minutes",
            verb="minutes.write",
            by=lambda row, person: may_write(row, person) or _is_chair(row, person),
            form=forms.CorrectionForm,
            when=lambda row: row.state == MinutesState.CONFIRMED,
            hint="写在原记录下面，原记录不变。",
            icon="edit_off",
        ),
        Act(
            "archive",
            "归档",
            minutes.archive_meeting,
            subject="minutes",
            verb="minutes.archive",
            by=lambda row, person: (
                row.meeting.clerk_id == person.pk or policies.allows(person, "minutes.archive", row.meeting)
            ),
            form=forms.ArchiveForm,
            when=lambda row: row.meeting.state == MeetingState.MINUTES_CONFIRMED,
            hint="表决通过的事项须已形成决议，或写明原因。",
            icon="inventory_2",
        ),
    )

    @display(description="会议", ordering="meeting__title")
    def show_meeting(self, row):
        return row.meeting.title

    @display(description="开会日期", ordering="meeting__starts_at")
    def show_day(self, row):
        return day(on_day(row.meeting.starts_at))

    @display(description="记录人")
    def show_clerk(self, row):
        return row.meeting.clerk.name

    @display(description="状态", ordering="state", label=STATE_TONES)
    def show_state(self, row):
        return row.get_state_display()

    def links(self, request, row):
        return [
            Link("会议", site.get_model_admin(Meeting).address("change", row.meeting_id), "groups"),
            Link("会议记录页面", reverse("minutes", args=[row.meeting_id]), "open_in_new"),
        ]

    def panels(self, request, row):
        home = selectors.minutes_home(request.user, row.meeting_id)
        return [
            self._notes(home),
            self._amendments(home),
            Panel(
                "与会人员",
                ("姓名", "单位", "确认"),
                tuple(
                    (
                        Cell(each.attendance.person.name),
                        Cell(each.attendance.unit.name),
                        Cell("已确认", tone="good") if each.agreed else Cell(""),
                    )
                    for each in home.asked
                ),
            ),
            *self._copies(home),
            *word.issued(selectors.minutes_shelf(request.user, home.meeting)),
            trail(home.trail),
        ]

    def _notes(self, home) -> Panel:
        items = site.get_model_admin(AgendaItem)
        can = selectors.may_note(home)
        rows = []
        for each in home.records:
            note = each.note
            corrected = "".join(f"\n更正：{one.text}" for one in each.corrections)
            rows.append(
                (
                    Cell(f"{each.item.position}. {each.item.title}"),
                    Cell(f"{note.text if note else ''}{corrected}"),
                    Cell(note.decision if note else ""),
                    Cell(f"第 {note.revision} 次" if note else ""),
                    Cell(note.written_by.name if note else ""),
                    Cell("写记录" if can else "", items.address("act", each.item.pk, "note") if can else ""),
                )
            )
        return Panel("各议题记录", ("议题", "记录内容", "议定事项", "修订", "记录人", ""), tuple(rows))

    def _amendments(self, home) -> Panel:
        screen = site.get_model_admin(MinutesAmendment)
        return Panel(
            "修改意见",
            ("议题", "意见", "提出人", "状态", "理由"),
            tuple(
                (
                    Cell(record.item.title),
                    Cell(each.text, screen.address("change", each.pk)),
                    Cell(each.attendance.person.name),
                    Cell(each.get_state_display()),
                    Cell(each.reason),
                )
                for record in home.records
                for each in record.amendments
            ),
        )

    def _copies(self, home):
        if home.copies:
            yield Panel(
                "签字件",
                ("签字日期", "登记人", "登记时间", "校验值", ""),
                tuple(
                    (
                        Cell(day(each.signed_on)),
                        Cell(each.registered_by.name),
                        Cell(moment(each.registered_at)),
                        Cell(each.sha256[:16]),
                        Cell("下载", reverse("file", args=[each.file_id])),
                    )
                    for each in home.copies
                ),
            )

    def cards(self, request):
        rows, here = super().get_queryset(request), self.address("changelist")
        waiting = capped_count(rows.filter(state=MinutesState.CIRCULATED))
        return [Card("待确认的会议记录", waiting, f"{here}?state=circulated", attention=True)]


class AmendmentAdmin(GovernedAdmin):
    """修改意见: reached from its minutes."""

    selector = selectors.amendments
    in_menu = False
    icon = "rate_review"
    purpose = "与会人员对会议记录的修改意见，由记录人采纳或写明理由。"
    list_display = ["show_text", "item", "show_person", "asked_at", "show_state"]
    list_select_related = [
        *("minutes__body", "minutes__meeting__body", "item__meeting", "attendance__person", "answered_by"),
    ]
    ordering = ["-asked_at", "-pk"]
    search_text = ("text",)
    fields = [("item", "show_person"), "text", ("asked_at", "show_state"), "reason"]
    acts = tuple(
        acts_of(
            AMENDMENT,
            {
                "take_in": partial(_with_minutes, amendments.take_in),
                "decline": partial(_with_minutes, amendments.decline),
            },
            subject="amendment",
            take_in={
                "by": lambda row, person: may_write(row.minutes, person),
                "form": forms.TakeInForm,
                "hint": "改好这一议题的记录再存；与会人员要重新确认。",
                "icon": "check",
            },
            decline={
                "by": lambda row, person: may_write(row.minutes, person),
                "form": ReasonForm,
                "hint": "理由所有与会人员都看得到。",
                "icon": "close",
            },
        )
    )

    @display(description="修改意见")
    def show_text(self, row):
        return row.text[:40]

    @display(description="提出人")
    def show_person(self, row):
        return row.attendance.person.name

    @display(description="状态", label={AmendmentState.OPEN.label: "warning"})
    def show_state(self, row):
        return row.get_state_display()

    def after_act(self, act, row, outcome):
        return site.get_model_admin(Minutes).address("change", row.minutes_id)

    def cards(self, request):
        return []


site.register(Minutes, MinutesAdmin)
site.register(MinutesAmendment, AmendmentAdmin)

__all__ = ["AmendmentAdmin", "MinutesAdmin"]
