"""会议: from the plan to the end, with its agenda, who is invited and who is there; agenda and sheet for paper."""

from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from unfold.decorators import display

from deliberation import selectors
from deliberation.admin import forms
from deliberation.admin import papers as word
from deliberation.admin.lists import body_choices, on_day, quarter_choices, trail
from deliberation.choices import OVER, ItemState, MeetingForm, MeetingState, PaperKind
from deliberation.models import MEETING, AgendaItem, Attendance, Meeting, Poll
from deliberation.selectors import registers
from deliberation.services import attendance, meetings, sittings
from kit import policies
from kit import registers as paper
from kit.admin import (
    Act,
    Adding,
    Card,
    Cell,
    Changing,
    Column,
    GovernedAdmin,
    Link,
    Panel,
    acts_of,
    capped_count,
    select_filter,
    site,
)

STATE_TONES = {
    MeetingState.IN_SESSION.label: "success",
    MeetingState.CONVENED.label: "info",
    MeetingState.POSTPONED.label: "warning",
    MeetingState.CANCELLED.label: "danger",
}
PREPARING = (MeetingState.PLANNED, MeetingState.AGENDA_FROZEN)
ROOM = (MeetingState.CONVENED, *selectors.SITTING)
OPEN_AGENDA = (*PREPARING, MeetingState.CONVENED, MeetingState.IN_SESSION)


def _is_chair(row, person) -> bool:
    return row.chair_id == person.pk


def in_state(queryset, value):
    if value == "coming":
        return queryset.filter(state__in=[*PREPARING, MeetingState.CONVENED, MeetingState.POSTPONED])
    return queryset.filter(state=value)


