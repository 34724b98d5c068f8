"""参数: every number of the design, with a default in code and effective-dated values in the table.

``get(name, on=day, path=…)`` gives the value in force on a day at an organization: the nearest one set along its path
(township before district), else the default. A value takes effect on the day after it is set at the earliest; hence a
copy of the table read on day D is complete for every question up to day D, and reading costs no query per request.
"""

import threading
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import Enum
from fractions import Fraction
from typing import Any

from kit import events, facts, money, policies
from kit.actors import actor_label
from kit.calendar import day_of, long_date
from kit.clock import database_now
from kit.errors import DomainError, RuleBroken
from kit.models import ParameterValue
from kit.services import service

# A transaction that straddles midnight must not put a value into a day that others have already read.
MARGIN = timedelta(hours=1)
# A parameter is a number or a mark such as 机关代字, never a paragraph.
LONGEST_TEXT = 20


class Kind(Enum):
    """What a parameter is; the value is how its type is named to people."""

    INTEGER = "整数"
    MONEY = "金额（元）"
    RATIO = "比例"
    FLAG = "是否"
    CHOICE = "选项"
    TEXT = "文字"


Value = int | Fraction | bool | str


@dataclass(frozen=True)
class Parameter:
    """One declared parameter. Money is in 分, a ratio an exact fraction; ``source`` names the rule, e.g. ``F-04``."""

    name: str
    kind: Kind
    default: Value
    label: str
    source: str
    unit: str = ""
    least: int | Fraction | None = None
    most: int | Fraction | None = None
    choices: tuple[str, ...] = ()
    by_township: bool = True

    def on(self, day: date, path: str = "") -> Any:
        return get(self.name, on=day, path=path)

    def shown(self, value: Value) -> str:
        """The value as people read it."""
        if self.kind is Kind.FLAG:
            return "是" if value else "否"
        if self.kind is Kind.MONEY:
            return money.yuan(int(value))
        return f"{value}{self.unit}"


_declared: dict[str, Parameter] = {}


def declare(
    name: str,
    kind: Kind,
    default: Any,
    label: str,
    source: str,
    *,
    unit: str = "",
    least: Any = None,
    most: Any = None,
    choices: Iterable[str] = (),
    by_township: bool = True,
) -> Parameter:
    """Declare a parameter in an app's ``declarations.py``.

    ``name`` is ``app.noun``; ratios may be written ``"4/5"``. ``by_township=False`` leaves it to the district alone.
    Raises: ValueError for a default outside its bounds or a second, different declaration.
    """
    bare = Parameter(name, kind, False, label, source, unit, choices=tuple(choices), by_township=by_township)
    bounded = replace(
        bare,
        least=None if least is None else _typed(bare, least),
        most=None if most is None else _typed(bare, most),
    )
    try:
        made = replace(bounded, default=_checked(bounded, default))
    except RuleBroken as fault:
        raise ValueError(f"the default of {name} breaks its own bounds: {fault.message}") from fault
    if _declared.setdefault(name, made) != made:
        raise ValueError(f"parameter {name} is declared twice")
    return made


def declared() -> list[Parameter]:
    """All parameters, by name: for the admin, the docs and the tests."""
    return [_declared[name] for name in sorted(_declared)]


# --- reading ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Copy:
    """The table as read on ``day``: (name, path) → days of effect, ascending, and the values from then on."""

    day: date
    rows: Mapping[tuple[str, str], tuple[list[date], list[Any]]]


_copy: _Copy | None = None
_reading = threading.Lock()


def get(name: str, *, on: date, path: str = "") -> Any:
    """The value in force on day ``on`` at the organization with ``path`` (empty: the default of the product).

    KeyError for an undeclared name. No query, except once a day in each process and for days yet to come.
    """
    parameter = _declared[name]
    rows = _rows_for(on)
    for at in _upwards(path, parameter):
        days, values = rows.get((name, at), ((), ()))
        place = bisect_right(days, on)
        # None: from that day on this level has no value of its own.
        if place and values[place - 1] is not None:
            return _typed(parameter, values[place - 1])
    return parameter.default


def _upwards(path: str, parameter: Parameter) -> list[str]:
    """``d1/t2/v3/`` → itself, ``d1/t2/``, ``d1/``; only the district for parameters that townships may not set."""
    parts = path.rstrip("/").split("/") if path else []
    prefixes = ["/".join(parts[:depth]) + "/" for depth in range(len(parts), 0, -1)]
    return prefixes if parameter.by_township else prefixes[-1:]


