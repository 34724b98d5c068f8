"""Forms of 议事协调: at most seven fields a step, plain hints, choices that the person may really choose."""

from typing import Any

from django import forms

from deliberation.choices import ItemKind, MeetingForm, MotionClass, Reply, Scope, VoteChannel, VoteMethod
from kit.pages import ReasonForm
from kit.steps import PickField, PicksField

TEXT = forms.Textarea(attrs={"rows": 5})
SHORT = forms.Textarea(attrs={"rows": 3})
DAY = forms.DateInput(attrs={"type": "date"})
MOMENT = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class MotionWords(forms.Form):
    """What a motion says."""

    title = forms.CharField(label="议题", max_length=60, help_text="一句话说清，例如“关于共建冷链库的议题”。")
    classification = forms.ChoiceField(
        label="类别", choices=MotionClass.choices, initial=MotionClass.ROUTINE, help_text="三重一大须集体表决。"
    )
    text = forms.CharField(
        label="内容", max_length=4000, widget=TEXT, help_text="为什么提、想怎么办、需要谁配合、要多少钱。"
    )
    consultation_note = forms.CharField(
        label="个别酝酿情况",
        required=False,
        max_length=1000,
        widget=SHORT,
        help_text="三重一大须填写：和谁商量过、有什么意见。",
    )


