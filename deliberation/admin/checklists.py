"""四议两公开: what each village has decided about a resolution, and the steps it follows."""

from django.urls import reverse
from django.utils import timezone
from unfold.decorators import display

from deliberation import selectors
from deliberation.admin import forms
from deliberation.admin.lists import LIGHTS, body_choices, day, moment, trail
from deliberation.choices import ChecklistState
from deliberation.models import Checklist, ChecklistTemplate, Resolution
from deliberation.selectors import registers
from deliberation.services import checklist_templates, checklists
from kit.admin import (
    Act,
    Adding,
    Card,
    Cell,
    Column,
    GovernedAdmin,
    Link,
    Panel,
    capped_count,
    glow,
    lit,
    select_filter,
    site,
)
from kit.errors import Forbidden
from orgs import selectors as orgs

STATE_TONES = {
    ChecklistState.RUNNING.label: "warning",
    ChecklistState.DECIDED.label: "info",
    ChecklistState.REFUSED.label: "danger",
    ChecklistState.CLOSED.label: "success",
}


def _light(row):
    return selectors.checklist_light(row, on=timezone.localdate())


def _light_words(row, person) -> str:
    light = _light(row)
    return light.word if light else ""


def villages_panel(listed) -> list[Panel]:
    """The villages of a resolution, for its own screen."""
    screen = site.get_model_admin(Checklist)
    if not listed:
        return []
    return [
        Panel(
            "附条件（四议两公开）",
            ("村", "办理期限", "状态", "下一步", "灯"),
            tuple(
                (
                    Cell(each.checklist.village.name, screen.address("change", each.checklist.pk)),
                    Cell(day(each.checklist.due_on)),
                    Cell(each.checklist.get_state_display()),
                    Cell(each.step),
                    lit(each.light),
                )
                for each in listed
            ),
        )
    ]


class ChecklistAdmin(GovernedAdmin):
    """四议两公开"""

    selector = selectors.checklists
    menu_order = 45
    icon = "checklist"
    purpose = "决议涉及哪个村的资产、资金或者土地，哪个村就走四议两公开。由村自己登记；齐备以前决议不能公示、生效。"
    list_display = ["village", "show_resolution", "due_on", "show_light", "show_state"]
    list_select_related = ["village", "template", "resolution__body"]
    ordering = ["due_on", "pk"]
    columns = (
        Column("决议文号", lambda row, person: row.resolution.number),
        Column("议事主体", lambda row, person: row.resolution.body.name),
        Column("决议", lambda row, person: row.resolution.title),
        Column("村", lambda row, person: row.village.name),
        Column("步骤版本", lambda row, person: row.template.version),
        Column("办理期限", lambda row, person: row.due_on),
        Column("村级决议齐备日期", lambda row, person: row.decided_on),
        Column("状态", lambda row, person: row.get_state_display()),
        Column("期限情况", _light_words),
        Column("未通过原因", lambda row, person: row.reason),
    )
    search_text = ("village__name", "resolution__number", "resolution__title")
    search_initials = ("village__initials",)
    search_help_text = "村、拼音首字母、文号或决议标题"
    list_filter = [
        select_filter("state", "状态", ChecklistState.choices, "state"),
        select_filter(
            "light",
            "灯",
            LIGHTS,
            lambda queryset, value: registers.lit_checklists(queryset, value, on=timezone.localdate()),
        ),
        select_filter("body", "议事主体", body_choices, "resolution__body"),
    ]
    fields = [
        ("village", "show_resolution", "show_state"),
        ("due_on", "show_light", "decided_on"),
        ("template", "opened_at", "reason"),
    ]
    acts = (
        Act(
            "mark",
            "登记这一步",
            checklists.mark_step,
            subject="checklist",
            verb="checklist.mark",
            form=forms.MarkForm,
            when=registers.may_be_marked,
            hint="按先后一步一步登记；决议公开以后，各村齐备，决议就能公示、生效。",
            icon="done",
        ),
        Act(
            "refuse",
            "村级未通过",
            checklists.refuse_resolution,
            subject="checklist",
            verb="checklist.refuse",
            form=forms.RefuseForm,
            when=registers.may_be_refused,
            hint="村民会议或村民代表会议没有通过的在这里登记；决议不能生效，由书记退回审议或者终止。",
            danger=True,
            icon="thumb_down",
        ),
        Act(
            "correct",
            "更正",
            checklists.correct_step,
            subject="checklist",
            verb="checklist.correct",
            form=forms.CorrectForm,
            when=registers.may_be_corrected,
            hint="原来填的留在办理过程里。",
            icon="edit_note",
        ),
    )

    @display(description="决议")
    def show_resolution(self, row):
        return row.resolution.number

    @display(description="灯")
    def show_light(self, row):
        return glow(_light(row))

    @display(description="状态", ordering="state", label=STATE_TONES)
    def show_state(self, row):
        return row.get_state_display()

    def links(self, request, row):
        resolution = site.get_model_admin(Resolution).address("change", row.resolution_id)
        return [Link("决议", resolution, "gavel"), Link("清单页面", reverse("checklist", args=[row.pk]), "open_in_new")]

    def panels(self, request, row):
        return [
            Panel(
                "步骤",
                ("步骤", "办理日期", "决议文号或佐证", "填写人", "填写时间", "更正原因"),
                tuple(
                    (
                        Cell(f"{each.position}. {each.name}"),
                        Cell(day(entry.done_on) if entry else "待办"),
                        Cell(
                            f"未通过：{entry.evidence}"
                            if entry and entry.is_against
                            else entry.evidence
                            if entry
                            else ""
                        ),
                        Cell(entry.person.name if entry else ""),
                        Cell(moment(entry.entered_at) if entry else ""),
                        Cell(entry.reason if entry else ""),
                    )
                    for each in selectors.checklist_lines(row)
                    for entry in each.rounds or (None,)
                ),
            ),
            trail(registers.trail_of(row)),
        ]

    def cards(self, request):
        rows, here = super().get_queryset(request), self.address("changelist")
        running = capped_count(rows.filter(state=ChecklistState.RUNNING))
        refused = capped_count(rows.refused())
        return [
            Card("村级程序办理中", running, f"{here}?state=running"),
            Card("村级未通过", refused, f"{here}?state=refused", attention=True),
        ]


