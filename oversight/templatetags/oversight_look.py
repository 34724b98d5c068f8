"""Numbers that open their rows, and bars drawn as SVG, so that no style is written into the page."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from kit.calendar import Quarter
from oversight.choices import Figure
from oversight.selectors import Number, Shown

register = template.Library()

_BAR = '<svg class="{}" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">{}</svg>'
_PIECE = '<path class="{}" d="M{} 0h{}v8h-{}z"/>'


@register.simple_tag
def number(of: Number) -> SafeString:
    """The number as a link to its rows; a zero needs none."""
    if not of.value:
        return format_html("{}", 0)
    return format_html('<a href="{}">{}</a>', of.address, of.value)


def _drawn(css: str, *pieces: tuple[str, float, float]) -> SafeString:
    """Pieces are (class, from, length) in percent."""
    rows = ((name, f"{start:.0f}", f"{length:.0f}", f"{length:.0f}") for name, start, length in pieces if length)
    return format_html(_BAR, css, format_html_join("", _PIECE, rows))


@register.simple_tag
def bar(shown: Shown) -> SafeString:
    """Kept from the left, overdue from the right, of what was due."""
    total = shown.share.total.value
    if not total:
        return _drawn("split-bar")
    hit = 100 * shown.share.hit.value / total
    late = 0.0
    if shown.figure in (Figure.TASKS, Figure.OBJECTIONS):
        late = sum(100 * part.number.value / total for part in shown.parts if part.colour == "red")
    return _drawn("split-bar", ("hit", 0, hit), ("late", 100 - late, late))


@register.simple_tag
def spark(shown: Shown) -> SafeString:
    """The trend as a small line; a quarter in which nothing was due breaks it. The numbers stand under 逐季走势."""
    drawn, pen = [], "M"
    for place, (_, share) in enumerate(shown.trend):
        if not share.total.value:
            pen = "M"
            continue
        x, y = 20 * place, 22 - 20 * share.hit.value / share.total.value
        # A point alone is drawn as a dot: a line of no length with a round end.
        drawn.append(f"{pen}{x} {y:.0f}" + ("h0" if pen == "M" else ""))
        pen = "L"
    if not drawn:
        return format_html("{}", "")
    return format_html(
        '<svg class="spark" viewBox="-4 -2 108 28" preserveAspectRatio="none" aria-hidden="true"><path d="{}"/></svg>',
        "".join(drawn),
    )


@register.filter
def short_quarter(quarter: Quarter, first: bool = False) -> str:
    """``3季``; the first of a row or of a year carries the year: ``26年1季``."""
    return f"{quarter.year % 100}年{quarter.number}季" if first or quarter.number == 1 else f"{quarter.number}季"
