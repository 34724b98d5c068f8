"""样式手册: every component with the words of the Sanjiang case. Only in development and in the demo."""

from datetime import date, datetime
from types import SimpleNamespace

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.views import View

from kit import refusals
from kit.calendar import SHANGHAI
from kit.components import Action, Confirmation, CopyText, Crumb, Empty, Pages, Shortcut, Step, Tab, Todo, TrailEntry
from kit.context import frame
from kit.navigation import Entry
from kit.tilemap import Spot, lay_out

HERE = "/styleguide/"
SECTIONS = [
    Entry("工作台", "home", HERE, True, True),
    Entry("议事", "talk", HERE, False, True),
    Entry("资源", "box", HERE, False, True),
    Entry("我的单位", "village", HERE, False, False),
    Entry("我的", "person", HERE, False, True),
]


class DemandForm(forms.Form):
    """A form that shows each kind of field, one of them wrong."""

    title = forms.CharField(label="需求名称", max_length=40, help_text="一句话说清要什么，例如：羊肚菌大棚滴灌改造")
    words = forms.CharField(
        label="村里的原话", widget=forms.Textarea(attrs={"rows": 4}), help_text="照村民的说法写，核实时不会改动。"
    )
    acres = forms.DecimalField(
        label="涉及面积（亩）", required=False, widget=forms.NumberInput(attrs={"class": "short"})
    )
    unit = forms.ChoiceField(label="牵头单位", choices=[("", "请选择"), ("1", "龙门村"), ("2", "双寨村")])
    urgency = forms.ChoiceField(
        label="急不急", choices=[("1", "急，一个月内"), ("2", "今年内"), ("3", "不急")], widget=forms.RadioSelect
    )
    filled_for = forms.BooleanField(label="代填：我替村支书填写，内容已同他核对", required=False)


def _todos() -> list[Todo]:
    return [
        Todo(
            "决议任务",
            "龙门河提灌站维修材料报镇农业服务中心",
            HERE,
            "三季度决议第 2 项",
            note="牵头单位：双寨村",
            until=date(2026, 11, 19),
            light="red",
            light_word="超期 2 个工作日",
            actions=[Action("填报进展", HERE, primary=True), Action("等外部答复", HERE), Action("延期", HERE)],
        ),
        Todo(
            "会议回执",
            "是否出席第四季度联席会议",
            HERE,
            "联村党组织 11月20日 发出",
            note="议题 5 项，材料已齐",
            until=date(2026, 11, 24),
            light="yellow",
            light_word="还剩 1 个工作日",
            actions=[
                Action("出席", HERE, primary=True, post=True),
                Action("请假", HERE),
                Action("看材料", HERE, icon="file"),
            ],
        ),
        Todo(
            "联名",
            "关于统一农产品品牌包装的议题",
            HERE,
            "提出单位：龙门村",
            note="联名达三分之一的，列入下次会议",
            until=date(2026, 12, 1),
            light="green",
            light_word="还剩 6 个工作日",
            actions=[Action("联名", HERE, primary=True), Action("看原文", HERE)],
        ),
    ]


def _trail() -> list[TrailEntry]:
    at = lambda day, hour, minute: datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI)  # noqa: E731
    return [
        TrailEntry(
            "陈组委", "三江镇党委", at(20, 16, 12), "核实，转联席会议", "实地看过，两个村共用一条渠，建议一并改造。"
        ),
        TrailEntry("陈组委", "三江镇党委", at(18, 9, 30), "受理"),
        TrailEntry("李书记", "双寨村", at(17, 20, 5), "上报", "大棚 46 个，天旱时浇不上水。"),
    ]


def _steps() -> list[Step]:
    words = ["议题", "通知", "会前准备", "讨论", "表决", "决议", "落实"]
    return [Step(w, "done" if i < 2 else "now" if i == 2 else "next") for i, w in enumerate(words)]


def _map():
    return lay_out(
        [
            Spot("明月村", HERE, "中心村", hub=True, light="green", light_word="正常", east=106.93, north=31.71),
            Spot("大兴村", HERE, "粮油 420 亩", light="yellow", light_word="任务临期", east=106.97, north=31.73),
            Spot("天马山村", HERE, "农旅", light="green", light_word="正常", east=106.90, north=31.75),
            Spot("某农业公司", HERE, "企业", east=106.95, north=31.69),
            Spot("粮油合作社", HERE, "合作社", east=106.91, north=31.68),
        ]
    )


