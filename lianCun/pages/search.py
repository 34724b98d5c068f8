"""找人找单位: by a part of the name or by pinyin initials, only in reach."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from kit.components import Crumb, Empty
from orgs import selectors

TYPE_FIRST = Empty(
    title="输入名称或拼音首字母",
    purpose="可以输入单位或姓名的一部分，也可以输入拼音首字母，例如“龙门村”输入 lmc。",
    icon="search",
)
LONGEST_QUERY = 40


@login_required
def search(request: HttpRequest) -> HttpResponse:
    """GET ?q=: organizations and people in reach, at most twenty of each."""
    text = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST_QUERY]
    found = selectors.search(request.user, text)
    return render(
        request,
        "lianCun/search.html",
        {
            "title": "找人找单位",
            "q": text,
            "organizations": found.organizations,
            "people": found.people,
            "nothing": Empty(
                title="没有找到",
                purpose=f"您的管理范围内没有“{text}”。可以少输几个字，或者只输拼音首字母。",
                icon="search",
            )
            if text
            else TYPE_FIRST,
            "crumbs": [Crumb("工作台", reverse("workbench"))],
        },
    )