def _templates(person):
    return selectors.checklist_templates()


class ChecklistTemplateAdmin(GovernedAdmin):
    """四议两公开步骤"""

    selector = _templates
    menu_order = 85
    icon = "format_list_numbered"
    purpose = "每次修改写一个新版本，旧版本不动；已经开始的清单按它开始时的步骤办。由区委组织部维护。"
    list_display = ["version", "show_steps", "decides_at", "effective_on"]
    ordering = ["-version", "pk"]
    columns = (
        Column("版本", lambda row, person: row.version),
        Column("步骤", lambda row, person: "、".join(row.steps)),
        Column("第几步由村民表决", lambda row, person: row.decides_at),
        Column("依据", lambda row, person: row.source),
        Column("施行日期", lambda row, person: row.effective_on),
    )
    search_text = ("source",)
    search_help_text = "依据"
    list_filter: list = []
    add_form = forms.StepsForm
    add_label = "写四议两公开步骤的新版本"
    add_tool = "写新版本"
    add = Adding(
        checklist_templates.add_template_version,
        verbs=("checklist_template.add",),
        fields=("steps", ("decides_at", "effective_on"), "source"),
    )
    fields = [("version", "effective_on"), "show_steps", ("decides_at", "source")]

    def get_changeform_initial_data(self, request):
        """The next version begins with the words of the present one."""
        present = selectors.checklist_templates().first()
        if present is None:
            return {}
        return {"steps": "\n".join(present.steps), "decides_at": present.decides_at, "source": present.source}

    def arguments(self, request, values, *, adding):
        unit = orgs.own_units(request.user).first()
        if unit is None:
            raise Forbidden
        steps = [line for line in values["steps"].splitlines() if line.strip()]
        return values | {"steps": steps, "district": orgs.district_of(unit)}

    @display(description="步骤")
    def show_steps(self, row):
        return "　".join(f"{number}. {name}" for number, name in enumerate(row.steps, 1))

    def cards(self, request):
        count = capped_count(self.get_queryset(request))
        return [Card("四议两公开步骤版本", count, self.address("changelist"))]


site.register(Checklist, ChecklistAdmin)
site.register(ChecklistTemplate, ChecklistTemplateAdmin)

__all__ = ["ChecklistAdmin", "ChecklistTemplateAdmin", "villages_panel"]