@method_decorator(login_not_required, name="dispatch")
class StyleGuide(View):
    """The components on a workbench; its sisters show a form and the home of a body."""

    template_name = "styleguide.html"
    title = "样式手册"
    lead = ""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(request, DemandForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        return self.show(request, DemandForm(request.POST), status=422)

    def show(self, request: HttpRequest, form: DemandForm, status: int = 200) -> HttpResponse:
        wrong = DemandForm({"title": "滴灌", "words": "", "acres": "很多", "unit": "2", "urgency": "2"})
        wrong.is_valid()
        wrong.add_error("title", "需求名称至少写 4 个字，让镇里一眼看懂要什么。")
        context = {
            "user": SimpleNamespace(is_authenticated=True, name="李书记", pk="example"),
            "frame": {
                **frame(request)["frame"],
                "posts": ["双寨村 · 村党支部书记", "龙门农副产品基地联村党组织 · 委员"],
                "sections": SECTIONS,
                "howto_url": HERE,
                "me_url": HERE,
                "logout_url": HERE,
            },
            "title": self.title,
            "crumbs": [Crumb("工作台", "/"), Crumb("我的单位", HERE)],
            "lead": self.lead,
            "todos": _todos(),
            "steps": _steps(),
            "trail": _trail(),
            "map": _map(),
            "form": form,
            "wrong": wrong,
            "shortcuts": [
                Shortcut("报需求", HERE, "pencil"),
                Shortcut("提议题", HERE, "talk"),
                Shortcut("我的会议", HERE, "calendar"),
                Shortcut("资源超市", HERE, "box"),
            ],
            "copy": CopyText(
                "【会议通知】第四季度联席会议\n时间：2026年12月3日 星期四 14:30\n地点：龙门村活动阵地\n"
                "请参会人员登录系统回执。"
            ),
            "confirmation": Confirmation(
                "需求已上报：羊肚菌大棚滴灌改造",
                now_with="三江镇党委 · 陈组委",
                until=date(2026, 11, 30),
                next_step="镇里核实后告诉您结果，原话不会改动。",
                actions=[Action("看这条需求", HERE), Action("回工作台", "/")],
            ),
            "empty": Empty(
                "还没有报过需求",
                "村里缺什么、想一起办什么，在这里报给镇里。镇里核实后列入联席会议，办到哪一步都看得到。",
                icon="pencil",
                steps=["写一句话的名称", "照村民的说法写原话", "提交，镇里 5 个工作日内答复"],
                action=Action("报第一条需求", HERE, primary=True),
            ),
            "tabs": [
                Tab("待办", HERE, True, 3),
                Tab("已办", HERE, count=27),
                Tab("我发起的", HERE, count=6),
                Tab("待阅", HERE, count=2),
            ],
            "pages": Pages(next=HERE + "?cursor=x", count="1000+", shown=50),
            "members": [
                ("龙门村", "中心村", "周书记", "139****0001", "green", "正常"),
                ("双寨村", "成员村", "李书记", "139****0002", "yellow", "任务临期"),
                ("某农业公司", "企业", "何经理", "139****0003", "grey", "未填报"),
            ],
            "definitions": [
                ("类型", "村村抱团型 · 强村带动型"),
                ("牵头乡镇", "三江镇"),
                ("批复", "三委〔2026〕12号，2026年3月18日"),
                ("五大内容", "产业共营、人才共育、组织共建"),
            ],
            "figures": [
                {"label": "成员单位", "value": "5", "note": "3 个村，2 个单位"},
                {"label": "本季决议", "value": "4", "note": "已落实 2"},
                {"label": "分红", "value": "78,400.00", "note": "元，三季度"},
            ],
            "now": datetime(2026, 11, 23, 9, 40, tzinfo=SHANGHAI),
            "fen": 7_840_000,
            "colours": [
                ("green", "正常"),
                ("yellow", "还剩 2 天"),
                ("red", "超期 6 天"),
                ("grey", "缺项"),
                ("blue", "等外部答复"),
            ],
        }
        return render(request, self.template_name, context, status=status)


class FormGuide(StyleGuide):
    """A form, and the same form with everything wrong; a POST shows it as it comes back."""

    template_name = "styleguide_form.html"
    title = "报需求"
    lead = "第 1 步，共 2 步 · 双寨村"


class BodyGuide(StyleGuide):
    """The home of a joint organization."""

    template_name = "styleguide_body.html"
    title = "天马粮油农旅融合联村党组织"


@login_not_required
def refusal_example(request: HttpRequest, status: int) -> HttpResponse:
    """A refusal page as it looks, with its real status."""
    if status not in refusals.TEXTS:
        raise Http404
    return refusals.show(request, refusals.refusal(status), bare=status in (400, 413, 500, 503))
