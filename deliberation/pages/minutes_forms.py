"""Forms of the minutes."""

from typing import Any

from django import forms

from deliberation.pages.forms import DAY, SHORT
from kit.files import WARNING
from kit.pages import ReasonForm
from kit.steps import PickField

LONG = forms.Textarea(attrs={"rows": 12})


class NoteForm(forms.Form):
    """One item's note, and which revision the writer has read: it travels with the text, also in a draft."""

    text = forms.CharField(
        label="记录内容",
        max_length=8000,
        widget=LONG,
        help_text="汇报要点和讨论情况。发言、表决票数系统另外记着，不用抄。",
    )
    decision = forms.CharField(
        label="议定事项",
        max_length=2000,
        required=False,
        widget=SHORT,
        help_text="写进会议纪要：定了什么、谁负责、什么时候办完。",
    )
    revision = forms.IntegerField(min_value=0, max_value=32000, widget=forms.HiddenInput)


class EditionForm(forms.Form):
    """Confirming asks for nothing but which edition was read."""

    edition = forms.IntegerField(min_value=0, max_value=32000, widget=forms.HiddenInput)


class AmendForm(forms.Form):
    item = PickField(source="items", label="哪个议题")
    text = forms.CharField(
        label="修改意见",
        max_length=1000,
        widget=SHORT,
        help_text="写明哪一句要改、改成什么。记录人采纳，或者写明理由。",
    )


class CorrectionForm(forms.Form):
    item = PickField(source="items", label="哪个议题")
    text = forms.CharField(label="更正内容", max_length=2000, widget=SHORT, help_text="写明原来怎么写、应当是什么。")
    reason = forms.CharField(label="更正原因", max_length=300)


class CopyForm(forms.Form):
    signed_on = forms.DateField(label="签字日期", widget=DAY)
    file = forms.FileField(
        label="签字件", help_text=f"扫描的 PDF，或清楚的 JPG、PNG 照片；照片存为 JPG，校验值按存下来的文件算。{WARNING}"
    )


class ArchiveForm(ReasonForm):
    """The reason is asked for where something adopted has no resolution; the service says so."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reason = self.fields["reason"]
        reason.label, reason.required = "没有形成决议的原因", False
        reason.help_text = "表决通过的事项都已形成决议的，不用填写。"