def _rows_for(on: date) -> Mapping[tuple[str, str], tuple[list[date], list[Any]]]:
    global _copy
    if _copy is not None and on <= _copy.day:
        return _copy.rows
    with _reading:
        if _copy is not None and on <= _copy.day:
            return _copy.rows
        # The day is taken before the rows, by the clock that every process shares.
        today = day_of(database_now())
        rows: dict[tuple[str, str], tuple[list[date], list[Any]]] = {}
        for name, path, day, value in ParameterValue.objects.order_by("effective_on", "pk").values_list(
            "name", "path", "effective_on", "value"
        ):
            days, values = rows.setdefault((name, path), ([], []))
            days.append(day)
            values.append(value)
        _copy = _Copy(today, rows)
        return rows


def forget() -> None:
    """Read the table again at the next question; between tests."""
    global _copy
    _copy = None


# --- setting ---------------------------------------------------------------------------------------------------------


@service
def set_value(*, name: str, value: Any, org, effective_on: date, reason: str, actor, now: datetime) -> ParameterValue:
    """Set a parameter for ``org`` and everything below it, from a coming day on. None: again as the level above says.

    A value that is not yet in force may be replaced; one in force never, a new one follows it.
    Raises: Forbidden, Hidden; RuleBroken with the field; DomainError ``parameter_too_soon`` (409).
    """
    policies.require(actor, "parameter.set", org)
    parameter = _declared.get(name)
    if parameter is None:
        raise RuleBroken("parameter_unknown", f"没有“{name}”这个参数。", field="name")
    if org.path.count("/") > (2 if parameter.by_township else 1):
        raise RuleBroken(
            "parameter_level",
            f"“{parameter.label}”只能由区里{'或乡镇' if parameter.by_township else ''}设置。",
            field="org",
        )
    if not reason.strip():
        raise RuleBroken("parameter_reason", "请写明设置的理由或文件依据。", field="reason")
    stored = None if value is None else _plain(parameter, _checked(parameter, value))
    earliest = day_of(now + MARGIN) + timedelta(days=1)
    if effective_on < earliest:
        raise DomainError(
            "parameter_too_soon",
            f"参数最早从{long_date(earliest, weekday=False)}起生效，不能改变已经过去和正在进行的日子。",
            errors={"effective_on": [f"最早填 {long_date(earliest, weekday=False)}。"]},
        )
    row, _ = ParameterValue.objects.update_or_create(
        name=name,
        path=org.path,
        effective_on=effective_on,
        defaults={
            "org_id": org.pk,
            "value": stored,
            "reason": reason.strip(),
            "set_by": actor_label(actor),
            "set_at": now,
        },
    )
    facts.record(
        events.PARAMETER_SET,
        actor=actor,
        org=org,
        subject=row,
        at=now,
        name=name,
        value=stored,
        effective_on=effective_on.isoformat(),
        reason=row.reason,
    )
    forget()
    return row


def _typed(parameter: Parameter, value: Any) -> Any:
    """Stored or typed → the rule's type. Raises RuleBroken ``parameter_malformed``."""
    try:
        if parameter.kind is Kind.RATIO and not isinstance(value, bool | float):
            return Fraction(value)
        if parameter.kind is Kind.FLAG and isinstance(value, bool):
            return value
        if parameter.kind in (Kind.CHOICE, Kind.TEXT) and isinstance(value, str):
            return value
        if parameter.kind in (Kind.INTEGER, Kind.MONEY) and type(value) is int:
            return value
    except (ValueError, TypeError, ZeroDivisionError):
        pass
    raise RuleBroken("parameter_malformed", f"“{parameter.label}”应填{parameter.kind.value}。", field="value")


def _checked(parameter: Parameter, value: Any) -> Any:
    typed = _typed(parameter, value)
    if parameter.kind is Kind.CHOICE and typed not in parameter.choices:
        raise RuleBroken(
            "parameter_out_of_bounds", f"“{parameter.label}”只能是{'、'.join(parameter.choices)}。", field="value"
        )
    if parameter.kind is Kind.TEXT and not 0 < len(typed.strip()) <= LONGEST_TEXT:
        raise RuleBroken("parameter_out_of_bounds", f"“{parameter.label}”应为1到{LONGEST_TEXT}个字。", field="value")
    below = parameter.least is not None and typed < parameter.least
    above = parameter.most is not None and typed > parameter.most
    if below or above:
        least = "不限" if parameter.least is None else parameter.shown(parameter.least)
        most = "不限" if parameter.most is None else parameter.shown(parameter.most)
        raise RuleBroken("parameter_out_of_bounds", f"“{parameter.label}”应在 {least} 到 {most} 之间。", field="value")
    return typed


def _plain(parameter: Parameter, value: Any) -> Any:
    return str(value) if parameter.kind is Kind.RATIO else value