class NewMotion(MotionWords):
    """提议题. ``membership`` is offered from the person's own posts."""

    membership = forms.ChoiceField(label="单位和联村党组织", help_text="以哪个单位的名义、提到哪里。")
    field_order = ("membership", "title", "classification", "text", "consultation_note")

    def __init__(self, *args: Any, memberships: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["membership"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = memberships
        # The first body of the only unit: the joint organization, before the area committee above it.
        if len({place.split(":")[0] for place, _ in memberships}) == 1:
            field.initial = memberships[0][0]
        if len(memberships) == 1:
            field.widget = forms.HiddenInput()


class SecondForm(forms.Form):
    unit = PickField(source="can_second", label="联名单位")


class MergeForm(ReasonForm):
    into = PickField(source="mergeable", label="并入哪个议题", help_text="两个议题都继续看得到。")
    field_order = ("into", "reason")


class ResolutionForm(forms.Form):
    title = forms.CharField(label="决议标题", max_length=80)
    text = forms.CharField(
        label="决议事项", max_length=4000, widget=TEXT, help_text="做什么、谁来做、什么时候做完、谁来监督。"
    )
    scope = forms.ChoiceField(
        label="公开范围",
        choices=Scope.choices,
        widget=forms.RadioSelect,
        help_text="请示报告和干部任免建议不向社会公开。",
    )

    villages = PicksField(
        source="villages",
        label="涉及哪些村的资产、资金或者土地",
        required=False,
        help_text="选了的村要走四议两公开，村级决议齐备后才能公示、生效；不涉及的不用选。",
    )
    replaces = PickField(
        source="replaceable",
        label="变更或终止哪项决议",
        required=False,
        help_text="本决议生效时，原决议同时终止；没有的不用选。",
    )


class MarkForm(forms.Form):
    """The next step of 四议两公开; which one that is stands on the page that was opened."""

    position = forms.IntegerField(widget=forms.HiddenInput)
    done_on = forms.DateField(label="办理日期", widget=DAY, help_text="会议召开或者公开的那一天，可以早于联村决议。")
    evidence = forms.CharField(
        label="决议文号或佐证",
        max_length=300,
        widget=SHORT,
        help_text="例如“龙门村决〔2026〕3号，应到42人、实到38人”。",
    )


class CorrectForm(ReasonForm):
    position = PickField(source="entered", label="更正哪一步")
    done_on = forms.DateField(label="办理日期", widget=DAY)
    evidence = forms.CharField(label="决议文号或佐证", max_length=300, widget=SHORT)
    field_order = ("position", "done_on", "evidence", "reason")


class RefuseForm(ReasonForm):
    decided_on = forms.DateField(label="会议日期", widget=DAY)
    field_order = ("decided_on", "reason")


class PlanForm(forms.Form):
    """筹备会议, first step: where and when. The people are asked next."""

    body = PickField(source="bodies", label="哪个组织的会议")
    form = forms.ChoiceField(label="形式", choices=MeetingForm.choices, initial=MeetingForm.JOINT_CONFERENCE)
    title = forms.CharField(label="会议名称", max_length=80, help_text="例如“第四季度联席会议”。")
    starts_at = forms.DateTimeField(label="开会时间", widget=MOMENT, help_text="例会须提前三个工作日发通知。")
    place_text = forms.CharField(label="地点", max_length=100, required=False, help_text="线上开会的可以只填会议号。")
    chair = PickField(source="people", label="主持人")
    clerk = PickField(source="people", label="记录人", help_text="同时作为会议联系人，可以在筹备时改。")


class ChangeMeetingForm(forms.Form):
    title = forms.CharField(label="会议名称", max_length=80)
    starts_at = forms.DateTimeField(label="开会时间", widget=MOMENT)
    place_text = forms.CharField(label="地点", max_length=100, required=False)
    online_number = forms.CharField(label="线上会议号", max_length=60, required=False)
    requirements = forms.CharField(label="要求", max_length=500, required=False, widget=SHORT)
    ad_hoc_reason = forms.CharField(
        label="临时召开原因", max_length=300, required=False, help_text="填写后作为临时会议，不受提前通知天数限制。"
    )
    contact = PickField(source="people", label="联系人")


class AddItemForm(forms.Form):
    kind = forms.ChoiceField(label="性质", choices=ItemKind.choices, initial=ItemKind.VOTE)
    motion = PickField(source="schedulable", label="议题", required=False, help_text="表决事项须选一个已受理的议题。")
    title = forms.CharField(label="题目", max_length=60, required=False, help_text="选了议题可以不填。")
    reporter = forms.CharField(label="汇报人", max_length=30, required=False)
    minutes_allotted = forms.IntegerField(label="时长（分钟）", min_value=1, max_value=480, initial=15)


class InviteForm(forms.Form):
    person = PickField(source="invitable", label="列席人员", help_text="列席人员可以发言，不参加表决。")


class PositionForm(forms.Form):
    position = forms.IntegerField(label="排在第几项", min_value=1, max_value=200)


class PostponeForm(ReasonForm):
    starts_at = forms.DateTimeField(label="新的开会时间", widget=MOMENT, help_text="延期后要重新发通知。")


class ReplyForm(forms.Form):
    reply = forms.ChoiceField(
        label="能否出席", choices=[c for c in Reply.choices if c[0] != Reply.NONE], widget=forms.RadioSelect
    )
    leave_reason = forms.CharField(label="请假原因", max_length=200, required=False, help_text="请假的须填写。")


class CodeForm(forms.Form):
    code = forms.CharField(
        label="签到码",
        max_length=16,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text="会场出示的八位数字。",
    )


class OutcomeForm(forms.Form):
    outcome = forms.CharField(
        label="结果", max_length=500, widget=SHORT, help_text="一两句话，例如“已通报，无不同意见”。"
    )


class RecuseForm(ReasonForm):
    unit = PickField(source="voting_units", label="回避单位")
    field_order = ("unit", "reason")


class StatementForm(forms.Form):
    attendance = PickField(source="here", label="发言人")
    text = forms.CharField(label="发言内容", max_length=2000, widget=TEXT, help_text="只有参会人和记录人看得到。")


class ReplaceForm(forms.Form):
    person = PickField(source="substitutes", label="新的代表", help_text="本单位的人，还不在参会名单里。")
    order = forms.CharField(label="书面委托", max_length=120, help_text="文号或日期，例如：明月村委托书 2026-11-20。")


class OpenPollForm(forms.Form):
    method = forms.ChoiceField(
        label="表决方式", choices=VoteMethod.choices, initial=VoteMethod.RECORDED, widget=forms.RadioSelect
    )
    channel = forms.ChoiceField(
        label="渠道",
        choices=[("", "按方式定：记名在线上，其余在现场"), *VoteChannel.choices],
        required=False,
        help_text="只有记名投票可以选。线上和现场：自己在手机上签到的在线上投，由记录人登记签到的投纸质票。",
    )
    teller_a = PickField(
        source="tellers", label="计票人甲", required=False, help_text="在现场清点的表决须有两名计票人，提出人不能计票。"
    )
    teller_b = PickField(source="tellers", label="计票人乙", required=False)


class TallyForm(forms.Form):
    yes = forms.IntegerField(label="赞成", min_value=0, max_value=9999)
    no = forms.IntegerField(label="反对", min_value=0, max_value=9999)
    abstain = forms.IntegerField(label="弃权", min_value=0, max_value=9999)


class SlipsForm(forms.Form):
    """In the order in which slips are counted: handed out, collected, then sorted."""

    issued = forms.IntegerField(label="发出票数", min_value=0, max_value=9999)
    returned = forms.IntegerField(label="收回票数", min_value=0, max_value=9999)
    yes = forms.IntegerField(label="赞成", min_value=0, max_value=9999)
    no = forms.IntegerField(label="反对", min_value=0, max_value=9999)
    abstain = forms.IntegerField(label="弃权", min_value=0, max_value=9999)
    blank = forms.IntegerField(label="空白票", min_value=0, max_value=9999, help_text="收回了但什么也没有填。")
    invalid = forms.IntegerField(
        label="无效票", min_value=0, max_value=9999, help_text="填了不止一项、看不清，或者写了名字的无记名票。"
    )


class KeyForm(forms.Form):
    public_key = forms.CharField(max_length=64, widget=forms.HiddenInput)


class SealedForm(forms.Form):
    sealed_ballot = forms.CharField(max_length=200, widget=forms.HiddenInput)


class UnsealForm(forms.Form):
    private_key = forms.CharField(
        label="密钥",
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "latin"}),
        help_text="生成密钥的那台设备会自动填好；换了设备，照打印的备份输入。",
    )


