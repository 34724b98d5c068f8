"""What the organization department keeps for the whole district: parameters and the calendar of working days."""

import re
from datetime import date
from fractions import Fraction
from typing import cast

from django import forms
from django.contrib import messages
from django.http import HttpResponseRedirect
from django.utils import timezone
from unfold.decorators import display
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget

from kit import holidays, money, parameters
from kit.admin import (
    Adding,
    Card,
    Day,
    GovernedAdmin,
    Pick,
    Reason,
    ServiceForm,
    Text,
    capped_count,
    select_filter,
    site,
)
from kit.errors import Forbidden, RuleBroken
from kit.models import Holiday, ParameterValue
from kit.models.calendar import DayKind
from orgs import selectors
from orgs.models import Posting
from orgs.selectors import registers

MECHANISM = "系统管理"
AT = Posting._meta.get_field("organization")
_LINE = re.compile(r"(\d{4})[-./年](\d{1,2})[-./月](\d{1,2})日?\s+(放假|上班|调休|休|班)\S*\s*(\S*)")
_KINDS = {"放假": DayKind.REST, "休": DayKind.REST, "上班": DayKind.WORK, "调休": DayKind.WORK, "班": DayKind.WORK}


class YearForm(ServiceForm):
    """One year's arrangements, pasted from the notice: one day a line."""

    year = forms.IntegerField(label="年份", min_value=2024, max_value=2100, widget=UnfoldAdminIntegerFieldWidget)
    source = Text(label="依据", max_length=100, help_text="例如：国办发明电〔2026〕7号")
    days = forms.CharField(
        label="放假和调休",
        widget=UnfoldAdminTextareaWidget,
        max_length=6000,
        help_text="一天一行：日期、放假或上班、节日名称，例如 2027-01-01 放假 元旦。整年一次录入，替换原来的。",
    )

    def clean_days(self) -> list[tuple[date, str, str]]:
        entered, wrong = [], []
        for number, line in enumerate(self.cleaned_data["days"].splitlines(), 1):
            if not line.strip():
                continue
            found = _LINE.fullmatch(line.strip())
            try:
                if found is None:
                    raise ValueError
                year, month, day = map(int, found.group(1, 2, 3))
                entered.append((date(year, month, day), str(_KINDS[found[4]]), found[5]))
            except ValueError:
                wrong.append(f"第 {number} 行看不懂：{line.strip()[:40]}")
        if wrong:
            raise forms.ValidationError(wrong)
        return entered


def _district(person):
    """The district where the person holds a post; what is kept for all hangs on it."""
    unit = selectors.own_units(person).first()
    if unit is None:
        raise Forbidden
    return selectors.district_of(unit)


def _holidays(person):
    return holidays.kept()


class HolidayAdmin(GovernedAdmin):
    """节假日"""

    selector = _holidays
    mechanism = MECHANISM
    menu_order = 80
    icon = "calendar_month"
    purpose = "按国务院办公厅每年的通知录入；期限按工作日计算时以此为准。未录入的年份按周一至周五计算并提示。"
    list_display = ["day", "weekday", "show_kind", "name", "source"]
    ordering = ["-day"]
    search_text = ("name",)
    search_help_text = "节日名称"
    list_filter = [
        select_filter("kind", "安排", DayKind.choices, "kind"),
        select_filter("year", "年份", lambda request: [(str(y), f"{y} 年") for y in range(2024, 2031)], "day__year"),
    ]
    fields = [("day", "show_kind"), ("name", "source")]
    add_form = YearForm
    add_tool = "录入一年"
    add_label = "录入一年的节假日"
    add = Adding(holidays.keep_year, verbs=("calendar.keep",), fields=(("year", "source"), "days"))

    def arguments(self, request, values, *, adding):
        return {**values, "org": _district(request.user)}

    def carry_out(self, request, form):
        super().carry_out(request, form)
        messages.success(
            request, f"已录入 {form.cleaned_data['year']} 年的节假日，共 {len(form.cleaned_data['days'])} 天。"
        )
        return form.instance

    def response_add(self, request, obj, post_url_continue=None):
        return HttpResponseRedirect(self.address("changelist"))

    @display(description="星期", ordering="day")
    def weekday(self, row):
        return "星期" + "一二三四五六日"[row.day.weekday()]

    @display(description="安排", ordering="kind", label={"放假": "success", "上班（调休）": "warning"})
    def show_kind(self, row):
        return row.get_kind_display()

    def cards(self, request):
        """To those who keep the calendar: the years that nobody has entered yet."""
        if not self.has_add_permission(request):
            return []
        today = timezone.localdate()
        wanted = [today.year] + ([today.year + 1] if today.month >= 11 else [])
        unknown = [year for year in wanted if not holidays.working_days().is_known(year)]
        return [Card(f"{year} 年节假日尚未维护", 1, self.address("changelist"), attention=True) for year in unknown]


