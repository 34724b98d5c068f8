"""The steps of a lifecycle as one declared table and one page: word, question, form, service, who has it next."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms

from kit.components import Action, Confirmation
from kit.errors import Hidden
from kit.pages import ActionPage, Done, FormPage


@dataclass(frozen=True)
class Step:
    """One verb on one row. ``done`` begins the answer, ``next`` says who has it now."""

    label: str
    run: Callable[..., Any]
    form: type[forms.Form] = forms.Form
    question: str = ""
    danger: bool = False
    done: str = ""
    next: str = ""


class PickField(forms.ChoiceField):
    """A choice among rows in reach; the page offers them under ``source``."""

    def __init__(self, *, source: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.source = source


class PicksField(forms.MultipleChoiceField):
    """Any number of rows in reach, to be ticked; the page offers them under ``source``."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, *, source: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.source = source


class Picks(FormPage):
    """A form page whose PickFields are filled from ``offered(source)`` and come back as rows, never as foreign ids."""

    def offered(self, source: str) -> Sequence[tuple[Any, str]]:
        """(row, words) of everything that may be chosen."""
        raise NotImplementedError

    def form(self, data: Any = None, files: Any = None, **kwargs: Any) -> forms.Form:
        form = super().form(data, files, **kwargs)
        self._rows: dict[str, dict[str, Any]] = {}
        for name, field in form.fields.items():
            if isinstance(field, PickField | PicksField):
                offered = self.offered(field.source)
                self._rows[name] = {str(row.pk): row for row, _ in offered}
                none = [("", "请选择")] if isinstance(field, PickField) else []
                field.choices = [*none, *((str(row.pk), words) for row, words in offered)]
        return form

    def values(self, form: forms.Form) -> dict[str, Any]:
        """The cleaned data with rows in place of their ids."""
        values = dict(form.cleaned_data)
        for name, rows in self._rows.items():
            chosen = values[name]
            values[name] = [rows[key] for key in chosen] if isinstance(chosen, list) else rows.get(chosen)
        return values


class StepPage(Picks, ActionPage):
    """Any one step of a row as a plain page; the service decides whether it may be taken."""

    steps: Mapping[str, Step] = {}
    argument = ""

    @property
    def row(self) -> Any:
        """The row in reach. Raises Hidden (404)."""
        raise NotImplementedError

    @property
    def subject_title(self) -> str:
        return str(self.row.title)

    @property
    def step(self) -> Step:
        try:
            return self.steps[self.kwargs["step"]]
        except KeyError:
            raise Hidden from None

    @property
    def now_with(self) -> str:
        """Who has it after this step."""
        return self.step.next

    @property
    def button(self) -> str:  # type: ignore[override]
        return self.step.label

    @property
    def form_class(self) -> type[forms.Form]:  # type: ignore[override]
        return self.step.form

    def context(self) -> dict[str, Any]:
        return {
            "title": f"{self.step.label}：{self.subject_title}",
            "question": self.step.question,
            "danger": self.step.danger,
            "back": self.back(),
        }

    def after(self, result: Any) -> str:
        """Where the answer is shown."""
        return self.back()

    def act(self, form: forms.Form) -> Done:
        row = self.row
        result = self.step.run(**{self.argument: row}, actor=self.request.user, now=self.now, **self.values(form))
        return Done(
            self.after(result),
            Confirmation(f"{self.step.done or self.step.label}：{self.subject_title}", now_with=self.now_with),
        )


def buttons(names: Sequence[str], labels: Mapping[str, str], link: Callable[[str], str]) -> list[Action]:
    """The offered steps as buttons, the first one primary."""
    return [Action(labels[name], link(name), primary=number == 0) for number, name in enumerate(names)]