class MeetingAdmin(GovernedAdmin):
    """会议"""

    selector = selectors.meetings
    menu_order = 20
    icon = "groups"
    purpose = "联席会议每季度至少一次。先筹备、加议题，确定议题后发通知；通知、回执、签到表都由系统生成。"
    list_display = ["title", "body", "show_form", "show_quarter", "starts_at", "show_chair", "show_state"]
    list_select_related = ["body", "chair__organization", "clerk__organization", "contact__organization"]
    ordering = ["-starts_at", "-pk"]
    columns = (
        Column("议事主体", lambda row, person: row.body.name),
        Column("会议名称", lambda row, person: row.title),
        Column("形式", lambda row, person: row.get_form_display()),
        Column("计入季度", lambda row, person: row.quarter),
        Column("开会日期", lambda row, person: on_day(row.starts_at)),
        Column("地点", lambda row, person: row.place_text or row.online_number),
        Column("主持人", lambda row, person: row.chair.name),
        Column("记录人", lambda row, person: row.clerk.name),
        Column("通知日期", lambda row, person: on_day(row.convened_at)),
        Column("状态", lambda row, person: row.get_state_display()),
        Column("原因", lambda row, person: row.reason or row.ad_hoc_reason),
    )
    search_text = ("title", "body__name", "place_text")
    search_initials = ("body__initials",)
    search_help_text = "会议、组织或拼音首字母"
    list_filter = [
        select_filter("state", "状态", [("coming", "将要召开（全部）"), *MeetingState.choices], in_state),
        select_filter("quarter", "计入季度", quarter_choices, "quarter"),
        select_filter("form", "形式", MeetingForm.choices, "form"),
        select_filter("body", "议事主体", body_choices, "body"),
    ]
    add_form = forms.PlanForm
    change_form = forms.MeetingForm
    add_label = "筹备会议"
    add_tool = "筹备"
    add = Adding(
        meetings.plan_meeting,
        verbs=("meeting.plan",),
        fields=(
            ("body", "form"),
            ("title", "starts_at"),
            ("place_text", "online_number"),
            ("chair", "clerk"),
            ("contact", "ad_hoc_reason"),
            "requirements",
        ),
    )
    change = Changing(meetings.change_meeting, verb="meeting.plan", fields=meetings.CHANGEABLE, subject="meeting")
    fields = [
        ("title", "show_state", "show_form"),
        ("body", "starts_at", "quarter"),
        ("place_text", "online_number", "ad_hoc_reason"),
        ("chair", "clerk", "contact"),
        "requirements",
        ("convened_at", "opened_at", "ended_at"),
    ]
    acts = (
        Act(
            "item",
            "加议题",
            meetings.add_item,
            subject="meeting",
            verb="meeting.plan",
            form=forms.AddItemForm,
            when=lambda row: row.state in OPEN_AGENDA,
            hint="议题确定以后再加的会标明；三重一大不能临时加。",
            icon="playlist_add",
        ),
        *acts_of(
            MEETING,
            {"freeze": meetings.freeze_agenda, "convene": meetings.convene},
            subject="meeting",
            freeze={"hint": "确定后再加的议题会标明“后加”。", "icon": "lock"},
            convene={"hint": "通知发给所有应到人员，请他们回执。", "icon": "campaign"},
        ),
        Act(
            "sign-in",
            "登记到会",
            attendance.sign_in_list,
            subject="meeting",
            verb="meeting.plan",
            by=registers.keeps_attendance,
            form=forms.SignInForm,
            when=lambda row: row.state in ROOM,
            hint="照签到表勾选已到的人；也可以请本人扫会场的签到码。",
            icon="how_to_reg",
        ),
        *acts_of(
            MEETING,
            {
                "open": sittings.open_meeting,
                "adjourn": sittings.adjourn,
                "resume": sittings.resume,
                "end": sittings.end_meeting,
            },
            subject="meeting",
            open={"by": _is_chair, "hint": "须已有人签到。", "icon": "play_arrow"},
            adjourn={"by": _is_chair, "icon": "pause"},
            resume={"by": _is_chair, "icon": "play_arrow"},
            end={"by": _is_chair, "hint": "没有审议的议题顺延，不会丢。", "icon": "stop"},
        ),
        Act(
            "invite",
            "邀请列席",
            meetings.invite_observer,
            subject="meeting",
            verb="meeting.plan",
            form=forms.InviteForm,
            when=lambda row: row.state not in OVER,
            hint="列席人员不参加表决。",
            icon="person_add",
        ),
        word.issue(PaperKind.MEETING_NOTICE),
        word.issue(PaperKind.SIGN_IN_SHEET),
        word.issue(PaperKind.BALLOT),
        word.issue(PaperKind.TALLY_SHEET),
        *acts_of(
            MEETING,
            {"postpone": meetings.postpone, "cancel": meetings.cancel},
            subject="meeting",
            postpone={"form": forms.PostponeForm, "hint": "延期后须重新发通知。", "icon": "event_repeat"},
            cancel={"hint": "议题退回待列入，不会丢。", "danger": True, "icon": "event_busy"},
        ),
    )

    pick_rules = {"deliberation.attendance.person": lambda rows, person: rows.filter(is_active=True)}

    def has_change_permission(self, request, obj=None):
        preparing = obj is not None and obj.state in PREPARING
        return preparing and super().has_change_permission(request, obj)

    def get_fields(self, request, obj=None):
        """People are named to everybody; whoever may not open their page gets no link."""
        names = super().get_fields(request, obj)
        if obj is None or self.has_change_permission(request, obj):
            return names
        people = {("chair", "clerk", "contact"): ("show_chair", "show_clerk", "show_contact")}
        return [people.get(line, line) for line in names]

    @display(description="形式", ordering="form")
    def show_form(self, row):
        return row.get_form_display()

    @display(description="计入季度", ordering="quarter")
    def show_quarter(self, row):
        return row.quarter

    @display(description="主持人")
    def show_chair(self, row):
        return row.chair.name

    @display(description="记录人")
    def show_clerk(self, row):
        return row.clerk.name

    @display(description="联系人")
    def show_contact(self, row):
        return row.contact.name

    @display(description="状态", ordering="state", label=STATE_TONES)
    def show_state(self, row):
        return row.get_state_display()

    def links(self, request, row):
        drives = _is_chair(row, request.user) or registers.keeps_attendance(row, request.user)
        return [
            *(
                [Link("会场", reverse("meeting-live", args=[row.pk]), "co_present")]
                if drives and row.state in ROOM
                else []
            ),
            Link("打印议程和签到表", self.address("paper", row.pk), "print", new_window=True),
            Link("会议页面", reverse("meeting", args=[row.pk]), "open_in_new"),
        ]

    def notes(self, request, row):
        said = []
        if row.state == MeetingState.PLANNED:
            said.append("还在筹备：加完议题后“确定议题”，再“发出通知”。")
        if row.reason:
            said.append(f"原因：{row.reason}")
        return said

    def panels(self, request, row):
        home = selectors.meeting_home(request.user, row.pk)
        may_plan = policies.allows(request.user, "meeting.plan", row)
        keeps = registers.keeps_attendance(row, request.user) and row.state in ROOM
        return [
            _agenda(
                home,
                ((("加议题", self.address("act", row.pk, "item")),) if may_plan and row.state in OPEN_AGENDA else ()),
            ),
            _invited(home, request.user, (("登记到会", self.address("act", row.pk, "sign-in")),) if keeps else ()),
            *word.panel(request.user, row),
            trail(home.trail),
        ]

    def get_urls(self):
        view = self.admin_site.admin_view(self.paper_view)
        return [path("<path:object_id>/paper/", view, name="deliberation_meeting_paper"), *super().get_urls()]

    def paper_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Agenda and sign-in sheet on two sheets of paper; that it was printed is on record."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        row = self.get_object(request, object_id)
        home = selectors.meeting_home(request.user, row.pk, with_trail=False)
        person = cast(Any, request.user)
        paper.note_export(
            actor=person,
            org=person.organization,
            what="deliberation.attendance",
            count=len(home.invited),
            reason="",
            kind="print",
            now=timezone.now(),
        )
        context = {
            "title": f"{row.title} 议程和签到表",
            "home": home,
            "meeting": row,
            "back": self.address("change", row.pk),
        }
        return TemplateResponse(
            request, "deliberation/admin/paper.html", context, headers={"Cache-Control": "no-store"}
        )

    def cards(self, request):
        rows, here = super().get_queryset(request), self.address("changelist")
        coming = capped_count(in_state(rows, "coming"))
        sitting = capped_count(rows.filter(state=MeetingState.IN_SESSION))
        return [
            Card("将要召开的会议", coming, f"{here}?state=coming"),
            Card("正在开的会议", sitting, f"{here}?state=in_session", attention=True),
        ]


