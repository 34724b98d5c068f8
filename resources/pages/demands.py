"""报需求, 需求进度, one demand, and its steps."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse

from kit.components import Confirmation, Crumb, Empty, Tab
from kit.errors import Hidden
from kit.facts import subject_label
from kit.pages import ActionPage, Done, FormPage, ListPage, Page, ReasonForm
from kit.reminders import nudge_button
from kit.steps import Step, StepPage, buttons
from orgs import selectors as orgs
from resources import selectors
from resources.pages import forms as own
from resources.services import demands, following

NO_DEMANDS = Empty(
    title="还没有需求",
    purpose="村里、企业缺什么，在这里报一次，镇里核实后可以两家商定，也可以提请联席会议。原话一直留着，谁在办、办到哪天都看得到。",
    icon="box",
    steps=("点“报需求”，一句话说清需要什么", "镇里三个工作日内受理，十个工作日内答复", "每一步都会出现在您的工作台"),
)


NONE_FOUND = Empty(title="没有符合条件的需求", purpose="换一个条件再查，或者点“清除”看全部。", icon="search")
TABS = {"open": "正在办", "mine": "我报的", "all": "全部"}


class Demands(ListPage):
    """资源: the register of demands, the same for every member at the same moment (F-14)."""

    template_name = "resources/demand_list.html"
    title = "资源"
    columns = selectors.REGISTER_COLUMNS

    @property
    def asked(self) -> forms.Form:
        """What the address asks for; a value that is not offered asks for nothing."""
        if not hasattr(self, "_asked"):
            self._asked = own.RegisterForm(self.request.GET)
            self._asked.is_valid()
        return self._asked

    def rows(self) -> QuerySet:
        asked = self.asked.cleaned_data
        return selectors.register(self.request.user, show=self._tab(), on=self.today, **asked)

    def _tab(self) -> str:
        wanted = self.request.GET.get("show", "open")
        return wanted if wanted in TABS else "open"

    def context(self) -> dict[str, Any]:
        asked = {name: value for name, value in self.asked.cleaned_data.items() if value}
        return {
            "tabs": [
                Tab(label, f"{reverse('resources')}?{urlencode({'show': key, **asked})}", key == self._tab())
                for key, label in TABS.items()
            ],
            "tab": self._tab(),
            "form": self.asked,
            "is_filtered": bool(asked),
            "empty": NONE_FOUND if asked else NO_DEMANDS,
            "may_write": bool(selectors.writable(self.request.user)),
        }

    def show(self, *, status: int = 200, **more: Any) -> HttpResponse:
        more["rows"] = selectors.register_lines(more["rows"], on=self.today)
        return super().show(status=status, **more)


class _DemandPage(Page):
    """A page about one demand in reach."""

    @property
    def home(self) -> selectors.DemandHome:
        if not hasattr(self, "_home"):
            self._home = selectors.demand_home(self.request.user, self.kwargs["pk"], on=self.today)
        return self._home

    def crumbs(self) -> list[Crumb]:
        return [*super().crumbs(), Crumb("资源", reverse("resources"))]


class DemandHome(_DemandPage):
    template_name = "resources/demand_home.html"

    def link(self, step: str) -> str:
        if step == "change":
            return reverse("demand-edit", args=[self.kwargs["pk"]])
        return reverse("demand-step", args=[self.kwargs["pk"], step])

    def context(self) -> dict[str, Any]:
        home, person = self.home, self.request.user
        actions = buttons(selectors.open_steps(person, home), LABELS, self.link)
        if selectors.waits_for_township(person, home.demand):
            actions.append(nudge_button(subject_label(home.demand)))
        return {
            "title": home.demand.title,
            "home": home,
            "demand": home.demand,
            "trail": home.trail,
            "actions": actions,
        }


class NewDemand(FormPage):
    title = "报需求"
    lead = "一次只报一件事；提交前可以暂存。"
    draft_name = "demand"

    def form(self, data: Any = None, files: Any = None, **kwargs: Any) -> forms.Form:
        kwargs.setdefault("initial", self.initial())
        places = selectors.writable(self.request.user)
        if not places:
            raise Hidden("您没有可以报需求的单位。")
        choices = [(f"{unit.pk}:{body.pk}", f"{unit.name} · {body.name}") for unit, body in places]
        return own.DemandForm(data, files, memberships=choices, use_required_attribute=False, **kwargs)

    def act(self, form: forms.Form) -> Done:
        values = dict(form.cleaned_data)
        place = values.pop("membership")
        unit, body = next((u, b) for u, b in selectors.writable(self.request.user) if f"{u.pk}:{b.pk}" == place)
        demand = demands.hand_in_demand(actor=self.request.user, unit=unit, body=body, now=self.now, **values)
        return Done(
            reverse("demand", args=[demand.pk]),
            Confirmation(
                f"需求已提交：{demand.title}",
                now_with="乡镇干部受理",
                until=demand.accept_by_on,
                next_step="受理、答复都会出现在您的工作台。",
            ),
        )


class ChangeDemand(_DemandPage, FormPage):
    title = "补正需求"
    form_class = own.ChangeForm
    draft_name = "demand-change"

    def initial(self) -> dict[str, Any]:
        return {name: getattr(self.home.demand, name) for name in demands.CHANGEABLE}

    def act(self, form: forms.Form) -> Done:
        demand = demands.complete_demand(
            actor=self.request.user, demand=self.home.demand, now=self.now, **form.cleaned_data
        )
        return Done(
            reverse("demand", args=[demand.pk]),
            Confirmation(f"已补正并提交：{demand.title}", now_with="乡镇干部受理", until=demand.accept_by_on),
        )


STEPS: dict[str, Step] = {
    "accept": Step(
        "受理", demands.accept_demand, question="受理后十个工作日内答复。", done="已受理", next="乡镇核实答复"
    ),
    "return": Step(
        "退回补正", demands.return_demand, ReasonForm, "退回后时限暂停。", done="已退回补正", next="填报单位"
    ),
    "verify": Step("核实答复", demands.verify_demand, own.WayForwardForm, done="已核实答复", next="填报单位"),
    "wait": Step("等外部答复", demands.wait_demand, ReasonForm, "写明等谁答复什么。", done="已转为等外部答复"),
    "close": Step("了结", demands.close_demand, ReasonForm, "理由所有成员单位都看得到。", danger=True, done="已了结"),
    "withdraw": Step(
        "撤回", demands.withdraw_demand, ReasonForm, "撤回后不再办理，可以另报。", danger=True, done="已撤回"
    ),
    "layer": Step("加注", demands.add_layer, own.LayerForm, done="已加注"),
    "object": Step(
        "提出异议", demands.object_demand, ReasonForm, "对初核意见只能提一次异议，由上级答复。", done="已提出异议"
    ),
    "table": Step(
        "提为议题",
        demands.table_demand,
        question="以本单位名义提请联席会议审议。",
        done="已提为议题",
        next="联村书记受理",
    ),
    "offer": Step("提出简易办理", following.offer_settlement, own.SettlementForm, done="已提出", next="对方单位答复"),
    "agree": Step("同意", following.agree_settlement, question="同意后在下次会议通报。", done="双方已商定"),
    "decline": Step("不同意", following.decline_settlement, ReasonForm, done="已答复不同意", next="填报单位"),
    "fulfil": Step("报落实", following.fulfil_demand, done="已报落实", next="填报单位确认"),
    "confirm": Step("确认办结", following.confirm_demand, question="确认后本需求办结。", done="已办结"),
    "reopen": Step("没有落实", following.reopen_demand, ReasonForm, done="已退回继续落实", next="牵头单位"),
}
LABELS = {name: step.label for name, step in STEPS.items()} | {"change": "补正"}


class DemandStep(_DemandPage, StepPage):
    """Any one step of a demand."""

    steps = STEPS
    argument = "demand"

    @property
    def row(self) -> Any:
        return self.home.demand

    def back(self) -> str:
        return reverse("demand", args=[self.kwargs["pk"]])

    def offered(self, source: str) -> Sequence[tuple[Any, str]]:
        units = orgs.units_of(self.home.demand.body, on=self.today)
        return [(unit, unit.name) for unit in units if unit.pk != self.home.demand.unit_id]


class ConsentToLayer(_DemandPage, ActionPage):
    """同意改动: the unit agrees to another category or quantity than its own words say (F-10)."""

    title = "同意改动"
    button = "同意改动"
    question = "原话照旧保留，只表示本单位同意这条加注里改动的类别或数量。"

    def back(self) -> str:
        return reverse("demand", args=[self.kwargs["pk"]])

    def context(self) -> dict[str, Any]:
        return {**super().context(), "title": f"{self.title}：{self.home.demand.title}"}

    def act(self, form: forms.Form) -> Done:
        layer = selectors.layer_in_reach(self.request.user, self.kwargs["layer"])
        demands.consent_layer(actor=self.request.user, layer=layer, now=self.now)
        return Done(self.back(), Confirmation("已同意改动", now_with=self.home.held_by))
