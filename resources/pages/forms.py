"""Forms of demands: at most seven fields a step, plain hints, choices that the person may really choose."""

from typing import Any

from django import forms

from kit.steps import PickField
from resources.choices import Category, DemandKind, LayerLevel

# The lights that a demand can have, in the order of urgency.
LIGHTS = [("red", "■ 红"), ("yellow", "▲ 黄"), ("green", "● 绿"), ("blue", "◆ 蓝"), ("grey", "○ 灰")]
TEXT = forms.Textarea(attrs={"rows": 5})


class RegisterForm(forms.Form):
    """What the register is asked for; everything may be left out."""

    q = forms.CharField(label="找什么", required=False, max_length=40, widget=forms.TextInput(attrs={"type": "search"}))
    category = forms.ChoiceField(label="类别", required=False, choices=[("", "全部类别"), *Category.choices])
    light = forms.ChoiceField(label="灯", required=False, choices=[("", "全部"), *LIGHTS])

    def clean(self) -> dict[str, Any]:
        """Nothing for what was left out or is not offered."""
        return {name: self.cleaned_data.get(name, "") for name in self.fields}


class DemandForm(forms.Form):
    """报需求. ``unit`` and ``body`` are offered from the person's own posts."""

    membership = forms.ChoiceField(label="单位和联村党组织", help_text="这项需求报给哪个联村党组织。")
    kind = forms.ChoiceField(
        label="来源", choices=DemandKind.choices, initial=DemandKind.UNIT, widget=forms.RadioSelect
    )
    category = forms.ChoiceField(label="类别", choices=[("", "请选择"), *Category.choices])
    title = forms.CharField(label="需要什么", max_length=60, help_text="一句话说清，例如“烘干房漏雨需要修缮”。")
    text = forms.CharField(
        label="具体情况", max_length=2000, widget=TEXT, help_text="写事不写人。群众诉求不写姓名、电话。"
    )
    quantity = forms.IntegerField(label="数量", required=False, min_value=1, max_value=100_000_000)
    quantity_unit = forms.CharField(label="数量单位", required=False, max_length=10, help_text="例如：亩、台、座。")
    needed_by_on = forms.DateField(
        label="希望办到", required=False, widget=forms.DateInput(attrs={"type": "date"}), help_text="没有期限可不填。"
    )

    def __init__(self, *args: Any, memberships: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["membership"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = memberships
        if len(memberships) == 1:
            field.initial = memberships[0][0]
            field.widget = forms.HiddenInput()


class ChangeForm(DemandForm):
    """The words of a draft or a returned demand; where it goes stays."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, memberships=[], **kwargs)
        del self.fields["membership"], self.fields["kind"]


class WayForwardForm(forms.Form):
    way_forward = forms.CharField(
        label="怎么办的意见",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="填报单位会看到，例如“建议提请联席会议”或“可与龙门村商量借用”。",
    )


class SettlementForm(forms.Form):
    partner = PickField(source="partners", label="对方单位")
    terms = forms.CharField(
        label="商定内容", max_length=1000, widget=TEXT, help_text="谁给谁什么、到什么时候、归谁所有不变。"
    )


class LayerForm(forms.Form):
    level = forms.ChoiceField(label="层级", choices=LayerLevel.choices)
    category = forms.ChoiceField(label="类别", choices=Category.choices)
    text = forms.CharField(label="加注内容", max_length=2000, widget=TEXT, help_text="写在原话旁边，不改原话。")
    quantity = forms.IntegerField(label="数量", required=False, min_value=1, max_value=100_000_000)
    quantity_unit = forms.CharField(label="数量单位", required=False, max_length=10)