class ParameterForm(ServiceForm):
    """A new value of a declared parameter, from a coming day on, for a district or a township."""

    name = forms.ChoiceField(label="参数", widget=UnfoldAdminSelectWidget)
    org = Pick(AT, label="适用于", help_text="选区委为全区，选乡镇党委只为该乡镇。")
    value = Text(
        label="取值",
        required=False,
        max_length=40,
        help_text="比例写 4/5 或 80%，金额写元，是否写“是”或“否”。留空为沿用上级。",
    )
    effective_on = Day(label="生效日期", help_text="最早从明天起。")
    reason = Reason(label="依据", help_text="文件或会议决定。")

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        known = [(each.name, f"{each.label}（{each.kind.value}）") for each in parameters.declared()]
        cast(forms.ChoiceField, self.fields["name"]).choices = [("", "请选择"), *known]


def typed(parameter: parameters.Parameter, text: str):
    """What was typed as the parameter's own type; None for nothing. Raises RuleBroken at ``value``."""
    text = text.strip()
    if not text:
        return None
    kind = parameters.Kind
    if parameter.kind is kind.MONEY:
        return money.parse(text, field="value")
    if parameter.kind is kind.FLAG and text in ("是", "否"):
        return text == "是"
    if parameter.kind is kind.INTEGER and re.fullmatch(r"-?\d{1,12}", text):
        return int(text)
    if parameter.kind is kind.RATIO and (found := re.fullmatch(r"(\d{1,6}(?:\.\d{1,6})?)%", text)):
        return str(Fraction(found[1]) / 100)
    if parameter.kind in (kind.RATIO, kind.CHOICE):
        return text
    raise RuleBroken("parameter_malformed", f"“{parameter.label}”应填{parameter.kind.value}。", field="value")


class ParameterValueAdmin(GovernedAdmin):
    """参数"""

    selector = registers.parameter_values
    mechanism = MECHANISM
    menu_order = 70
    icon = "tune"
    title = "参数"
    purpose = "制度里的每个数字。新值从将来的某天起生效，不改变已经过去的日子；没有设置的按默认值。"
    list_display = ["label", "where", "show_value", "effective_on", "reason"]
    ordering = ["-effective_on", "-pk"]
    search_text = ("name", "reason")
    search_help_text = "参数代码或依据"
    fields = [("label", "where"), ("show_value", "effective_on"), "reason"]
    add_form = ParameterForm
    add_label = "设置参数"
    add_tool = "设置"
    add = Adding(
        parameters.set_value, verbs=("parameter.set",), fields=(("name", "org"), ("value", "effective_on"), "reason")
    )

    def arguments(self, request, values, *, adding):
        parameter = next(each for each in parameters.declared() if each.name == values["name"])
        return {**values, "value": typed(parameter, values["value"])}

    @display(description="参数", ordering="name")
    def label(self, row):
        return next((each.label for each in parameters.declared() if each.name == row.name), row.name)

    @display(description="适用于")
    def where(self, row):
        return row.org_name

    @display(description="取值")
    def show_value(self, row):
        return "沿用上级" if row.value is None else str(row.value)

    def cards(self, request):
        return [Card("设置过的参数", capped_count(self.get_queryset(request)), self.address("changelist"))]


site.register(Holiday, HolidayAdmin)
site.register(ParameterValue, ParameterValueAdmin)

__all__ = ["HolidayAdmin", "ParameterValueAdmin", "typed"]
