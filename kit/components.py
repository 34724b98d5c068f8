"""What the page components show, as plain values. A page fills these; `templates/components/` draws them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

Light = Literal["green", "yellow", "red", "grey", "blue"]

# A light is a shape and a word before it is a colour: readable in grey print and without colour vision.
LIGHTS: dict[str, tuple[str, str]] = {
    "green": ("●", "绿"),
    "yellow": ("▲", "黄"),
    "red": ("■", "红"),
    "grey": ("○", "灰"),
    "blue": ("◆", "蓝"),
}


@dataclass(frozen=True)
class Crumb:
    """One level of the path to this page; the last one has no ``href``."""

    label: str
    href: str = ""


@dataclass(frozen=True)
class Action:
    """A button. With ``post`` it is a form of its own with an idempotency key, otherwise a link."""

    label: str
    href: str
    primary: bool = False
    post: bool = False
    danger: bool = False
    icon: str = ""


@dataclass(frozen=True)
class Todo:
    """待办: what, who asks, until when, and the very step. The first action is the main one.

    ``until`` is the last day; ``light_word`` says it in words (``还剩 1 个工作日``) and stands beside the light.
    """

    kind: str
    what: str
    href: str
    asked_by: str
    note: str = ""
    until: date | None = None
    light: str = ""
    light_word: str = ""
    actions: Sequence[Action] = ()


@dataclass(frozen=True)
class Step:
    """One step of a line (the seven of the quarter, the stepper of a long form)."""

    label: str
    state: Literal["done", "now", "next"] = "next"
    href: str = ""


@dataclass(frozen=True)
class TrailEntry:
    """办理过程: who (姓名), of which unit (单位), when (时间), did what, and said what (意见)."""

    name: str
    unit: str
    at: datetime
    did: str
    said: str = ""


@dataclass(frozen=True)
class Confirmation:
    """The answer after an action: what happened, who has it now, until when. Never only 提交成功."""

    happened: str
    now_with: str = ""
    until: date | None = None
    next_step: str = ""
    actions: Sequence[Action] = ()


@dataclass(frozen=True)
class CopyText:
    """复制到微信群: plain text without personal data, ready to be pasted. ``name`` is unique on its page."""

    text: str
    name: str = "copy"
    label: str = "复制到微信群"
    note: str = "纯文字，不含姓名和电话。"
    is_open: bool = False

    @property
    def lines(self) -> int:
        """Height of the field."""
        return min(max(4, self.text.count("\n") + 2), 14)


@dataclass(frozen=True)
class Empty:
    """An empty page tells what it is for and offers the first step."""

    title: str
    purpose: str
    icon: str = "list"
    steps: Sequence[str] = ()
    action: Action | None = None


@dataclass(frozen=True)
class Shortcut:
    """A tile on the workbench."""

    label: str
    href: str
    icon: str


@dataclass(frozen=True)
class Tab:
    """One of several views of the same thing, each with its own address."""

    label: str
    href: str
    current: bool = False
    count: int | None = None


@dataclass(frozen=True)
class Pages:
    """Neighbours of a cursor page. ``count`` is a number, ``1000+`` when capped, or empty when nobody asked."""

    previous: str = ""
    next: str = ""
    count: str = ""
    shown: int = 0


@dataclass(frozen=True)
class Refusal:
    """An error page: what happened in one sentence, what can be done, and the ways on."""

    status: int
    title: str
    sentence: str
    advice: Sequence[str] = ()
    actions: Sequence[Action] = field(default=())
