"""Forms of the admin. Each ends in one service call; a refusal stands at its field and nothing is half-saved."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar, cast

from django import forms
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.db import models
from django.http import HttpRequest
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminSingleDateWidget,
    UnfoldAdminSplitDateTimeWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from kit.admin.site import site
from kit.calendar import long_date, long_moment
from kit.errors import DomainError, StaleVersion
from kit.versions import version_of

if TYPE_CHECKING:
    from kit.admin.governed import GovernedAdmin


# Travels with every change form: the version of what it was filled with.
SEEN = "_seen"


def field_text(value: Any) -> str:
    """A value as people read it."""
    if isinstance(value, datetime):
        return long_moment(value)
    return long_date(value, weekday=False) if isinstance(value, date) else str(value)


def show_refusal(form: forms.BaseForm, refusal: DomainError) -> None:
    """Put the sentences of a refusal where they belong: at the form's own fields, the rest above the form."""
    shown = False
    for name, sentences in refusal.errors.items():
        field = getattr(form, "fields_of", {}).get(name, name)
        if field in form.fields:
            form.add_error(field, sentences)
            shown = True
    if not shown:
        form.add_error(None, refusal.message)


class ServiceForm(forms.ModelForm):
    """The add or change form of a screen. Where Django would write the row, it calls the service as its last check.

    The instance is never filled from the form, so a row in hand cannot be saved past the service. ``seen`` is the
    version of the values that the form was filled with; it travels with the page and comes back on saving.
    """

    screen: "GovernedAdmin"
    request: HttpRequest
    # Where a keyword of the service has another name on the form.
    fields_of: ClassVar[dict[str, str]] = {}

    def _post_clean(self) -> None:
        if self.errors:
            return
        try:
            if not self.instance._state.adding:
                self._refuse_unseen()
            self.instance = self.screen.carry_out(self.request, self)
        except StaleVersion as refusal:
            self.add_error(None, refusal.message)
            for name in self.changed_data:
                self.add_error(name, f"系统里现在是：{self._in_words(name)}")
        except DomainError as refusal:
            show_refusal(self, refusal)

    def _refuse_unseen(self) -> None:
        """Nothing is overwritten that the person has not seen. Raises StaleVersion; the row stays locked."""
        row = self.screen.under_lock(self.request, self.instance)
        if type(self)(instance=row).seen != self.request.POST.get(SEEN, ""):
            raise StaleVersion("这份内容刚被别人改过，没有保存。您填的还在；看过系统里现在的内容，再按一次保存。")

    def _in_words(self, name: str) -> str:
        field, value = self.fields[name], self.stored[name]
        if value in (None, "", []):
            return "（空）"
        if isinstance(value, bool):
            return "是" if value else "否"
        if isinstance(field, forms.ModelChoiceField):
            chosen = field.queryset.filter(pk=value).first() if field.queryset is not None else None
            return field.label_from_instance(chosen) if chosen else "（不在您的管理范围内）"
        labels = {str(key): str(label) for key, label in getattr(field, "choices", ())}
        values = value if isinstance(value, list) else [value]
        return "、".join(labels.get(str(each), field_text(each)) for each in values)

    @property
    def stored(self) -> dict[str, Any]:
        """The values in the database that saving this form would overwrite, by field."""
        return {name: self.get_initial_for_field(field, name) for name, field in self.fields.items()}

    @property
    def seen(self) -> str:
        return version_of({name: str(value) for name, value in self.stored.items()})

    def save(self, commit: bool = True) -> models.Model:
        return self.instance

    def save_m2m(self) -> None:
        """Nothing is left to save: the service wrote everything."""


class _Named:
    """Django's picker with a word in it and its label told to screen readers."""

    def build_attrs(self, base_attrs: dict[str, Any], extra_attrs: dict[str, Any] | None = None) -> dict[str, Any]:
        attrs: dict[str, Any] = super().build_attrs(base_attrs, extra_attrs)  # type: ignore[misc]  # of the widget
        return attrs | {"data-placeholder": "输入名称或拼音首字母查找"}

    @property
    def media(self) -> forms.Media:
        return super().media + forms.Media(js=["js/pickers.js"])  # type: ignore[misc]  # of the widget


class Picker(_Named, AutocompleteSelect):
    """One row, looked up while typing."""


class ManyPicker(_Named, AutocompleteSelectMultiple):
    """Several rows, looked up while typing."""


class Pick(forms.ModelChoiceField):
    """One row that the person may pick. ``like``: the foreign key whose rule of picking applies."""

    def __init__(self, like: Any, **kwargs) -> None:
        self.like = like
        super().__init__(queryset=None, widget=Picker(like, site), **kwargs)


class PickMany(forms.ModelMultipleChoiceField):
    """Several rows that the person may pick."""

    def __init__(self, like: Any, **kwargs) -> None:
        self.like = like
        super().__init__(queryset=None, widget=ManyPicker(like, site), **kwargs)


