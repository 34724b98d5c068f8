"""季度简报: an organization in reach, a quarter, and the text to copy."""

from typing import Any
from uuid import UUID

from deliberation import selectors
from deliberation.pages.base import InDeliberation
from kit.calendar import Quarter, day_of
from kit.components import Empty
from kit.errors import DomainError

NOTHING = Empty(
    title="还没有可以出简报的组织",
    purpose="简报按联村党组织、片区联合党委或乡镇出，一个季度一份。您的任职还看不到这样的组织。",
    icon="copy",
)
QUARTERS = 4


class Briefs(InDeliberation):
    template_name = "deliberation/briefs.html"
    title = "季度简报"
    lead = "一个季度做了什么，从记录里数出来，纯文字"

    def context(self) -> dict[str, Any]:
        offered = selectors.briefables(self.request.user)
        on = day_of(self.now)
        quarters = [Quarter.of(on)]
        while len(quarters) < QUARTERS:
            quarters.append(quarters[-1].previous())
        if not offered:
            return {"empty": NOTHING}
        of, quarter = self._asked(offered[0].id, quarters)
        return {
            "offered": offered,
            "quarters": quarters,
            "of": of,
            "quarter": quarter,
            "copy": selectors.quarter_brief(self.request.user, of, quarter, on=on),
        }

    def _asked(self, of: UUID, quarters: list[Quarter]) -> tuple[UUID, Quarter]:
        given = self.request.GET
        by_name = {str(quarter): quarter for quarter in quarters}
        try:
            return UUID(given.get("of") or str(of)), by_name[given.get("quarter") or str(quarters[0])]
        except (ValueError, KeyError):
            raise DomainError("bad_parameter", "没有这个组织或季度。", status=400) from None
