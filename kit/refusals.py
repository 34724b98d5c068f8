"""Refusal pages in the look of the product: what happened, what can be done, a way on."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from kit import navigation
from kit.components import Action, Refusal

# PostgreSQL is back well within this after a crash.
RETRY_AFTER_SECONDS = 5

# status → title, sentence, advice
TEXTS: dict[int, tuple[str, str, tuple[str, ...]]] = {
    400: ("送来的内容不完整", "系统没有看懂这次请求，什么都没有改动。", ("回到上一页，刷新后再试一次。",)),
    403: (
        "这一步不归您办",
        "您看得到这件事，但办理这一步需要别的职责。",
        ("在办理过程里看看现在由谁办。", "职责不对的，请联系乡镇组织委员更正任职。"),
    ),
    404: ("没有找到", "没有找到，或者不在您的管理范围内。", ("检查网址是否完整。", "从工作台重新进入。")),
    409: ("现在不能这样办", "事情的状态已经变了，什么都没有改动。", ("回到上一页，看看最新的办理情况。",)),
    410: ("已经撤下", "这条内容已经撤下，不再公开。", ("到公开栏看现在的公示。",)),
    412: ("内容刚被别人改过", "为了不盖掉别人的改动，这次没有保存。", ("回到上一页，看过新内容再改。",)),
    413: ("内容太大", "文件或文字超过了允许的大小，没有保存。", ("照片请压缩到 10 MB 以内，文件请分开上传。",)),
    429: ("操作太频繁", "短时间内次数太多，请稍等再试。", ("等一两分钟再试，已填的内容还在草稿里。",)),
    500: (
        "系统出了问题",
        "这不是您的操作造成的，已经记下来了，没有保存的内容请稍后再交一次。",
        ("稍等一会儿再试。", "一直不行的，请告诉系统管理员。"),
    ),
    503: (
        "系统正在恢复",
        "数据库暂时连不上，一般几分钟内恢复。",
        ("您填的内容已存在草稿里，恢复后接着办。", "稍等一会儿刷新本页。"),
    ),
}


def refusal(status: int, sentence: str = "", *, title: str = "", back: str = "", advice: Sequence[str] = ()) -> Refusal:
    """The words of a refusal. ``back`` is the page to return to; home is always offered."""
    known_title, known_sentence, known_advice = TEXTS.get(status) or TEXTS[400 if status < 500 else 500]
    home = Action("回工作台", navigation.address("workbench") or "/", primary=not back)
    actions = [Action("回上一页", back, primary=True), home] if back else [home]
    if howto := navigation.address("how-to"):
        actions.append(Action("怎么用", howto))
    return Refusal(status, title or known_title, sentence or known_sentence, advice or known_advice, actions)


def show(request: HttpRequest, page: Refusal, *, bare: bool = False) -> HttpResponse:
    """Draw it. ``bare`` needs neither session nor database: for 500, 503 and whatever happens before the login."""
    if bare:
        from_cookie = request.COOKIES.get("large_type") == "1"
        response = HttpResponse(
            render_to_string("refusal_bare.html", {"page": page, "large": from_cookie}), status=page.status
        )
    else:
        response = render(request, "refusal.html", {"page": page}, status=page.status)
    if page.status == 503:
        response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response