def _agenda(home: selectors.MeetingHome, links) -> Panel:
    item_screen, poll_screen = site.get_model_admin(AgendaItem), site.get_model_admin(Poll)
    return Panel(
        "议程",
        ("次序", "议题", "性质", "汇报单位", "汇报人", "时长", "状态", "结果"),
        tuple(
            (
                Cell(str(slot.item.position)),
                Cell(
                    f"{slot.item.title}{'（后加）' if slot.item.is_late else ''}",
                    item_screen.address("change", slot.item.pk),
                ),
                Cell(slot.item.get_kind_display()),
                Cell(slot.item.reporting_unit.name if slot.item.reporting_unit else ""),
                Cell(slot.item.reporter),
                Cell(f"{slot.item.minutes_allotted} 分钟"),
                Cell(slot.item.get_state_display(), tone="good" if slot.item.state == ItemState.DONE else ""),
                Cell(
                    slot.item.outcome or ("表决" if slot.poll else ""),
                    poll_screen.address("change", slot.poll.pk) if slot.poll else "",
                ),
            )
            for slot in home.slots
        ),
        links=links,
        empty="还没有议题。",
    )


def _invited(home: selectors.MeetingHome, person, links) -> Panel:
    """Who comes is known to all members; why somebody does not, to the desk, the clerk, the chair and oneself."""
    seat_screen, meeting = site.get_model_admin(Attendance), home.meeting
    knows = _is_chair(meeting, person) or registers.keeps_attendance(meeting, person)
    counts = f"应到 {home.should_attend}，实到 {home.present}，请假 {home.on_leave}，列席 {home.observers}"
    rows = []
    for each in home.invited:
        seat = each.attendance
        told = knows or seat.person_id == person.pk
        rows.append(
            (
                Cell(seat.person.name, seat_screen.address("change", seat.pk) if told else ""),
                Cell(seat.unit.name),
                Cell(seat.post),
                Cell(seat.get_capacity_display()),
                Cell(seat.get_reply_display()),
                Cell(seat.leave_reason if told else ""),
                Cell("到会", tone="good") if each.is_here else Cell(""),
            )
        )
    return Panel(
        f"参会人员（{counts}）",
        ("姓名", "代表单位", "职务", "身份", "回执", "请假原因", "到会"),
        tuple(rows),
        links=links,
        empty="发出通知后，按任职生成应到名单。",
    )


__all__ = ["MeetingAdmin"]

site.register(Meeting, MeetingAdmin)
