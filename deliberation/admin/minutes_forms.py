"""What the acts of the minutes ask for in the admin."""

from django import forms as django_forms

from deliberation import selectors
from deliberation.models import AgendaItem
from kit.admin import ActForm, Day, OneOf, Reason, Text, Words
from kit.files import WARNING


class SeenNumber(django_forms.IntegerField):
    """Which revision or edition the page shows, also when the form comes back; what was sent is what was read."""

    widget = django_forms.HiddenInput

    def bound_data(self, data, initial):
        return initial


def _items(person, row):
    return [(item, item.title) for item in selectors.items_of(row)]


class EditionForm(ActForm):
    edition = SeenNumber()

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["edition"].initial = getattr(self.row, "edition", 0)


class AmendForm(ActForm):
    item = OneOf(rows=_items, label="哪个议题")
    text = Words(label="修改意见", max_length=1000, rows=3, help_text="写明哪一句要改、改成什么。")


class CorrectionForm(ActForm):
    item = OneOf(rows=_items, label="哪个议题")
    text = Words(label="更正内容", max_length=2000, rows=3, help_text="写明原来怎么写、应当是什么；原记录不变。")
    reason = Text(label="更正原因", max_length=300)


class CopyForm(ActForm):
    signed_on = Day(label="签字日期")
    file = django_forms.FileField(label="签字件", help_text=f"PDF，或 JPG、PNG 照片。{WARNING}")


class ArchiveForm(ActForm):
    reason = Reason(label="没有形成决议的原因", required=False, help_text="表决通过的事项都已形成决议的，不用填写。")


class NoteForm(ActForm):
    """One note over the revision that stands on the page; after a stale save the newer one stands beneath the field."""

    text = Words(label="记录内容", max_length=8000, rows=12, help_text="汇报要点和讨论情况。")
    decision = Words(label="议定事项", max_length=2000, rows=3, required=False, help_text="写进会议纪要。")
    revision = SeenNumber()

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.newest = selectors.newest_note(self.item) if self.row is not None else None
        if self.newest is not None:
            self.fields["text"].initial = self.newest.text
            self.fields["decision"].initial = self.newest.decision
        self.fields["revision"].initial = self.newest.revision if self.newest else 0

    @property
    def item(self) -> AgendaItem:
        return self.row

    def add_error(self, field, error) -> None:
        super().add_error(field, error)
        seen = self.cleaned_data.get("revision") if hasattr(self, "cleaned_data") else None
        if field == "text" and self.newest is not None and seen not in (None, self.newest.revision):
            super().add_error("text", f"系统里现在是：{self.newest.text}")


class TakeInForm(NoteForm):
    @property
    def item(self) -> AgendaItem:
        return self.row.item
