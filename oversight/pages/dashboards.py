"""看板, the rows behind its numbers, and its workbook."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from kit import registers, workbook
from kit.api import pagination
from kit.api.exports import XLSX
from kit.calendar import Quarter, day_of
from kit.components import CopyText, Crumb, Empty, Tab
from kit.errors import DomainError
from kit.pages import ListPage, Page
from kit.tilemap import Spot, lay_out
from orgs import selectors as orgs
from oversight import selectors
from oversight.choices import Figure

QUARTERS_BACK = 4
VIEWS = {
    "dashboard": "总览",
    "dashboard-trends": "逐季走势",
    "dashboard-bodies": "各联村党组织",
    "dashboard-brief": "微信简报",
}
NOTHING_RED = Empty(
    title="没有要马上看的事",
    purpose="没有超期的需求、任务和异议。下面是各项数字，每个数字都可以打开到台账。",
    icon="check",
)
NO_BODIES = Empty(
    title="这里是一个联村党组织",
    purpose="各联村党组织的对照表在乡镇、片区和区的看板里。",
    icon="org",
)
NO_ROWS = Empty(title="没有符合条件的", purpose="这个数字现在是零。", icon="check")


def _quarter(text: str) -> Quarter | None:
    try:
        return Quarter.parse(text) if text else None
    except ValueError:
        raise DomainError("bad_parameter", "季度写成 2026Q4 的样子。", status=400) from None


def _id(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        raise DomainError("bad_parameter", "没有这个组织。", status=400) from None


class _DashboardPage(Page):
    """A page about one view: ``?at=`` an organization, ``?quarter=`` 2026Q4."""

    @property
    def view(self) -> selectors.View:
        if not hasattr(self, "_view"):
            asked = self.request.GET
            self._view = selectors.view_of(
                self.request.user, at=_id(asked.get("at", "")), quarter=_quarter(asked.get("quarter", "")), now=self.now
            )
        return self._view

    def here(self, name: str = "dashboard", **changes: Any) -> str:
        """The address of this view, or of another quarter or organization."""
        quarter = None if self.view.is_running else self.view.quarter
        given = {"at": self.view.asked_at, "quarter": quarter, **changes}
        return f"{reverse(name)}?{urlencode({key: str(value) for key, value in given.items() if value})}"


class _Board(_DashboardPage):
    """One of the views of a dashboard, under the same tabs."""

    view_name = ""
    has_lines = False

    def crumbs(self) -> Sequence[Crumb]:
        above = (
            [] if self.view.at.pk in selectors.own_levels(self.request.user) else [Crumb("看板", reverse("dashboard"))]
        )
        return [*super().crumbs(), *above]

    def context(self) -> dict[str, Any]:
        shown = selectors.dashboard(self.view, lines=self.has_lines)
        return {
            "title": f"{shown.name.removesuffix('联村党组织')}联村党组织运行看板",
            "shown": shown,
            **self._tabs(),
            **self.more(shown),
        }

    def more(self, shown: selectors.Dashboard) -> dict[str, Any]:
        """What this view shows beyond the figures."""
        raise NotImplementedError

    def _tabs(self) -> dict[str, list[Tab]]:
        own, name = selectors.own_levels(self.request.user), self.view_name
        levels = [Tab(label, self.here(name, at=pk), pk == self.view.at.pk) for pk, label in own.items()]
        quarters = [Quarter.of(day_of(self.now))]
        while len(quarters) < QUARTERS_BACK:
            quarters.append(quarters[-1].previous())
        return {
            "levels": levels if len(levels) > 1 else [],
            "views": [Tab(label, self.here(each), each == name) for each, label in VIEWS.items()],
            "quarters": [
                Tab(each.label, self.here(name, quarter=each), each == self.view.quarter) for each in quarters
            ],
        }


class Dashboard(_Board):
    """What to look at today, then every figure."""

    template_name = "oversight/dashboard.html"
    view_name = "dashboard"

    def more(self, shown: selectors.Dashboard) -> dict[str, Any]:
        return {
            "more": shown.waiting - len(shown.attention),
            "nothing_red": NOTHING_RED,
            "map": _map(shown.townships, self.here) if any(line.opens for line in shown.townships) else None,
        }


class DashboardTrends(_Board):
    """The figures quarter by quarter, each as a small chart over its table."""

    template_name = "oversight/dashboard_trends.html"
    view_name = "dashboard-trends"

    def more(self, shown: selectors.Dashboard) -> dict[str, Any]:
        return {}


class DashboardBodies(_Board):
    """The same figures for each joint organization."""

    template_name = "oversight/dashboard_bodies.html"
    view_name = "dashboard-bodies"
    has_lines = True

    def more(self, shown: selectors.Dashboard) -> dict[str, Any]:
        def opens(line: selectors.Line) -> str:
            return self.here(at=line.opens) if line.opens and line.opens != self.view.at.pk else ""

        return {
            "bodies": [(line, opens(line)) for line in shown.bodies],
            "no_bodies": NO_BODIES,
            "export": self.here("dashboard-export"),
        }


class DashboardBrief(_Board):
    """微信简报: the figures as plain text."""

    template_name = "oversight/dashboard_brief.html"
    view_name = "dashboard-brief"

    def more(self, shown: selectors.Dashboard) -> dict[str, Any]:
        return {"copy": CopyText(selectors.brief(shown), label="复制简报")}


def _map(townships: Sequence[selectors.Line], here: Any) -> Any:
    """Townships with something to open first."""
    return lay_out(
        Spot(
            label=line.name,
            href=here(at=line.opens) if line.opens else "",
            note=f"{line.tasks.percent}（{line.tasks.hit.value}/{line.tasks.total.value}）" if line.opens else "",
            hub=bool(line.opens),
            light=line.light.colour,
            light_word=line.light.word,
        )
        for line in townships[:40]
    )


class DashboardRows(_DashboardPage, ListPage):
    """The rows that a number counts: the same filter, the same count."""

    template_name = "oversight/dashboard_rows.html"

    @property
    def asked(self) -> selectors.Slice:
        given = self.request.GET
        return selectors.Slice(
            figure=given.get("figure", ""),
            part=given.get("part", ""),
            at=self.view.asked_at,
            quarter=_quarter(given.get("quarter", "")),
            body=_id(given.get("body", "")),
        )

    @property
    def columns(self) -> Sequence[str]:  # type: ignore[override]  # by the figure asked for
        return selectors.COLUMNS[self.asked.figure]

    def rows(self) -> QuerySet:
        return selectors.rows_behind(self.view, self.asked)

    def crumbs(self) -> Sequence[Crumb]:
        return [*super().crumbs(), Crumb("看板", self.here(quarter=self.asked.quarter or ""))]

    def context(self) -> dict[str, Any]:
        asked = self.asked
        what = "联席会议" if asked.figure == Figure.MEETINGS else Figure(asked.figure).label
        names = orgs.names_of([asked.body]) if asked.body else {}
        scope = [self.view.at.name, *names.values(), asked.quarter.label if asked.quarter else ""]
        return {
            "title": f"{what} · {selectors.PARTS[asked.figure][asked.part]}",
            "scope": [each for each in scope if each],
            "count": pagination.count(self.rows(), "capped"),
            "headings": selectors.HEADINGS[asked.figure],
            "definition": selectors.CATALOGUE[asked.figure],
            "empty": NO_ROWS,
        }

    def show(self, *, status: int = 200, **more: Any) -> HttpResponse:
        if "rows" in more:
            more["rows"] = [selectors.row_shown(self.asked.figure, row, now=self.now) for row in more["rows"]]
        return super().show(status=status, **more)


class DashboardExport(_DashboardPage):
    """The table of organizations as a workbook; on record like every export."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        table = selectors.register(selectors.dashboard(self.view))
        rows = list(table.rows)
        registers.note_export(
            actor=request.user,
            org=self.view.at,
            what="dashboard",
            count=len(rows),
            reason="",
            kind="xlsx",
            now=self.now,
        )
        name = workbook.file_name(self.view.at.name, "联村党组织运行情况", str(self.view.quarter), on=day_of(self.now))
        headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
        return HttpResponse(workbook.write(table), content_type=XLSX, headers=headers)
