"""表决: three choices of equal weight, the tellers' counts, the result with its pass line and sentence."""

from datetime import timedelta
from typing import Any

from django import forms
from django.urls import reverse

from deliberation import selectors
from deliberation.choices import RUNNING_POLL, Choice
from deliberation.pages import forms as own
from deliberation.pages.base import InDeliberation, Watch
from deliberation.services import polls, sealed, tallies
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
    "key": Step("生成密钥", sealed.register_key, own.KeyForm, done="密钥已登记", next="主持人开始收票"),
    "begin": Step("开始收票", sealed.begin_poll, question="开始后名册和应到人数不再变。", done="开始收票"),
    "seal": Step("投票", sealed.cast_sealed, own.SealedForm),
    "stop": Step(
        "停止收票", sealed.stop_poll, question="停止后不再收票，由计票人开票。", done="已停止收票", next="计票人开票"
    ),
    "unseal": Step("开票", sealed.open_ballots, own.UnsealForm, done="已开票"),
    "tally": Step("录入票数", tallies.enter_tally, own.TallyForm, _ALONE, done="票数已录入"),
    "slips": Step("录入选票", tallies.enter_tally, own.SlipsForm, _ALONE, done="票数已录入"),
    "close": Step("结束表决", polls.close_poll, question="结束后不再收票，结果不能更改。", done="表决结束"),
    "void": Step(
        "表决作废", polls.void_poll, ReasonForm, "作废后可以重新表决，原记录保留。", danger=True, done="表决已作废"
    ),
}


# Steps with a script of their own.
TEMPLATES = {"key": "deliberation/poll_key.html", "unseal": "deliberation/poll_unseal.html"}


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
        actions = [
            Action(
                STEPS[name].label,
                reverse("poll-step", args=[home.poll.pk, name]),
                primary=name not in ("close", "stop"),
            )
            for name in home.steps
        ]
        return {
            "title": home.poll.item.title,
            "home": home,
            "poll": home.poll,
            "choices": Choice.choices,
            "mark": _mark(home) if home.poll.state in RUNNING_POLL else "",
            "actions": actions,
        }


class PollWatch(Watch):
    """Is the vote over, or counted again? Never how many have voted (V7)."""

    def mark(self) -> str:
        return _mark(selectors.poll_home(self.request.user, self.kwargs["pk"]))


def _mark(home: selectors.PollHome) -> str:
    return f"{selectors.poll_mark(home.poll)}.{int(home.must_recount)}"


class PollStep(InDeliberation, StepPage):
    """Vote, count, close, void."""

    steps = STEPS
    argument = "poll"

    @property
    def template_name(self) -> str:  # type: ignore[override]
        return TEMPLATES.get(self.kwargs["step"], StepPage.template_name)

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
        if self.kwargs["step"] in ("vote", "seal"):
            return {"title": self.subject_title, "back": self.back()}
        return super().context() | {"poll": self.row}

    def act(self, form: forms.Form) -> Done:
        if self.kwargs["step"] not in ("vote", "seal"):
            return super().act(form)
        sessions.require_fresh_login(self.request, FRESH, once=True)
        if self.kwargs["step"] == "seal":
            sealed.cast_sealed(actor=self.request.user, poll=self.row, now=self.now, **form.cleaned_data)
            # Nothing that could prove to anybody what was voted.
            return Done(self.back(), Confirmation("您已投票", now_with="主持人", next_step="一人一票，不能更改。"))
        ballot = polls.cast_ballot(
            actor=self.request.user, poll=self.row, choice=form.cleaned_data["choice"], now=self.now
        )
        return Done(
            self.back(),
            Confirmation(f"您投了“{ballot.get_choice_display()}”", now_with="主持人", next_step="一人一票，不能更改。"),
        )
