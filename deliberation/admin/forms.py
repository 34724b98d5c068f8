"""What the acts of 议事协调 ask for in the admin."""

from typing import cast

from django import forms
from django.utils import timezone
from unfold.widgets import UnfoldAdminRadioSelectWidget

from deliberation import selectors
from deliberation.choices import ItemKind, Proposal, Scope
from deliberation.models import Attendance
from deliberation.selectors import registers
from kit.admin import (
    ActForm,
    Choice,
    Day,
    Moment,
    Number,
    OneOf,
    Pick,
    Reason,
    ReasonForm,
    ServiceForm,
    SomeOf,
    Text,
    Words,
)


def named(rows):
    return [(row, row.name) for row in rows]


def titled(rows):
    return [(row, row.title) for row in rows]


def place_key(unit, body) -> str:
    return f"{unit.pk}:{body.pk}"


def hint(form: forms.BaseForm, **said: str) -> None:
    for field, words in said.items():
        if field in form.fields:
            form.fields[field].help_text = words


# 议题


class MotionWordsForm(ServiceForm):
    """What a motion says."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        hint(
            self,
            title="一句话说清，例如“关于共建冷链库的议题”。",
            text="为什么提、想怎么办、需要谁配合、要多少钱。",
            classification="三重一大须集体表决。",
            consultation_note="三重一大须填写：和谁商量过、有什么意见。",
        )


class MotionForm(MotionWordsForm):
    """A motion as its unit proposes it; a clerk's is marked 代填 by the service."""

    membership = Choice(label="单位和联村党组织", help_text="以哪个单位的名义、提到哪里。")

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        places = selectors.proposable(self.request.user)
        cast(forms.ChoiceField, self.fields["membership"]).choices = [
            ("", "请选择"),
            *((place_key(unit, body), f"{unit.name} · {body.name}") for unit, body in places),
        ]


class SecondForm(ActForm):
    unit = OneOf(
        rows=lambda person, row: named(registers.may_second(person, row, on=timezone.localdate())), label="联名单位"
    )


class MergeForm(ReasonForm):
    into = OneOf(
        rows=lambda person, row: titled(selectors.mergeable(person, row)),
        label="并入哪个议题",
        help_text="两个议题都继续看得到。",
    )
    field_order = ("into", "reason")


class FormForm(ActForm):
    """形成决议."""

    title = Text(label="决议标题", max_length=80)
    text = Words(label="决议事项", rows=8, max_length=4000, help_text="做什么、谁来做、什么时候做完、谁来监督。")
    scope = forms.ChoiceField(
        label="公开范围",
        choices=Scope.choices,
        widget=UnfoldAdminRadioSelectWidget,
        help_text="请示报告和干部任免建议不向社会公开。",
    )

    villages = SomeOf(
        rows=lambda person, row: named(selectors.villages_of(row.body, on=timezone.localdate())),
        label="涉及哪些村的资产、资金或者土地",
        required=False,
        help_text="选了的村要走四议两公开，村级决议齐备后才能公示、生效；不涉及的不用选。",
    )
    replaces = OneOf(
        rows=lambda person, row: [(each, f"{each.number} {each.title}") for each in selectors.replaceable(row.body)],
        label="变更或终止哪项决议",
        required=False,
        help_text="本决议生效时，原决议同时终止；没有的不用选。",
    )


# 四议两公开


class StepOf(OneOf):
    """One of the steps that were entered, as its number."""

    def clean(self, value):
        entry = super().clean(value)
        return entry.position if entry is not None else None


def _entered(person, row):
    lines = [(each, each.entry) for each in selectors.checklist_lines(row)]
    return [(entry, f"{each.name}（{entry.done_on:%Y-%m-%d}，{entry.evidence}）") for each, entry in lines if entry]


class MarkForm(ActForm):
    position = forms.IntegerField(widget=forms.HiddenInput)
    step = Text(label="登记哪一步", disabled=True, required=False)
    done_on = Day(label="办理日期", help_text="会议召开或者公开的那一天，可以早于联村决议。")
    evidence = Text(label="决议文号或佐证", max_length=300, help_text="例如“龙门村决〔2026〕3号，应到42人、实到38人”。")

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if self.row is not None:
            now = next((each for each in selectors.checklist_lines(self.row) if each.entry is None), None)
            if now is not None:
                self.fields["position"].initial, self.fields["step"].initial = now.position, now.name

    def clean(self):
        """The name is for reading; the service takes the number of the step."""
        super().clean()
        return {name: value for name, value in self.cleaned_data.items() if name != "step"}


