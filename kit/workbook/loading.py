"""All or nothing: every row through the caller's service, refusals noted at their cells."""

from collections.abc import Callable, Generator
from typing import Any

from django.db import transaction

from kit.errors import DomainError
from kit.workbook.shapes import Outcome, Row, Sheet


def load(
    sheet: Sheet,
    save: Callable[[Row], Any],
    *,
    check_only: bool,
    progress: Callable[[int, int], None],
) -> Outcome:
    """See ``kit.workbook.load``."""
    stepping, count = steps(sheet, save, check_only=check_only), len(sheet.rows)
    while True:
        try:
            progress(next(stepping), count)
        except StopIteration as end:
            return end.value


def steps(sheet: Sheet, save: Callable[[Row], Any], *, check_only: bool) -> Generator[int, None, Outcome]:
    """See ``kit.workbook.steps``."""
    count = len(sheet.rows)
    with transaction.atomic():
        for done, row in enumerate(sheet.rows, 1):
            if not row.errors:
                _try(sheet, row, save)
            yield done
        wrong = len(sheet.wrong)
        if wrong or check_only:
            transaction.set_rollback(True)
    return Outcome(saved=0 if wrong or check_only else count, looked_at=count, wrong=wrong)


def _try(sheet: Sheet, row: Row, save: Callable[[Row], Any]) -> None:
    try:
        # A savepoint each, so that one refusal lets the others be looked at too.
        with transaction.atomic():
            save(row)
    except DomainError as refusal:
        for title, sentences in (refusal.errors or {"": [refusal.message]}).items():
            for sentence in sentences:
                row.refuse(sheet.names.get(title, title), sentence)
