"""提醒: which deadlines people are reminded of, and which facts they are told. Apps declare, the engine upstairs reads.

A rule is data over one set-based query: nothing here runs once a row. ``declare`` a rule and ``hear`` facts in an app's
``declarations.py``; ``oversight.services.reminders`` makes each due reminder once and delivers it.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse

from kit import parameters
from kit.calendar import WorkingDays
from kit.components import Action

# What a rule's ``subjects`` must annotate: the last day (date), the instant the clock began, what it is called, where
# it stands, and the key of the page that opens the very step.
COLUMNS = ("remind_by", "remind_since", "remind_title", "remind_path", "remind_body", "remind_key")


@dataclass(frozen=True)
class To:
    """Who is meant, as seen from a subject: ``via`` leads to an organization whose holders of ``roles`` are meant.

    Without roles ``via`` leads to one person.
    """

    via: str
    roles: tuple[str, ...] = ()


@dataclass(frozen=True)
class Step:
    """One moment of a rule. ``name`` is permanent: it is part of what makes a reminder this reminder.

    days: how many before (negative) or after (positive) the last day, or the name of a parameter with ``sign``.
    working: working days. escalates: goes to ``above``, never to a holder. page: opened instead of the rule's, where
    those above may not take the step itself; ``key`` leads from the subject to the row it shows.
    """

    name: str
    says: str
    days: int | str = 0
    sign: int = 1
    working: bool = True
    light: str = "yellow"
    escalates: bool = False
    page: str = ""
    key: str = ""

    def days_for(self, lasts: Sequence[date], *, on: date, calendar: WorkingDays) -> list[date]:
        """The day on which this step is due, for each last day; numbers as in force on ``on``."""
        days = self.sign * (parameters.get(self.days, on=on) if isinstance(self.days, str) else self.days)
        if self.working:
            return [calendar.add(last, days) for last in lasts]
        return [last + timedelta(days=days) for last in lasts]


def before(name: str, days: int | str, says: str, *, working: bool = True) -> Step:
    return Step(name, says, days, -1, working)


def at(says: str) -> Step:
    """On the last day itself."""
    return Step("at", says)


def after(name: str, days: int | str, says: str, *, working: bool = True) -> Step:
    return Step(name, says, days, 1, working, light="red")


def escalate(days: int | str, says: str, *, working: bool = True, page: str = "", key: str = "") -> Step:
    """Red for so long: to the posting above, never to the same person."""
    return Step("escalated", says, days, 1, working, light="red", escalates=True, page=page, key=key)


@dataclass(frozen=True)
class Rule:
    """What is due for whom. ``name`` is permanent; ``label`` is the ``app.model`` of its subjects.

    subjects: the open rows on a day with ``COLUMNS``; what is finished, withdrawn or waits for an outside answer is not
    among them, and so nothing is sent about it. above: in order, each is asked where those before it name nobody.
    waiting: who waits for the item and may nudge. page: the name of the address; it takes the key, if there is one, and
    ``arguments``. home: the page of the subject for who waits, if it is another. is_personal: seen by the person
    whatever the reach, as an invitation is.
    """

    name: str
    title: str
    source: str
    label: str
    page: str
    subjects: Callable[[date], QuerySet]
    holders: tuple[To, ...]
    above: tuple[To, ...] = ()
    waiting: tuple[To, ...] = ()
    steps: tuple[Step, ...] = ()
    arguments: tuple[str, ...] = ()
    home: str = ""
    is_personal: bool = False

    def step(self, name: str) -> Step:
        return next(each for each in self.steps if each.name == name)


_rules: dict[str, Rule] = {}


def declare(rule: Rule) -> None:
    """Add a rule at start-up. ValueError for a second one of that name, or a step named twice."""
    if _rules.setdefault(rule.name, rule) != rule:
        raise ValueError(f"reminder rule {rule.name!r} is declared twice")
    if len({step.name for step in rule.steps}) != len(rule.steps):
        raise ValueError(f"reminder rule {rule.name!r} names a step twice")


def rules() -> list[Rule]:
    """All rules, by name."""
    return [_rules[name] for name in sorted(_rules)]


def rule(name: str) -> Rule | None:
    return _rules.get(name)


def rules_about(label: str) -> list[Rule]:
    """The rules whose subjects are of this ``app.model``."""
    return [each for each in rules() if each.label == label]


def nudge_button(subject: str) -> Action:
    """催办 on the page of a subject, for whoever waits for it."""
    return Action("催办", reverse("nudge", args=[subject]), icon="bell")


# --- facts that people are told ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Told:
    """Who is told of a fact, and what they see: title, the page that opens it, where it stands."""

    people: Collection[UUID]
    title: str
    page: str
    key: UUID | None
    path: str
    body_id: UUID | None


class HeardFact(Protocol):
    id: UUID
    event: str
    subject: str
    at: datetime
    details: dict[str, Any]


Teller = Callable[[HeardFact], Told | None]

_tellers: dict[str, list[Teller]] = {}


def hear(*events: str, told: Teller) -> None:
    """Tell people of these facts at start-up: ``told(fact)`` says whom, in one or two queries, or None for nobody."""
    for event in events:
        known = _tellers.setdefault(event, [])
        if told not in known:
            known.append(told)


def heard() -> tuple[str, ...]:
    """The events that anybody is told of."""
    return tuple(sorted(_tellers))


def told(fact: HeardFact) -> list[Told]:
    """Everybody to be told of one fact."""
    return [found for teller in _tellers.get(fact.event, ()) if (found := teller(fact)) is not None]


# --- when ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Due:
    """One row of a step's timetable: subjects with this last day are due then, and stale when the next step is."""

    last: date
    due_at: datetime
    stale_at: datetime | None


def timetable(
    rule: Rule, *, on: date, calendar: WorkingDays, lasts: Sequence[date], moment: Callable[[date], datetime]
) -> dict[str, list[Due]]:
    """When each step of a rule is due, for each last day.

    Stale: the next step to the same people is due; the last is never stale.
    """
    days = {step.name: step.days_for(lasts, on=on, calendar=calendar) for step in rule.steps}
    found: dict[str, list[Due]] = {}
    for step in rule.steps:
        rivals = [days[each.name] for each in rule.steps if each.escalates == step.escalates]
        found[step.name] = []
        for place, last in enumerate(lasts):
            mine = days[step.name][place]
            later = [rival[place] for rival in rivals if rival[place] > mine]
            found[step.name].append(Due(last, moment(mine), moment(min(later)) if later else None))
    return found
