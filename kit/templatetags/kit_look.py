"""The small components: icon, light, field, keys of a form. The larger ones are `{% include "components/…" %}`."""

from functools import cache

import segno
from django import template
from django.contrib.staticfiles.storage import staticfiles_storage
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, Form, RadioSelect
from django.utils.html import format_html

from kit.components import LIGHTS
from kit.ids import new_id

register = template.Library()


@cache
def _sprite() -> str:
    return staticfiles_storage.url("img/icons.svg")


@register.simple_tag
def icon(name: str, css: str = "", label: str = "") -> str:
    """One of our line icons. Decorative unless ``label`` gives it words."""
    if label:
        return format_html(
            '<svg class="icon {}" role="img" aria-label="{}"><use href="{}#{}"></use></svg>',
            css,
            label,
            _sprite(),
            name,
        )
    return format_html('<svg class="icon {}" aria-hidden="true"><use href="{}#{}"></use></svg>', css, _sprite(), name)


@register.simple_tag
def light(colour: str | None, word: str = "") -> str:
    """● 绿 ▲ 黄 ■ 红 ○ 灰 ◆ 蓝, always with a word. No colour, no light."""
    if not colour:
        return ""
    shape, name = LIGHTS[colour]
    return format_html(
        '<span class="light {}" data-shape="{}">{}{}</span>', colour, shape, name, f" {word}" if word else ""
    )


@register.simple_tag
def qr(address: str, label: str) -> str:
    """A QR code of an address as inline SVG; ``label`` says in words where it leads."""
    code = segno.make(address, error="m", micro=False)
    width = code.symbol_size(border=2)[0]
    # One path of dark squares: the library's own SVG would carry colours that the policy and print styles cannot reach.
    squares = "".join(
        f"M{x} {y}h1v1h-1z" for y, row in enumerate(code.matrix_iter(border=2)) for x, dark in enumerate(row) if dark
    )
    return format_html(
        '<svg class="qr" viewBox="0 0 {0} {0}" role="img" aria-label="{1}"><path d="{2}"></path></svg>',
        width,
        label,
        squares,
    )


@register.inclusion_tag("components/field.html")
def field(bound: BoundField, css: str = "") -> dict:
    """Label above, red star, plain hint, the errors beside the field and tied to it for screen readers."""
    widget = bound.field.widget
    group = isinstance(widget, (RadioSelect, CheckboxSelectMultiple))
    return {"field": bound, "css": css, "group": group, "check": isinstance(widget, CheckboxInput)}


@register.simple_tag
def form_key(form: Form | None = None) -> str:
    """The hidden key that makes sending a form twice the same as once. A form shown again keeps its key."""
    key = getattr(form, "form_key", "") or new_id()
    return format_html('<input type="hidden" name="form_key" value="{}">', key)