class CorrectForm(ActForm):
    position = StepOf(rows=_entered, label="更正哪一步")
    done_on = Day(label="办理日期")
    evidence = Text(label="决议文号或佐证", max_length=300)
    reason = Reason(label="更正原因")


class RefuseForm(ReasonForm):
    decided_on = Day(label="会议日期")
    field_order = ("decided_on", "reason")


class StepsForm(ServiceForm):
    """The next version of the steps, a line each."""

    steps = Words(label="步骤", rows=8, max_length=600, help_text="一行一步，按先后；最后一步在任务办结以后。")

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        hint(
            self,
            decides_at="村民会议或村民代表会议是第几步；没有通过的，在这一步登记。",
            effective_on="最早从明天起；已经开始的清单仍按原来的步骤。",
            source="文件或章程条款。",
        )


# 会议


def _people(person, row):
    bodies = [row.body] if row is not None else selectors.plannable(person)
    found = selectors.people_for(bodies, on=timezone.localdate())
    kept = [row.chair, row.clerk, row.contact] if row is not None else []
    known = {each.pk for each in found}
    found += [each for each in {each.pk: each for each in kept}.values() if each.pk not in known]
    return [(each, f"{each.name}（{each.organization.name}）") for each in found]


class MeetingForm(ServiceForm):
    chair = OneOf(rows=_people, label="主持人")
    clerk = OneOf(rows=_people, label="记录人")
    contact = OneOf(rows=_people, label="联系人")

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        hint(
            self,
            title="例如“第四季度联席会议”。",
            starts_at="例会须提前三个工作日发通知。",
            place_text="线上开会的可以只填会议号。",
            ad_hoc_reason="填写后作为临时会议，不受提前通知天数限制。",
            quarter="写成 2026Q4。",
        )


class PlanForm(MeetingForm):
    body = OneOf(rows=lambda person, row: named(selectors.plannable(person)), label="哪个组织的会议")


class AddItemForm(ActForm):
    kind = Choice(label="性质", choices=ItemKind.choices, initial=ItemKind.VOTE)
    motion = OneOf(
        rows=lambda person, row: titled(selectors.schedulable(row)),
        label="议题",
        required=False,
        help_text="表决事项须选一个已受理的议题。",
    )
    title = Text(label="题目", required=False, max_length=60, help_text="选了议题可以不填。")
    reporting_unit = OneOf(rows=lambda person, row: named(registers.units_at(row)), label="汇报单位", required=False)
    reporter = Text(label="汇报人", required=False, max_length=30)
    minutes_allotted = Number(label="时长（分钟）", min_value=1, max_value=480, initial=15)
    rule = OneOf(
        rows=lambda person, row: [(rule, str(rule)) for rule in registers.rules_in_force(on=timezone.localdate())],
        label="表决规则",
        required=False,
        help_text="表决事项不选就按联席会议规则。项目、分配按成员单位一个单位一票。",
    )


class PostponeForm(ReasonForm):
    starts_at = Moment(label="新的开会时间", help_text="延期后要重新发通知，回执重新开始。")
    field_order = ("starts_at", "reason")


class InviteForm(ActForm):
    person = Pick(
        Attendance._meta.get_field("person"), label="邀请谁列席", help_text="输入姓名或拼音首字母查找；代表其所在单位。"
    )


class ReplaceForm(ActForm):
    person = OneOf(
        rows=lambda person, row: named(selectors.substitutes(row, on=timezone.localdate())),
        label="新的代表",
        help_text="本单位的人，还不在参会名单里。",
    )
    order = Text(label="书面委托", max_length=120, help_text="文号或日期，例如：明月村委托书 2026-11-20。")


class SignInForm(ActForm):
    attendances = SomeOf(
        rows=lambda person, row: [
            (each, f"{each.person.name}（{each.unit.name}，{each.get_capacity_display()}）")
            for each in registers.not_here(row)
        ],
        label="已在签到表上签名的",
    )


class PositionForm(ActForm):
    position = Number(label="排在第几项", min_value=1, max_value=200)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["position"].initial = getattr(self.row, "position", None)


# 表决


