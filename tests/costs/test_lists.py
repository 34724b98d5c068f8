"""What every list of the API and every register costs in statements (P1, P5): the same at 2 rows and at 20."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from kit import throttling, tokens
from lianCun.api.urls import APPS
from tests.api.client import Caller
from tests.cast import make_cast
from tests.costs.many import one_more

FEW, MANY = 2, 20
# A page that shows so many lines more is at least so many bytes longer.
GROWN = (MANY - FEW) * 100
LISTS = sorted(prefix for router in APPS for prefix, _, _ in router.registry)
# Kept by the person in the browser; no program reads them, and the browser costs its session and its person.
OF_THE_BROWSER = {"tokens"}
# The keeper sees every row; the member does not answer objections and looks after nobody's reminders but the own.
KEEPER, MEMBER = "cadre_chen", "secretary_li"
REGISTERS = {
    "demands": "/resources/?show=all",
    "own demands": "/resources/?show=mine",
    "own motions": "/deliberation/?show=mine",
    "motions": "/deliberation/?show=motions",
    "meetings": "/meetings/",
    "resolutions": "/deliberation/?show=resolutions",
    "tasks": "/deliberation/?show=tasks",
    "notifications": "/notifications/",
    "joint organizations": "/joint-orgs/",
    "public board": "/public/",
}
# The register of complaints is a screen of the admin, whose frame asks for more than a page's.
SCREEN = reverse("admin:oversight_complaint_changelist")


class Measured:
    """(statements, rows or bytes) of each address and reader, at few rows and at many."""

    def __init__(self) -> None:
        self.found: dict[tuple[str, str], list[tuple[list[str], int]]] = {}

    def note(self, what: str, who: str, read: Any) -> None:
        read()  # the token's use, parameters, holidays
        with CaptureQueriesContext(connection) as captured:
            answer = read()
        assert answer.status_code == 200, (what, who, answer.content[:300])
        rows = len(answer.json()["results"]) if what in LISTS else len(answer.content)
        self.found.setdefault((what, who), []).append(([query["sql"] for query in captured], rows))

    def __call__(self, what: str, who: str) -> tuple[list[str], list[str], int]:
        (few, before), (many, after) = self.found[what, who]
        return few, many, after - before


@pytest.fixture(scope="module")
def measured(django_db_setup, django_db_blocker):
    """Everything asked by both of them at 2 rows, and again at 20."""
    with django_db_blocker.unblock(), transaction.atomic():
        cast, found = make_cast(), Measured()
        callers = {who: (Caller(token=_token(cast[who])), Caller(cast[who])) for who in (KEEPER, MEMBER)}
        for numbers in (range(FEW), range(FEW, MANY)):
            for number in numbers:
                one_more(cast, number + 1)
            for who, (program, browser) in callers.items():
                throttling.forget()
                for resource in LISTS:
                    caller = browser if resource in OF_THE_BROWSER else program
                    address = f"/{resource}/?limit=200&count=capped"
                    found.note(resource, who, lambda c=caller, a=address: c.get(a))
                for address in (*REGISTERS.values(), *([SCREEN] if who == KEEPER else [])):
                    found.note(address, who, lambda c=browser.client, a=address: c.get(a))
        yield found
        transaction.set_rollback(True)


def _token(person: Any) -> str:
    now = timezone.now()
    return tokens.issue_token(actor=person, name="t", scopes=["read"], expires_at=now + timedelta(days=1), now=now)[1]


def told(statements: list[str]) -> str:
    return "\n".join(f"{n} {sql[:150]}" for n, sql in enumerate(statements, 1))


@pytest.mark.parametrize("resource", LISTS)
def test_p1_a_list_costs_the_same_at_2_and_20_rows_and_at_most_5(measured, resource):
    most = 7 if resource in OF_THE_BROWSER else 5
    for who in (KEEPER, MEMBER):
        few, many, more = measured(resource, who)
        assert len(few) == len(many) <= most, f"{who}\n{told(many)}"
        assert more >= MANY - FEW or who == MEMBER, f"tests/costs/many.py makes no row of {resource}"


@pytest.mark.parametrize("register", REGISTERS)
def test_p5_a_register_costs_the_same_at_2_and_20_rows_and_at_most_8(measured, register):
    for who in (KEEPER, MEMBER):
        few, many, more = measured(REGISTERS[register], who)
        assert len(few) == len(many) <= 8, f"{who}\n{told(many)}"
        assert more > GROWN or (who == KEEPER and register.startswith("own")), f"{register} of {who} did not grow"


def test_the_register_of_complaints_costs_the_same_at_2_and_20_rows(measured):
    few, many, more = measured(SCREEN, KEEPER)
    assert len(few) == len(many), told(many)
    assert more > GROWN
