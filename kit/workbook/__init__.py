"""Excel out and in: registers as offices file them, templates to fill in, and uploads checked to the cell.

The library behind it takes 26 MB, so it is loaded at the first use and not with the product.
"""

from collections.abc import Callable, Generator, Iterable
from typing import Any

from kit.workbook.cells import disarmed
from kit.workbook.shapes import Column, Field, Outcome, Register, Row, Sheet, file_name

__all__ = [
    "Column",
    "Field",
    "Outcome",
    "Register",
    "Row",
    "Sheet",
    "disarmed",
    "file_name",
    "load",
    "read",
    "steps",
    "template",
    "write",
]


def write(register: Register) -> bytes:
    """A register as .xlsx: title, unit and time, bold header, 序号, 合计, footer; A4 landscape, one page wide."""
    from kit.workbook import writing

    return writing.write(register)


def template(title: str, fields: Iterable[Field], *, notes: Iterable[str] = ()) -> bytes:
    """An empty table with the fields as header, drop-downs, and a 填写说明 sheet."""
    from kit.workbook import writing

    return writing.template(title, list(fields), list(notes))


def read(data: bytes, fields: Iterable[Field]) -> Sheet:
    """The rows of an uploaded .xlsx, each cell parsed; what is wrong is noted at its cell, not raised.

    Raises RuleBroken for what is no such table at all: another type, no header, too many rows.
    """
    from kit.workbook import reading

    return reading.read(data, list(fields))


def load(
    sheet: Sheet,
    save: Callable[[Row], Any],
    *,
    check_only: bool = False,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Outcome:
    """Save every row or none. A row that ``save`` refuses (DomainError) is noted at its cells, the others are tried.

    check_only: try everything and keep nothing, for the preview.
    """
    from kit.workbook import loading

    return loading.load(sheet, save, check_only=check_only, progress=progress)


def steps(sheet: Sheet, save: Callable[[Row], Any], *, check_only: bool = False) -> Generator[int, None, Outcome]:
    """``load`` for somebody who watches: yields how many rows are done, and returns the outcome.

    The transaction is open between the steps; closing the generator early rolls everything back.
    """
    from kit.workbook import loading

    return loading.steps(sheet, save, check_only=check_only)
