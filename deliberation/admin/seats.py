"""会议议题 and 参会: reached from their meeting; order of the agenda, who signed in and who left."""

from unfold.decorators import display

from deliberation import selectors
from deliberation.admin import forms
from deliberation.admin.lists import moment
from deliberation.admin.minutes import may_write, write_note
from deliberation.admin.minutes_forms import NoteForm
from deliberation.choices import OVER, ItemState, MeetingState, MinutesState
from deliberation.models import AgendaItem, Attendance, Meeting
from deliberation.selectors import registers
from deliberation.services import attendance, meetings
from kit.admin import Act, Cell, GovernedAdmin, Panel, site

PREPARING = (MeetingState.PLANNED, MeetingState.AGENDA_FROZEN)
ROOM = (MeetingState.CONVENED, *selectors.SITTING)


class _OfMeeting(GovernedAdmin):
    """A row that is kept on the page of its meeting and has no entry of its own in the menu."""

    in_menu = False

    def after_act(self, act, row, outcome):
        return site.get_model_admin(Meeting).address("change", row.meeting_id)

    def cards(self, request):
        return []


class AgendaItemAdmin(_OfMeeting):
    """会议议题"""

    selector = selectors.agenda_items
    icon = "list_alt"
    purpose = "会议上的一项。加议题在会议页面办理；逐项审议、发言、表决在会场办理。"
    list_display = ["title", "meeting", "show_kind", "position", "show_state", "outcome"]
    list_select_related = ["meeting__body", "meeting__minutes", "motion", "rule", "reporting_unit"]
    ordering = ["-meeting__starts_at", "meeting_id", "position", "pk"]
    search_text = ("title",)
    fields = [
        ("title", "meeting"),
        ("show_kind", "motion"),
        ("reporting_unit", "reporter"),
        ("position", "minutes_allotted"),
        ("rule", "is_late"),
        ("show_state", "outcome"),
    ]
    acts = (
        Act(
            "move",
            "调整次序",
            meetings.move_item,
            subject="item",
            verb="meeting.plan",
            form=forms.PositionForm,
            when=lambda row: row.state == ItemState.PENDING and row.meeting.state not in OVER,
            hint="其余议题顺次移动。",
            icon="swap_vert",
        ),
        Act(
            "remove",
            "移出会议",
            meetings.remove_item,
            subject="item",
            verb="meeting.plan",
            when=lambda row: row.meeting.state in PREPARING,
            hint="通知发出以前可以移出；议题退回待列入，不会丢。",
            danger=True,
            icon="playlist_remove",
        ),
        Act(
            "note",
            "写会议记录",
            write_note,
            subject="item",
            verb="minutes.write",
            by=lambda row, person: may_write(row, person),
            form=NoteForm,
            when=lambda row: hasattr(row.meeting, "minutes") and row.meeting.minutes.state == MinutesState.DRAFT,
            hint="每次保存都留一次修订；别人先存了的，您写的不会覆盖，会请您对照。",
            icon="edit_note",
        ),
    )

    @display(description="性质", ordering="kind")
    def show_kind(self, row):
        return row.get_kind_display()

    @display(description="状态", ordering="state", label=True)
    def show_state(self, row):
        return row.get_state_display()


class AttendanceAdmin(_OfMeeting):
    """参会"""

    selector = registers.kept_attendances
    icon = "how_to_reg"
    purpose = "应到名单按任职生成。登记到会、离会后，表决名册和实到人数随之变化。"
    list_display = ["show_person", "meeting", "unit", "post", "show_capacity", "show_reply"]
    list_select_related = ["meeting__body", "person", "unit"]
    ordering = ["-meeting__starts_at", "meeting_id", "-capacity", "unit__path", "pk"]
    search_text = ("person__name", "unit__name")
    search_initials = ("person__initials", "unit__initials")
    fields = [
        ("show_person", "meeting"),
        ("unit", "post"),
        ("show_capacity", "show_reply"),
        ("replied_at", "leave_reason"),
        ("replaces", "order"),
    ]
    acts = (
        Act(
            "sign-in",
            "登记到会",
            attendance.sign_in_for,
            subject="attendance",
            verb="meeting.plan",
            by=lambda row, person: registers.keeps_attendance(row.meeting, person),
            when=lambda row: row.meeting.state in ROOM and not registers.is_here(row),
            hint="用于纸上签到、晚到或返回会场的人。",
            icon="login",
        ),
        Act(
            "replace",
            "更换代表",
            attendance.replace_representative,
            subject="attendance",
            verb="meeting.plan",
            by=lambda row, person: registers.keeps_attendance(row.meeting, person),
            form=forms.ReplaceForm,
            when=lambda row: row.meeting.state in ROOM and selectors.is_replaceable(row),
            hint="凭单位的书面委托，由本单位另一人出席。按单位表决时由他投票；按人表决时不能代投。",
            icon="swap_horiz",
        ),
        Act(
            "leave",
            "登记离会",
            attendance.leave_meeting,
            subject="attendance",
            verb="meeting.plan",
            by=lambda row, person: row.person_id == person.pk or registers.keeps_attendance(row.meeting, person),
            when=lambda row: row.meeting.state in ROOM and registers.is_here(row),
            hint="离会后不再计入到会人数。",
            icon="logout",
        ),
    )

    @display(description="参会人", ordering="person__name")
    def show_person(self, row):
        return row.person.name

    @display(description="身份", ordering="capacity", label=True)
    def show_capacity(self, row):
        return row.get_capacity_display()

    @display(description="回执", ordering="reply")
    def show_reply(self, row):
        return row.get_reply_display()

    def panels(self, request, row):
        return [
            Panel(
                "到会和离会",
                ("到会时间", "离会时间", "登记人"),
                tuple(
                    (Cell(moment(each.arrived_at)), Cell(moment(each.left_at)), Cell(each.signed_by.name))
                    for each in registers.stays(row)
                ),
                empty="还没有到会。",
            )
        ]


site.register(AgendaItem, AgendaItemAdmin)
site.register(Attendance, AttendanceAdmin)

__all__ = ["AgendaItemAdmin", "AttendanceAdmin"]
