"""A long import as a page that grows while it works: the bar is the answer itself, so that it needs no script, no
worker and no second connection, and cannot say more than what was done."""

import logging
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

from django.http import HttpRequest, StreamingHttpResponse
from django.template.loader import render_to_string
from django.utils.html import format_html

from kit import workbook
from kit.services import request_id

log = logging.getLogger(__name__)

# Where the page is cut: bars stand one over the other at the first, the outcome at the second.
BARS, OUTCOME = "<!-- bars -->", "<!-- outcome -->"
_BROKEN = '<p class="lc-error" role="alert">导入中断，一行也没有存。请稍后再试；还不行，请告诉系统管理员。</p>'


def answer(
    request: HttpRequest,
    sheet: workbook.Sheet,
    save: Callable[[workbook.Row], Any],
    *,
    check_only: bool,
    context: dict[str, Any],
    complaints: Callable[[workbook.Sheet], dict[str, Any]],
) -> StreamingHttpResponse:
    """The page of one import. Whoever leaves it early keeps nothing: all rows are one transaction."""
    context |= {"count": len(sheet.rows), "check_only": check_only}
    page = render_to_string("kit/admin/import_watched.html", context, request)
    head, rest = page.split(BARS)
    middle, tail = rest.split(OUTCOME)

    def outcome_in_words(outcome: workbook.Outcome) -> str:
        shown = {"outcome": outcome, "back": context["back"], **(complaints(sheet) if outcome.wrong else {})}
        return render_to_string("kit/admin/import_outcome.html", shown, request)

    def grow(name: str) -> Iterator[str]:
        # The middleware that names the request has finished when the page begins to grow.
        before = request_id.get()
        request_id.set(name)
        try:
            yield head
            try:
                with closing(workbook.steps(sheet, save, check_only=check_only)) as stepping:
                    end = yield from _bars(stepping, len(sheet.rows))
                said = outcome_in_words(end)
            except Exception:  # half a page is on its way: what happened can only be said in it
                log.exception("import broken off")
                said = _BROKEN
            yield middle + said + tail
        finally:
            request_id.set(before)

    # Proxies that collect an answer before they pass it on would hide the bar.
    headers = {"X-Accel-Buffering": "no", "Cache-Control": "no-store"}
    return StreamingHttpResponse(grow(request_id.get()), headers=headers)


def _bars(stepping, count: int):
    """One bar a percent; returns the outcome."""
    shown = -1
    while True:
        try:
            done = next(stepping)
        except StopIteration as end:
            return end.value
        if (percent := done * 100 // count) != shown:
            shown = percent
            yield format_html(
                '<p aria-hidden="true"><progress max="100" value="{}"></progress> {}%（{} / {} 行）</p>\n',
                percent,
                percent,
                done,
                count,
            )