class TallyForm(ActForm):
    yes = Number(label="赞成", min_value=0, max_value=9999)
    no = Number(label="反对", min_value=0, max_value=9999)
    abstain = Number(label="弃权", min_value=0, max_value=9999)


class SlipsForm(ActForm):
    issued = Number(label="发出票数", min_value=0, max_value=9999)
    returned = Number(label="收回票数", min_value=0, max_value=9999)
    yes = Number(label="赞成", min_value=0, max_value=9999)
    no = Number(label="反对", min_value=0, max_value=9999)
    abstain = Number(label="弃权", min_value=0, max_value=9999)
    blank = Number(label="空白票", min_value=0, max_value=9999)
    invalid = Number(label="无效票", min_value=0, max_value=9999)


class RuleForm(ServiceForm):
    """The next version of a known rule."""

    fields_of = {"quorum": "quorum_numerator", "threshold": "threshold_numerator"}
    code = Choice(label="哪一项规则")

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if "code" in self.fields:
            cast(forms.ChoiceField, self.fields["code"]).choices = [
                ("", "请选择"),
                *((rule.code, rule.name) for rule in registers.newest_versions()),
            ]
        hint(
            self,
            quorum_numerator="例如三分之二填 2；不要求到会比例可不填。",
            quorum_denominator="例如三分之二填 3。",
            threshold_numerator="例如过半数填 1，并选“须超过”。",
            threshold_denominator="例如过半数填 2。",
            effective_on="最早从明天起；已经开始的表决仍按原来的版本。",
            source="文件或章程条款。",
        )


# 决议、公示、异议、任务


class NoticeForm(ActForm):
    title = Text(label="公示标题", max_length=80)
    text = Words(
        label="公示内容", rows=8, max_length=4000, help_text="审核过的文字：不写姓名电话，不写还没公开的金额。"
    )
    from_on = Day(label="公示开始", required=False, help_text="不填就从今天开始。")

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if self.row is not None:
            self.fields["title"].initial = f"{self.row.title}公示"[:80]
            self.fields["text"].initial = self.row.text


class TaskForm(ActForm):
    title = Text(label="任务", max_length=80)
    due_on = Day(label="完成时限")
    owner = OneOf(
        rows=lambda person, row: named(selectors.task_owners(row, on=timezone.localdate())),
        label="牵头单位",
        required=False,
    )
    outside_body = Text(label="外部单位", required=False, max_length=60, help_text="牵头单位和外部单位只填一个。")


class AnswerForm(ActForm):
    upheld = forms.TypedChoiceField(
        label="异议是否成立",
        choices=[("no", "不成立"), ("yes", "成立，退回审议")],
        coerce=lambda value: value == "yes",
        widget=UnfoldAdminRadioSelectWidget,
    )
    answer = Words(
        label="答复", max_length=1000, help_text="写明理由，不要写出能认出提出人的内容。审核通过后才送给提出人。"
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        # What came back from the review begins with what was written before.
        if self.row is not None and self.row.proposal:
            self.fields["upheld"].initial = "yes" if self.row.proposal == Proposal.UPHOLD else "no"
            self.fields["answer"].initial = self.row.answer


class DraftMoment(forms.DateTimeField):
    """Shown as the draft that the page shows, also when the form comes back; what was sent is the one that was read."""

    widget = forms.HiddenInput

    def bound_data(self, data, initial):
        return initial


class ConfirmAnswerForm(ActForm):
    drafted_at = DraftMoment(label="起草时间")
    proposal = Text(label="拟处理", disabled=True, required=False)
    answer = Words(label="答复", disabled=True, required=False)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if self.row is not None and self.row.drafted_at is not None:
            self.fields["drafted_at"].initial = self.row.drafted_at.isoformat()
            self.fields["proposal"].initial = self.row.get_proposal_display()
            self.fields["answer"].initial = self.row.answer

    def clean(self):
        """The text is for reading; the service takes which draft it was."""
        super().clean()
        return {name: value for name, value in self.cleaned_data.items() if name == "drafted_at"}


class ReportForm(ActForm):
    progress = Words(label="完成情况和佐证", max_length=2000, help_text="做了什么、结果怎样、验收单在哪里。")


class ExtendForm(ActForm):
    due_on = Day(label="新的时限", help_text="原时限留在办理过程里。")
    reason = Reason(label="延期原因")
