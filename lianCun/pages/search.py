"""找人找单位: by a part of the name or by pinyin initials, only in reach."""

from typing import Any

from kit.components import Empty
from kit.pages import Page
from orgs import selectors

TYPE_FIRST = Empty(
    title="输入名称或拼音首字母",
    purpose="可以输入单位或姓名的一部分，也可以输入拼音首字母，例如“龙门村”输入 lmc。",
    icon="search",
)
LONGEST_QUERY = 40


class Search(Page):
    """GET ?q=: organizations and people in reach, at most twenty of each."""

    template_name = "lianCun/search.html"
    title = "找人找单位"
    needs_post = False

    def context(self) -> dict[str, Any]:
        text = self.request.GET.get("q", "").strip()[:LONGEST_QUERY]
        found = selectors.search(self.request.user, text)
        nothing = Empty(
            title="没有找到",
            purpose=f"您的管理范围内没有“{text}”。可以少输几个字，或者只输拼音首字母。",
            icon="search",
        )
        return {
            "q": text,
            "organizations": found.organizations,
            "people": found.people,
            "nothing": nothing if text else TYPE_FIRST,
        }