class NoticeForm(forms.Form):
    title = forms.CharField(label="公示标题", max_length=80)
    text = forms.CharField(
        label="公示内容", max_length=4000, widget=TEXT, help_text="审核过的文字：不写姓名电话，不写还没公开的金额。"
    )
    from_on = forms.DateField(label="公示开始", required=False, widget=DAY, help_text="不填就从今天开始。")


class ObjectForm(forms.Form):
    text = forms.CharField(label="异议", max_length=1000, widget=TEXT, help_text="写事不写人，不用留姓名。")


class AnswerForm(forms.Form):
    upheld = forms.TypedChoiceField(
        label="异议是否成立",
        choices=[("no", "不成立"), ("yes", "成立，退回审议")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(
        label="答复",
        max_length=1000,
        widget=TEXT,
        help_text="写明理由，不要写出能认出提出人的内容。审核通过后才送给提出人。",
    )


class ConfirmAnswerForm(forms.Form):
    drafted_at = forms.DateTimeField(label="起草时间", widget=forms.HiddenInput)


class TaskForm(forms.Form):
    title = forms.CharField(label="任务", max_length=80)
    due_on = forms.DateField(label="完成时限", widget=DAY)
    owner = PickField(source="owners", label="牵头单位", required=False)
    outside_body = forms.CharField(
        label="外部单位", max_length=60, required=False, help_text="牵头单位和外部单位只填一个。"
    )


class ReportForm(forms.Form):
    progress = forms.CharField(
        label="完成情况和佐证", max_length=2000, widget=TEXT, help_text="做了什么、结果怎样、验收单在哪里。"
    )


class ExtendForm(ReasonForm):
    due_on = forms.DateField(label="新的时限", widget=DAY)
    field_order = ("due_on", "reason")
