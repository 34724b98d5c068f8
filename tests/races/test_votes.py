"""Votes at one moment (V1, V4, V5): every voter from two devices while the chair closes; two tellers from four.

Each with a control: with the poll's row lock off, and where the database has the last word with its constraint off too,
the failure shows.
"""

import random
import threading
from collections import Counter

import pytest

from deliberation.models import Ballot, Poll, RollEntry, TallyEntry
from deliberation.services import locks, polls, tallies
from orgs.choices import Role
from tests.cast import make_cast
from tests.deliberation.conftest import make_room
from tests.factories import PersonFactory, PostingFactory
from tests.races.crowd import ROUNDS, Crossing, counted, rush, without_constraint

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]

VOTERS = 16
DEVICES = 2


@pytest.fixture
def room():
    room = make_room(make_cast())
    for number in range(VOTERS - 5):
        person = PersonFactory(name=f"委员{number}", organization=room.cast.sanjiang, username=f"member{number}")
        PostingFactory(person=person, organization=room.body, role=Role.JOINT_MEMBER)
    return room


@pytest.fixture
def unlocked(monkeypatch):
    """The guard off: the poll is read without its row lock."""

    def without_lock(poll):
        return locks.polls_with_board().get(pk=poll.pk)

    for verbs in (polls, tallies):
        monkeypatch.setattr(verbs, "locked_poll", without_lock)


def opened(room, number: int, method: str = "recorded", **tellers) -> Poll:
    item = room.discussed(room.accepted(title=f"关于修缮烘干房的议题{number}"))
    return polls.open_poll(actor=room.joint, item=item, method=method, now=room.now, **tellers)


def cast_by(poll, entry, choice="yes"):
    return lambda: polls.cast_ballot(actor=entry.person, poll=poll, choice=choice, now=poll.opened_at)


def closed_by(room, poll):
    return lambda: polls.close_poll(actor=room.joint, poll=poll, now=poll.opened_at)


def test_each_voter_once_none_after_the_closing_none_lost_before(room):
    chance = random.Random(7)
    ends = Counter()
    for number in range(ROUNDS):
        poll = opened(room, number)
        roll = list(RollEntry.objects.filter(poll=poll).select_related("person"))
        assert len(roll) == VOTERS
        calls = [
            cast_by(poll, entry, chance.choice(["yes", "no", "abstain"])) for entry in roll for _ in range(DEVICES)
        ]
        # The chair closes once some of them are in; in every third round before the first.
        started = threading.Semaphore(0)
        some = chance.randrange(VOTERS) if number % 3 else 0

        def close(poll=poll, after=some, started=started):
            for _ in range(after):
                started.acquire(timeout=30)
            closed_by(room, poll)()

        def told(call, started=started):
            def run():
                try:
                    call()
                finally:
                    started.release()

            return run

        outcomes = rush([close, *map(told, calls)])
        assert outcomes[0] == "done"
        by_voter = [outcomes[1:][place * DEVICES : (place + 1) * DEVICES] for place in range(VOTERS)]
        ballots = {b.entry_id: b for b in Ballot.objects.filter(entry__poll=poll)}
        poll = Poll.objects.get(pk=poll.pk)
        for entry, answers in zip(roll, by_voter, strict=True):
            # Acknowledged = one ballot; refused on both devices = none, and only because the poll was closed.
            assert answers.count("done") == (entry.pk in ballots)
            assert set(answers) <= {"done", "already_voted", "poll_closed"}
            if entry.pk not in ballots:
                assert set(answers) == {"poll_closed"}
        assert poll.yes + poll.no + poll.abstain == len(ballots)
        assert all(ballot.cast_at <= poll.closed_at for ballot in ballots.values())
        ends.update(outcomes[1:])
    assert ends["done"]
    assert ends["poll_closed"]


def test_control_without_the_lock_a_ballot_comes_after_the_count(room, unlocked, monkeypatch):
    """It saw the poll open, the chair closed meanwhile: acknowledged, and in no result."""
    poll = opened(room, 1)
    entry = RollEntry.objects.filter(poll=poll).select_related("person").first()
    seen, counted_already = threading.Event(), threading.Event()
    now = polls.database_now

    def late():
        if threading.current_thread().name == "voter":
            seen.set()
            counted_already.wait(30)
        return now()

    monkeypatch.setattr(polls, "database_now", late)

    def vote():
        threading.current_thread().name = "voter"
        cast_by(poll, entry)()

    def close():
        seen.wait(30)
        closed_by(room, poll)()
        counted_already.set()

    assert rush([vote, close]) == ["done", "done"]
    poll.refresh_from_db()
    assert (poll.yes, Ballot.objects.filter(entry__poll=poll).count()) == (0, 1)
    assert Ballot.objects.get().cast_at > poll.closed_at


