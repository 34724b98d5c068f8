"""表决: three choices of equal weight, the tellers' counts, the result with its pass line and sentence."""

from datetime import timedelta
from typing import Any

from django import forms
from django.urls import reverse

from deliberation import selectors
from deliberation.choices import Choice
from deliberation.pages import forms as own
from deliberation.pages.base import InDeliberation, Watch
from deliberation.services import polls, tallies
from kit import sessions
from kit.components import Action, Confirmation, Crumb
from kit.pages import Done, ReasonForm
from kit.steps import Step, StepPage

# Voting asks for the password or PIN again unless it was given this recently; the proof is used up by the vote.
FRESH = timedelta(minutes=10)


class VoteForm(forms.Form):
    choice = forms.ChoiceField(label="您的选择", choices=Choice.choices, widget=forms.RadioSelect)


_ALONE = "各自清点、各自录入，录入前看不到对方的票数。"
STEPS: dict[str, Step] = {
    "vote": Step("表决", polls.cast_ballot, VoteForm, done="您已表决", next="主持人结束表决"),
    "tally": Step("录入票数", tallies.enter_tally, own.TallyForm, _ALONE, done="票数已录入"),
    "slips": Step("录入选票", tallies.enter_tally, own.SlipsForm, _ALONE, done="票数已录入"),
    "close": Step("结束表决", polls.close_poll, question="结束后不再收票，结果不能更改。", done="表决结束"),
    "void": Step(
        "表决作废", polls.void_poll, ReasonForm, "作废后可以重新表决，原记录保留。", danger=True, done="表决已作废"
    ),
}


class PollHome(InDeliberation):
    template_name = "deliberation/poll.html"

    def crumbs(self) -> list[Crumb]:
        return [*super().crumbs(), Crumb("会议", reverse("meeting", args=[self.home.meeting.pk]))]

    @property
    def home(self) -> selectors.PollHome:
        if not hasattr(self, "_home"):
            self._home = selectors.poll_home(self.request.user, self.kwargs["pk"])
        return self._home

    def context(self) -> dict[str, Any]:
        home = self.home
        actions = []
        if home.is_teller and not home.has_counted:
            name = "slips" if home.poll.has_slips else "tally"
            actions.append(Action(STEPS[name].label, reverse("poll-step", args=[home.poll.pk, name]), primary=True))
        if home.is_chair and home.poll.state == "open":
            actions.append(Action("结束表决", reverse("poll-step", args=[home.poll.pk, "close"])))
        return {
            "title": home.poll.item.title,
            "home": home,
            "poll": home.poll,
            "choices": Choice.choices,
            "mark": _mark(home) if home.poll.state == "open" else "",
            "actions": actions,
        }


class PollWatch(Watch):
    """Is the vote over, or counted again? Never how many have voted (V7)."""

    def mark(self) -> str:
        return _mark(selectors.poll_home(self.request.user, self.kwargs["pk"]))


def _mark(home: selectors.PollHome) -> str:
    return f"{home.poll.state}.{int(home.must_recount)}"


class PollStep(InDeliberation, StepPage):
    """Vote, count, close, void."""

    steps = STEPS
    argument = "poll"

    @property
    def home(self) -> selectors.PollHome:
        if not hasattr(self, "_home"):
            self._home = selectors.poll_home(self.request.user, self.kwargs["pk"])
        return self._home

    @property
    def row(self) -> Any:
        return self.home.poll

    @property
    def subject_title(self) -> str:
        return str(self.row.item.title)

    def back(self) -> str:
        return reverse("poll", args=[self.kwargs["pk"]])

    def context(self) -> dict[str, Any]:
        if self.kwargs["step"] == "vote":
            return {"title": self.subject_title, "back": self.back()}
        return super().context()

    def act(self, form: forms.Form) -> Done:
        if self.kwargs["step"] != "vote":
            return super().act(form)
        sessions.require_fresh_login(self.request, FRESH, once=True)
        ballot = polls.cast_ballot(
            actor=self.request.user, poll=self.row, choice=form.cleaned_data["choice"], now=self.now
        )
        return Done(
            self.back(),
            Confirmation(f"您投了“{ballot.get_choice_display()}”", now_with="主持人", next_step="一人一票，不能更改。"),
        )
