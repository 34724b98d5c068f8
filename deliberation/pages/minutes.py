"""会议记录: written item by item, read and confirmed by those who were there, confirmed by the chair, filed."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import reverse

from deliberation import selectors
from deliberation.pages import minutes_forms as own
from deliberation.pages.base import InDeliberation
from deliberation.services import amendments, minutes
from kit.calendar import long_date
from kit.components import Action, Confirmation, Crumb
from kit.errors import DomainError, Hidden
from kit.pages import Done, FormPage, ReasonForm
from kit.steps import Step, StepPage

STEPS: dict[str, Step] = {
    "send": Step(
        "送与会人员确认",
        minutes.send_minutes,
        question="到会的人会收到通知，在确认期内确认或提修改意见。送出以后，改动都要经过修改意见或收回。",
        done="会议记录已送确认",
        next="与会人员",
    ),
    "recall": Step(
        "收回修改",
        minutes.recall_minutes,
        ReasonForm,
        "收回后可以改，改好重新送；已经确认的人要重新确认。",
        done="会议记录已收回",
        next="记录人",
    ),
    "agree": Step(
        "确认无误",
        amendments.agree,
        own.EditionForm,
        "您看过的这一稿与会上情况一致，再确认。",
        done="您已确认会议记录",
        next="主持人在期满或都确认以后确认",
    ),
    "amend": Step(
        "提修改意见", amendments.ask_amendment, own.AmendForm, done="修改意见已提交", next="记录人采纳或答复"
    ),
    "confirm": Step(
        "确认会议记录",
        minutes.confirm_minutes,
        own.EditionForm,
        "确认以后不能再改，有错只能更正；会议纪要同时编号。",
        done="会议记录已确认",
        next="记录人归档",
    ),
    "correct": Step(
        "更正",
        minutes.correct_minutes,
        own.CorrectionForm,
        "更正写在原记录下面，原记录不变，与会人员会收到通知。",
        done="已登记更正",
    ),
    "copy": Step(
        "登记签字件", minutes.register_signed_copy, own.CopyForm, "只给看得到会议记录的人下载。", done="签字件已登记"
    ),
    "archive": Step(
        "归档",
        minutes.archive_meeting,
        own.ArchiveForm,
        "表决通过的事项须已形成决议，或写明原因。",
        done="会议已归档",
    ),
}
LABELS = {name: step.label for name, step in STEPS.items()}
# What leads on; the others stand beside it.
_ONWARD = {"send", "agree", "confirm", "archive"}


class _OfMinutes(InDeliberation):
    """A page below one meeting."""

    @property
    def meeting_pk(self) -> Any:
        return self.kwargs["pk"]

    def crumbs(self) -> list[Crumb]:
        return [*super().crumbs(), Crumb("会议", reverse("meeting", args=[self.meeting_pk]))]

    def back(self) -> str:
        return reverse("minutes", args=[self.meeting_pk])


class MinutesHome(_OfMinutes):
    template_name = "deliberation/minutes.html"

    def context(self) -> dict[str, Any]:
        person = self.request.user
        home = selectors.minutes_home(person, self.kwargs["pk"])
        offered = selectors.minutes_steps(person, home, on=self.today)
        return {
            "title": f"{home.meeting.title}：会议记录",
            "home": home,
            "minutes": home.minutes,
            "meeting": home.meeting,
            "may_note": selectors.may_note(home),
            "trail": home.trail,
            "shelf": selectors.minutes_shelf(person, home.meeting),
            "actions": [
                Action(LABELS[name], reverse("minutes-step", args=[home.meeting.pk, name]), primary=name in _ONWARD)
                for name in offered
            ],
        }


class MinutesStep(_OfMinutes, StepPage):
    """Any one step of the minutes of a meeting."""

    steps = STEPS
    argument = "minutes"

    @property
    def row(self) -> Any:
        if not hasattr(self, "_row"):
            self._row = selectors.minutes_in_reach(self.request.user, self.kwargs["pk"])
        return self._row

    @property
    def subject_title(self) -> str:
        return str(self.row.meeting.title)

    def initial(self) -> dict[str, Any]:
        return {"edition": self.row.edition}

    def offered(self, source: str) -> list[tuple[Any, str]]:
        return [(item, item.title) for item in selectors.items_of(self.row)]

    def act(self, form: forms.Form) -> Done:
        done = super().act(form)
        if self.kwargs["step"] != "send" or done.confirmation is None:
            return done
        until = selectors.minutes_in_reach(self.request.user, self.kwargs["pk"]).confirm_by_on
        return Done(done.href, Confirmation(done.confirmation.happened, done.confirmation.now_with, until))


class _Note(_OfMinutes, FormPage):
    """A form that writes the next revision of a note; a stale one shows the newer text beside what was typed."""

    template_name = "deliberation/minutes_note.html"
    form_class = own.NoteForm

    @property
    def item(self) -> Any:
        raise NotImplementedError

    @property
    def meeting_pk(self) -> Any:
        return self.item.meeting_id

    @property
    def note(self) -> Any:
        """The newest revision, or None."""
        if not hasattr(self, "_newest"):
            self._newest = selectors.newest_note(self.item)
        return self._newest

    def crumbs(self) -> list[Crumb]:
        return [*super().crumbs(), Crumb("会议记录", self.back())]

    def initial(self) -> dict[str, Any]:
        note = self.note
        return {"text": note.text, "decision": note.decision, "revision": note.revision} if note else {"revision": 0}

    def _refused(self, form: forms.Form, error: DomainError, key: str) -> HttpResponse:
        """After a stale save the form is over the revision shown beside it: saving again is a decision."""
        if error.code == "stale_note":
            vars(self).pop("_newest", None)
            form.data = form.data.copy()  # type: ignore[attr-defined]  # a QueryDict
            form.data["revision"] = str(self.note.revision if self.note else 0)  # type: ignore[index]
            self._was_stale = True
        return super()._refused(form, error, key)

    def show_form(self, form: forms.Form, **more: Any) -> HttpResponse:
        """What is typed was begun over another revision than the newest: that one is shown as well."""
        begun = form["revision"].value()
        newest = self.note.revision if self.note else 0
        self._newer = self.note if getattr(self, "_was_stale", False) or str(begun) != str(newest) else None
        return super().show_form(form, **more)

    def context(self) -> dict[str, Any]:
        return {
            "title": f"{self.title}：{self.item.title}",
            "item": self.item,
            "meeting": self.item.meeting,
            "note": self.note,
            "newer": self._newer,
            "statements": selectors.statements_of(self.item),
            "back": self.back(),
        }


class WriteNote(_Note):
    title = "写会议记录"
    button = "保存"
    draft_name = "minutes-note"

    @property
    def item(self) -> Any:
        if not hasattr(self, "_item"):
            self._item = selectors.item_of_minutes(self.request.user, self.kwargs["pk"])
        return self._item

    def act(self, form: forms.Form) -> Done:
        note = minutes.write_note(
            actor=self.request.user,
            minutes=self.item.meeting.minutes,
            item=self.item,
            now=self.now,
            **form.cleaned_data,
        )
        return Done(
            self.back(),
            Confirmation(
                f"已保存第{note.revision}次修订：{self.item.title}", now_with="记录人", next_step="各议题写好后送确认。"
            ),
        )


class TakeIn(_Note):
    """采纳: the note as it is to read after the amendment."""

    title = "采纳修改意见"
    button = "采纳并保存"
    draft_name = "minutes-take-in"

    @property
    def row(self) -> Any:
        if not hasattr(self, "_row"):
            self._row = selectors.amendment_in_reach(self.request.user, self.kwargs["pk"])
        return self._row

    @property
    def item(self) -> Any:
        return self.row.item

    def context(self) -> dict[str, Any]:
        return super().context() | {"amendment": self.row}

    def act(self, form: forms.Form) -> Done:
        row = amendments.take_in(
            actor=self.request.user, minutes=self.row.minutes, amendment=self.row, now=self.now, **form.cleaned_data
        )
        until = row.minutes.confirm_by_on
        return Done(
            self.back(),
            Confirmation(
                "已采纳修改意见", now_with="与会人员", next_step=f"{long_date(until)}前确认新的一稿。" if until else ""
            ),
        )


class Decline(_OfMinutes, StepPage):
    """不采纳, with the reason."""

    argument = "amendment"
    steps = {
        "decline": Step(
            "不采纳", amendments.decline, ReasonForm, "理由所有与会人员都看得到。", done="已答复修改意见", next="提出人"
        )
    }

    @property
    def row(self) -> Any:
        if not hasattr(self, "_row"):
            self._row = selectors.amendment_in_reach(self.request.user, self.kwargs["pk"])
        return self._row

    @property
    def meeting_pk(self) -> Any:
        return self.row.minutes.meeting_id

    @property
    def step(self) -> Step:
        return self.steps["decline"]

    @property
    def subject_title(self) -> str:
        return str(self.row.item.title)

    def values(self, form: forms.Form) -> dict[str, Any]:
        return super().values(form) | {"minutes": self.row.minutes}

    def context(self) -> dict[str, Any]:
        return super().context() | {"question": f"{self.row.attendance.person.name}提出：{self.row.text}"}


class NoteHistory(_OfMinutes):
    """Every revision of one note: who, when, what."""

    template_name = "deliberation/minutes_history.html"

    @property
    def item(self) -> Any:
        if not hasattr(self, "_item"):
            self._item = selectors.item_of_minutes(self.request.user, self.kwargs["pk"])
        return self._item

    @property
    def meeting_pk(self) -> Any:
        return self.item.meeting_id

    def crumbs(self) -> list[Crumb]:
        return [*super().crumbs(), Crumb("会议记录", self.back())]

    def context(self) -> dict[str, Any]:
        revisions = selectors.history(self.item)
        if not revisions:
            raise Hidden("这个议题还没有记录。")
        return {"title": f"修订历史：{self.item.title}", "item": self.item, "revisions": revisions}