Offered = Callable[[Any, Any], Sequence[tuple[Any, str]]]


class OneOf(forms.ChoiceField):
    """One of a few rows, as a drop-down. ``rows``: (person, row on the page) → (row, words) of what may be chosen."""

    widget = UnfoldAdminSelectWidget

    def __init__(self, *, rows: Offered, **kwargs) -> None:
        super().__init__(**kwargs)
        self.rows = rows
        self.offered: dict[str, Any] = {}

    def offer(self, person: Any, row: Any) -> None:
        found = self.rows(person, row)
        self.offered = {str(each.pk): each for each, _ in found}
        self.choices = [("", "请选择"), *((str(each.pk), words) for each, words in found)]

    def clean(self, value: Any) -> Any:
        return self.offered.get(super().clean(value))


class SomeOf(forms.MultipleChoiceField):
    """Any of a few rows, to be ticked; otherwise like ``OneOf``."""

    widget = UnfoldAdminCheckboxSelectMultipleWidget

    def __init__(self, *, rows: Offered, **kwargs) -> None:
        super().__init__(**kwargs)
        self.rows = rows
        self.offered: dict[str, Any] = {}

    def offer(self, person: Any, row: Any) -> None:
        found = self.rows(person, row)
        self.offered = {str(each.pk): each for each, _ in found}
        self.choices = [(str(each.pk), words) for each, words in found]

    def clean(self, value: Any) -> list[Any]:
        return [self.offered[key] for key in super().clean(value)]


def bind_pickers(form: forms.BaseForm, request: HttpRequest, row: models.Model | None = None) -> None:
    """Give every picker the rows it may take: those it would offer. A foreign id posted by hand is none of them."""
    for field in form.fields.values():
        if isinstance(field, OneOf | SomeOf):
            field.offer(request.user, row)
        if isinstance(field, Pick | PickMany):
            screen: Any = site.get_model_admin(field.like.related_model)
            field.queryset = screen.pick_from(request, field.like)
            field.label_from_instance = screen.pick_label  # type: ignore[method-assign]  # Django's own advice


def keep_present(form: forms.BaseForm, row: models.Model) -> None:
    """A row out of reach that is already chosen stays choosable, or saving the form would quietly clear it."""
    for name, field in form.fields.items():
        rows = getattr(field, "queryset", None)
        if rows is not None and (pk := form.initial.get(name)) is not None:
            # Not asked of a selector: the row on the page already names this one.
            cast(forms.ModelChoiceField, field).queryset = rows | models.QuerySet(rows.model).filter(pk=pk)


class Text(forms.CharField):
    widget = UnfoldAdminTextInputWidget


class Words(forms.CharField):
    """Several lines of text."""

    widget = UnfoldAdminTextareaWidget

    def __init__(self, *, rows: int = 5, **kwargs) -> None:
        super().__init__(**kwargs)
        self.widget.attrs["rows"] = rows


class Number(forms.IntegerField):
    widget = UnfoldAdminIntegerFieldWidget


class Choice(forms.ChoiceField):
    """One of a closed list."""

    widget = UnfoldAdminSelectWidget


class Reason(forms.CharField):
    """A reason that goes on the record. Required, at most 500 characters."""

    widget = UnfoldAdminTextareaWidget

    def __init__(self, *, label: str = "原因", **kwargs) -> None:
        super().__init__(label=label, max_length=500, **kwargs)
        self.widget.attrs["rows"] = 3


class Day(forms.DateField):
    widget = UnfoldAdminSingleDateWidget


class Moment(forms.SplitDateTimeField):
    """A day and a time, in Asia/Shanghai."""

    widget = UnfoldAdminSplitDateTimeWidget


class _ManyFilesInput(forms.FileInput):
    """The browser's own: it says how many files were chosen, which Unfold's picture of one does not."""

    allow_multiple_selected = True


class Files(forms.FileField):
    """One or more files; comes back as a list. ``largest``: bytes of all of them together."""

    widget = _ManyFilesInput

    def __init__(self, *, largest: int, refusal: str, **kwargs) -> None:
        super().__init__(widget=_ManyFilesInput(attrs={"multiple": True, "class": "lc-files"}), **kwargs)
        self.largest = largest
        self.refusal = refusal

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, list | tuple) else [data]
        files = [super(Files, self).clean(each, initial) for each in given or [None]]
        if sum(each.size for each in files) > self.largest:
            raise forms.ValidationError(self.refusal)
        return files


class ActForm(forms.Form):
    """What a move asks for before it happens; the cleaned values are the keyword arguments of its service."""

    def __init__(self, *args, request: HttpRequest, row: Any = None, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        self.row = row
        bind_pickers(self, request, row)


class ReasonForm(ActForm):
    reason = Reason()
