"""工作台: what waits for me, what I did, and the ways in. Composed from every app's readers."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from kit import facts, navigation, policies, todos, trace
from kit.calendar import Quarter, long_date
from kit.components import Action, Empty, Shortcut
from kit.pages import Page
from kit.scoping import Standing, standing_of
from lianCun.pages.howto import ADMINISTRATORS, DISTRICT, OFFICE, purpose_for
from orgs import selectors

RECENT_SHOWN = 8
# Who works at the desk; on a village's phone the admin is only in the way.
DESK_ROLES = OFFICE | DISTRICT | ADMINISTRATORS


GREETINGS = ((9, "早上好"), (12, "上午好"), (14, "中午好"), (18, "下午好"), (24, "晚上好"))


def _greeting(moment: datetime) -> str:
    hour = timezone.localtime(moment).hour
    return next(words for until, words in GREETINGS if hour < until)


class Workbench(Page):
    """The home page of everybody who is logged in."""

    template_name = "lianCun/workbench.html"
    needs_post = False

    def context(self) -> dict[str, Any]:
        person = self.request.user
        today = self.today
        standing = standing_of(person)
        return {
            "title": f"{person}同志，{_greeting(self.now)}",
            "kicker": standing.posts[0].title if standing.posts else "",
            "today": f"{long_date(today)} · {Quarter.of(today).label}",
            "todos": todos.waiting_for(person, on=today),
            "recent": [_done(each) for each in facts.done_by(person, limit=RECENT_SHOWN)],
            "joint_orgs": list(selectors.joint_org_cards(person)[:6]),
            "shortcuts": _shortcuts(person, standing),
            "no_todos": _no_todos(standing),
        }


def _done(done: facts.Done) -> dict[str, Any]:
    """One thing done, with the way to the chain of what it was done to."""
    href = f"{reverse('trace')}?{urlencode({'subject': done.subject})}" if trace.is_traced(done.subject) else ""
    return {"title": done.title, "at": done.at, "href": href}


def _no_todos(standing: Standing) -> Empty:
    """An empty workbench says what will come here, and offers the first step."""
    first = navigation.address("joint-orgs" if standing.paths else "how-to") or "/"
    return Empty(
        title="现在没有要您办的事",
        purpose=purpose_for(standing),
        icon="check",
        action=Action("看联村党组织" if standing.paths else "怎么用", first, primary=True),
    )


def _shortcuts(person, standing: Standing) -> list[Shortcut]:
    """Up to four ways in, what this person does most first; only those that exist. No query."""
    wanted = [
        ("报需求", "demand-new", "box", policies.holds(person, "demand.write")),
        ("提议题", "motion-new", "pencil", policies.holds(person, "motion.propose")),
        ("筹备会议", "meeting-new", "plus", policies.holds(person, "meeting.plan")),
        ("看板", "dashboard", "chart", policies.holds(person, "dashboard.read")),
        ("管理端", "admin:index", "gear", standing.has_role(*DESK_ROLES)),
        ("会议", "meetings", "calendar", bool(standing.paths)),
        ("我的单位", "my-unit", "village", bool(standing.posts)),
        ("联村党组织", "joint-orgs", "org", bool(standing.paths)),
        ("找人找单位", "search", "search", bool(standing.posts)),
        ("怎么用", "how-to", "help", True),
    ]
    found = [Shortcut(label, navigation.address(name), icon) for label, name, icon, shown in wanted if shown]
    return [shortcut for shortcut in found if shortcut.href][:4]