@pytest.fixture
def crossing(monkeypatch):
    """Everybody stops between looking and writing until all are there; with the lock on, each waits in vain."""

    def set_up(callers: int) -> None:
        cross = Crossing(callers)
        for model in (Ballot, TallyEntry):
            create = model.objects.create

            def meet(create=create, **values):
                cross()
                return create(**values)

            monkeypatch.setattr(model.objects, "create", meet)

    return set_up


def test_one_voter_from_eight_devices_has_one_ballot(room, crossing):
    poll = opened(room, 1)
    entry = RollEntry.objects.filter(poll=poll).select_related("person").first()
    crossing(8)
    assert counted(rush([cast_by(poll, entry)] * 8)) == {"done": 1, "already_voted": 7}
    assert Ballot.objects.count() == 1


def test_control_without_lock_and_constraint_one_voter_has_eight(room, unlocked, crossing, superuser):
    poll = opened(room, 1)
    entry = RollEntry.objects.filter(poll=poll).select_related("person").first()
    crossing(8)
    with without_constraint(superuser, "deliberation_ballot", "UNIQUE (entry_id)"):
        assert counted(rush([cast_by(poll, entry)] * 8)) == {"done": 8}
        assert Ballot.objects.count() == 8


def tallied(poll, teller, yes=16):
    return lambda: tallies.enter_tally(actor=teller, poll=poll, yes=yes, no=0, abstain=0, now=poll.opened_at)


def test_two_tellers_at_once_from_four_devices_each_enter_one_count(room, crossing):
    for number in range(ROUNDS):
        poll = opened(room, number, "show_of_hands", teller_a=room.deputy, teller_b=room.daxing)
        calls = [tallied(poll, teller) for teller in (room.deputy, room.daxing) for _ in range(4)]
        outcomes = rush(calls)
        assert counted(outcomes) == {"done": 2, "already_counted": 6}
        assert outcomes[:4].count("done") == outcomes[4:].count("done") == 1
        assert TallyEntry.objects.filter(poll=poll).count() == 2
        closed_by(room, poll)()
        poll.refresh_from_db()
        assert (poll.yes, poll.is_adopted) == (16, True)


def test_two_tellers_at_once_with_different_counts_close_nothing_until_they_agree(room):
    poll = opened(room, 1, "show_of_hands", teller_a=room.deputy, teller_b=room.daxing)
    assert rush([tallied(poll, room.deputy, 16), tallied(poll, room.daxing, 15)]) == ["done", "done"]
    assert rush([closed_by(room, poll)] * 4) == ["tally_mismatch"] * 4
    assert rush([tallied(poll, room.deputy, 15), tallied(poll, room.daxing, 15)]) == ["done", "done"]
    assert counted(rush([closed_by(room, poll)] * 4)) == {"done": 1, "poll_closed": 3}
    poll.refresh_from_db()
    assert poll.yes == 15


def test_control_without_lock_and_constraint_a_teller_counts_four_times(room, unlocked, crossing, superuser):
    poll = opened(room, 1, "show_of_hands", teller_a=room.deputy, teller_b=room.daxing)
    crossing(4)
    with without_constraint(superuser, "deliberation_tallyentry", "UNIQUE (poll_id, teller_id, round)"):
        assert counted(rush([tallied(poll, room.deputy)] * 4)) == {"done": 4}
        assert TallyEntry.objects.filter(poll=poll, teller=room.deputy, round=1).count() == 4


def test_of_four_who_open_a_vote_at_once_one_does(room):
    item = room.discussed(room.accepted())
    call = lambda: polls.open_poll(actor=room.joint, item=item, method="recorded", now=room.now)  # noqa: E731
    outcomes = rush([call] * 4)
    assert counted(outcomes) == {"done": 1, "poll_exists": 3}
    assert Poll.objects.filter(item=item).count() == 1
    assert RollEntry.objects.filter(poll__item=item).count() == VOTERS
