"""What 过程质量 costs in statements: the same for a body that met twice in a year and for one that met twenty times."""

from datetime import timedelta

from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kit.services import stamp
from tests.deliberation.quality_year import Register, at
from tests.factories import MAKER

# The session, its person, posts, bodies and unread notices; the body, whether the reader sits in it, what else can be
# chosen; ten reads.
MOST = 18
DOORS = ("", "print/", "rows/?item=repeated&part=flag")


def _one_more(book: Register, cast, number: int, year: int) -> None:
    """A meeting with a vote, a word, a late item, a task and an objection, alike to the one before it."""
    starts_at = at(1, 5, year) + timedelta(days=number)
    meeting = book.meeting(starts_at, starts_at - timedelta(days=5))
    motion = book.motion(f"关于修缮烘干房的议题{number}", cast.mingyue, starts_at - timedelta(days=9), starts_at)
    item = book.vote(meeting, motion, 2, 1)
    book.there(meeting, cast.secretary_li, cast.mingyue, said=item)
    book.item(meeting, "briefing", is_late=True)
    resolution = book.resolution(item, number)
    book.task(resolution, at(6, 1, year).date())
    book.objection(resolution, f"TICKET{number}", at(6, 1, year).date(), None)


def test_2_and_20_meetings_cost_the_same(cast):
    year = timezone.localdate().year - 1
    client, book = Client(), Register(cast)
    client.force_login(cast.secretary_li)
    costs, rows = [], []
    for numbers in (range(1, 3), range(3, 21)):
        with transaction.atomic():
            stamp(MAKER)
            for number in numbers:
                _one_more(book, cast, number, year)
        for door in (f"/process-quality/{each}{'&' if '?' in each else '?'}year={year}" for each in DOORS):
            client.get(door)  # parameters, holidays
            with CaptureQueriesContext(connection) as found:
                answer = client.get(door)
            assert answer.status_code == 200, door
            costs.append(len(found))
        rows.append(answer.content.decode().count('<tr role="row"><td'))
    few, many = costs[: len(DOORS)], costs[len(DOORS) :]
    assert few == many
    assert max(many) <= MOST
    # Each is alike to the two before it, the second to one.
    assert rows == [1, 1 + 2 * 18]
