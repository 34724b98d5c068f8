"""Forms of the admin. Each ends in one service call; a refusal stands at its field and nothing is half-saved."""

from typing import TYPE_CHECKING, Any, ClassVar, cast

from django import forms
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.db import models
from django.http import HttpRequest
from unfold.widgets import UnfoldAdminSingleDateWidget, UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from kit.admin.site import site
from kit.errors import DomainError

if TYPE_CHECKING:
    from kit.admin.governed import GovernedAdmin


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

    The instance is never filled from the form, so a row in hand cannot be saved past the service.
    """

    screen: "GovernedAdmin"
    request: HttpRequest
    # Where a keyword of the service has another name on the form.
    fields_of: ClassVar[dict[str, str]] = {}

    def _post_clean(self) -> None:
        if self.errors:
            return
        try:
            self.instance = self.screen.carry_out(self.request, self)
        except DomainError as refusal:
            show_refusal(self, refusal)

    def save(self, commit: bool = True) -> models.Model:
        return self.instance

    def save_m2m(self) -> None:
        """Nothing is left to save: the service wrote everything."""


class Pick(forms.ModelChoiceField):
    """One row that the person may pick. ``like``: the foreign key whose rule of picking applies."""

    def __init__(self, like: Any, **kwargs) -> None:
        self.like = like
        super().__init__(queryset=None, widget=AutocompleteSelect(like, site), **kwargs)


class PickMany(forms.ModelMultipleChoiceField):
    """Several rows that the person may pick."""

    def __init__(self, like: Any, **kwargs) -> None:
        self.like = like
        super().__init__(queryset=None, widget=AutocompleteSelectMultiple(like, site), **kwargs)


def bind_pickers(form: forms.BaseForm, request: HttpRequest) -> None:
    """Give every picker the rows it may take: those it would offer. A foreign id posted by hand is none of them."""
    for field in form.fields.values():
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


class Reason(forms.CharField):
    """A reason that goes on the record. Required, at most 500 characters."""

    widget = UnfoldAdminTextareaWidget

    def __init__(self, *, label: str = "原因", **kwargs) -> None:
        super().__init__(label=label, max_length=500, **kwargs)
        self.widget.attrs["rows"] = 3


class Day(forms.DateField):
    widget = UnfoldAdminSingleDateWidget


class ActForm(forms.Form):
    """What a move asks for before it happens; the cleaned values are the keyword arguments of its service."""

    def __init__(self, *args, request: HttpRequest, row: models.Model | None = None, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        self.row = row
        bind_pickers(self, request)


class ReasonForm(ActForm):
    reason = Reason()
