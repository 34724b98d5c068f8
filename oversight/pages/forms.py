"""Forms of 运行保障."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from django import forms

from kit.pages import ReasonForm
from oversight.choices import ComplaintCategory

TEXT = forms.Textarea(attrs={"rows": 5})
ABOUT_A_PERSON = "person"
HOTLINE = "反映党员、干部个人违纪违法问题，请拨打 12388。这里不收，您写的也没有保存。"


class ComplaintForm(forms.Form):
    """What is it about, whom does it concern, what happened. Clues about persons are not taken (F-72)."""

    about = forms.ChoiceField(
        label="反映什么",
        choices=[("work", "工作和办事上的问题，或者建议"), (ABOUT_A_PERSON, "党员、干部个人的违纪违法问题")],
        initial="work",
        widget=forms.RadioSelect,
    )
    organization = forms.ChoiceField(label="哪个单位", help_text="镇党委、联村党组织或者村。")
    category = forms.ChoiceField(label="哪一类", choices=[("", "请选择"), *ComplaintCategory.choices])
    text = forms.CharField(
        label="内容",
        max_length=1000,
        widget=TEXT,
        help_text="什么事、什么时候、希望怎么办。写事不写人，不留姓名电话。",
    )

    def __init__(self, data: Any = None, *args: Any, organizations: Sequence[Any], **kwargs: Any) -> None:
        if data is not None and data.get("about") == ABOUT_A_PERSON:
            # Not even sent back to be shown: nothing of it stays.
            data = data.copy()
            data["text"] = ""
        super().__init__(data, *args, **kwargs)
        field = self.fields["organization"]
        assert isinstance(field, forms.ChoiceField)
        kinds = groupby(organizations, key=lambda each: each.get_kind_display())
        groups = [(label, [(str(each.pk), each.name) for each in rows]) for label, rows in kinds]
        field.choices = [("", "请选择"), *groups]

    def clean_about(self) -> str:
        about = str(self.cleaned_data["about"])
        if about == ABOUT_A_PERSON:
            raise forms.ValidationError(HOTLINE)
        return about

    def clean(self) -> None:
        # Whoever is sent elsewhere is not asked for the rest.
        if HOTLINE in self.errors.get("about", ()):
            for name in ("organization", "category", "text"):
                self.errors.pop(name, None)


class AnswerForm(forms.Form):
    answer = forms.CharField(
        label="答复", max_length=1000, widget=TEXT, help_text="凭查询码的人看得到。不要写出能认出提出人的内容。"
    )


class PassOnForm(ReasonForm):
    to = forms.CharField(label="转给哪个单位", max_length=60, help_text="例如：区水利局、三江镇纪委。")
    field_order = ("to", "reason")
