"""全链: where a matter came from and what became of it, on one page that can be printed."""

from typing import Any

from kit import trace
from kit.components import Empty
from kit.pages import Page

COME_IN = Empty(
    title="从一件事进来",
    purpose="打开任何一件需求、议题、表决、决议或任务，点“看全链”，这里就从头到尾列出它的来龙去脉。",
    icon="search",
)


class Trace(Page):
    """GET ?subject=: the whole chain of one row, as far as this person may see it."""

    template_name = "lianCun/trace.html"
    title = "全链追溯"
    lead = "从提出需求到任务办结，每一环都可以打开。"

    def context(self) -> dict[str, Any]:
        subject = self.request.GET.get("subject", "").strip()
        if not subject:
            return {"chain": [], "empty": COME_IN}
        chain = trace.chain(self.request.user, subject, on=self.today)
        return {"chain": chain, "kinds": len({entry.kind.label for entry in chain})}
