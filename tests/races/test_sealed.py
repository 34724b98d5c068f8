"""Sealed votes at one moment, and what a superuser finds underneath (V1, V4, V6), each with its control."""

import random
import threading
from base64 import b64encode

import pytest
from nacl.public import PrivateKey, SealedBox

from deliberation import rules
from deliberation.models import Poll, RollEntry, SealedBallot, VoteMark
from deliberation.services import locks, sealed
from tests.cast import make_cast
from tests.deliberation.conftest import make_room
from tests.deliberation.sealing import begun, box, cast, grown, opened, voters
from tests.races.crowd import ROUNDS, Crossing, counted, rush, without_constraint

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]

VOTERS = 15
DEVICES = 2


@pytest.fixture
def room():
    return grown(make_room(make_cast()), VOTERS)


@pytest.fixture
def unlocked(monkeypatch):
    """The guard off: the poll is read without its row lock."""
    monkeypatch.setattr(sealed, "locked_poll", lambda poll: locks.polls_with_board().get(pk=poll.pk))


def test_thirty_devices_while_the_chair_stops(room):
    """V1, V4: one ballot for each who was acknowledged, none after the stop, and every one of them is counted."""
    chance = random.Random(11)
    for number in range(ROUNDS):
        poll, key = begun(room)
        people = voters(poll)
        assert len(people) == VOTERS
        choices = {person: chance.choice(["yes", "no", "abstain"]) for person in people}
        started = threading.Semaphore(0)
        some = chance.randrange(VOTERS) if number else VOTERS // 2

        def vote(person, poll=poll, choices=choices, started=started):
            def run():
                try:
                    cast(room, poll, person, choices[person])
                finally:
                    started.release()

            return run

        def stop(poll=poll, after=some, started=started):
            for _ in range(after):
                started.acquire(timeout=30)
            sealed.stop_poll(actor=room.joint, poll=poll, now=room.now)

        outcomes = rush([stop, *(vote(person) for person in people for _ in range(DEVICES))])
        assert outcomes[0] == "done"
        by_voter = {p: outcomes[1:][at * DEVICES : (at + 1) * DEVICES] for at, p in enumerate(people)}
        voted = {p for p, answers in by_voter.items() if "done" in answers}
        assert all(answers.count("done") <= 1 for answers in by_voter.values())
        assert set(outcomes[1:]) <= {"done", "already_voted", "poll_closed"}
        marked = VoteMark.objects.filter(entry__poll=poll).values_list("entry__person", flat=True)
        assert set(marked) == {person.pk for person in voted}
        assert SealedBallot.objects.count() == len(voted)
        text = key.encode().hex()
        poll = sealed.open_ballots(actor=room.deputy, poll=poll, private_key=text, now=room.now)
        wanted = [choices[person] for person in voted]
        assert [poll.yes, poll.no, poll.abstain] == [wanted.count(choice) for choice in ("yes", "no", "abstain")]


def test_control_without_lock_and_constraint_one_voter_has_four_ballots(room, unlocked, superuser, monkeypatch):
    poll, _ = begun(room)
    cross, create = Crossing(4), VoteMark.objects.create

    def meet(**values):
        cross()
        return create(**values)

    monkeypatch.setattr(VoteMark.objects, "create", meet)
    with without_constraint(superuser, "deliberation_votemark", "PRIMARY KEY (entry_id)"):
        assert counted(rush([lambda: cast(room, poll, room.joint)] * 4)) == {"done": 4}
        assert SealedBallot.objects.count() == 4


def test_two_votes_that_end_at_once_both_end(room):
    """Each reads the table of ballots and writes it anew: one after the other, without a deadlock."""
    first, second = begun(room), begun(room)
    for poll, _ in (first, second):
        for person in voters(poll):
            cast(room, poll, person)
        sealed.stop_poll(actor=room.joint, poll=poll, now=room.now)
    calls = [
        lambda poll=poll, key=key: sealed.open_ballots(
            actor=room.deputy, poll=poll, private_key=key.encode().hex(), now=room.now
        )
        for poll, key in (first, second)
    ]
    assert rush(calls) == ["done", "done"]
    assert sorted(Poll.objects.values_list("yes", flat=True)) == [VOTERS, VOTERS]
    assert not SealedBallot.objects.exists()


# --- what a superuser finds -------------------------------------------------------------------------------------------

JOIN = """SELECT r.person_id, b.box FROM deliberation_votemark m JOIN deliberation_rollentry r ON r.id = m.entry_id
          JOIN deliberation_sealedballot b ON b.xmin = m.xmin"""
DEAD = """SELECT count(*) FROM generate_series(0, pg_relation_size('deliberation_sealedballot') / 8192 - 1) AS page,
          LATERAL heap_page_items(get_raw_page('deliberation_sealedballot', page::int)) AS item
          WHERE item.t_data IS NOT NULL"""


@pytest.fixture
def inspector(superuser):
    superuser.execute("CREATE EXTENSION IF NOT EXISTS pageinspect")
    # What earlier tests left behind in the page is not what is looked for.
    superuser.execute("TRUNCATE deliberation_sealedballot")
    yield superuser
    superuser.execute("DROP EXTENSION pageinspect")


def ask(link, statement):
    return link.execute(statement).fetchall()


def test_v6_the_transactions_join_no_choice_before_and_nothing_after(room, inspector):
    """The trap of the hidden xmin: while it collects it finds boxes that nobody can open; afterwards nothing."""
    poll, key = begun(room)
    for person in voters(poll):
        cast(room, poll, person)
    found = ask(inspector, JOIN)
    assert len(found) == VOTERS
    assert len({bytes(sealed_box) for _, sealed_box in found}) == VOTERS, "equal choices look different"
    wrong = SealedBox(PrivateKey.generate())
    assert {sealed._opened(wrong, bytes(sealed_box)) for _, sealed_box in found} == {""}
    assert ask(inspector, DEAD) == [(VOTERS,)]
    opened(room, poll, key)
    inspector.execute("VACUUM (FREEZE) deliberation_votemark")
    assert ask(inspector, JOIN) == []
    assert ask(inspector, DEAD) == [(0,)], "no dead version either"
    assert VoteMark.objects.count() == VOTERS


def test_control_of_v6_deleted_ballots_are_still_there_for_whoever_looks_at_the_page(room, inspector):
    """With the rewriting asleep, deleting leaves every version behind, and its transaction names the voter."""
    poll, key = begun(room)
    for person in voters(poll):
        cast(room, poll, person)
    inspector.execute("ALTER TABLE deliberation_poll DISABLE TRIGGER liancun_forget_ballots")
    try:
        opened(room, poll, key)
        inspector.execute("DELETE FROM deliberation_sealedballot")
        assert ask(inspector, "SELECT count(*) FROM deliberation_sealedballot") == [(0,)]
        assert ask(inspector, DEAD) == [(VOTERS,)]
        dead = """SELECT count(*) FROM heap_page_items(get_raw_page('deliberation_sealedballot', 0)) i
                  JOIN deliberation_votemark m ON m.xmin::text = i.t_xmin::text"""
        assert ask(inspector, dead) == [(VOTERS,)]
    finally:
        inspector.execute("ALTER TABLE deliberation_poll ENABLE TRIGGER liancun_forget_ballots")


PLACES = ("wal", "files", "dump")


class Disk:
    """What the server has written from now on: its log, the files of the tables, a dump of every table."""

    def __init__(self, link) -> None:
        self.link = link
        (self.first,) = link.execute("SELECT pg_walfile_name(pg_current_wal_insert_lsn())").fetchone()

    def holds(self, *needles: bytes) -> set[str]:
        """Where any of these bytes stand."""
        self.link.execute("CHECKPOINT")
        segments = self.link.execute(
            "SELECT pg_read_binary_file('pg_wal/' || name) FROM pg_ls_waldir() WHERE name >= %s AND length(name) = 24",
            [self.first],
        )
        found = {"wal" for (data,) in segments if any(needle in bytes(data) for needle in needles)}
        tables = ask(
            self.link,
            "SELECT oid::regclass::text, pg_relation_filepath(oid) FROM pg_class"
            " WHERE relkind = 'r' AND (relname LIKE 'deliberation%' OR relname LIKE 'kit%')",
        )
        for table, path in tables:
            data = b"".join(bytes(part) for (part,) in ask(self.link, f"SELECT pg_read_binary_file('{path}')"))
            with self.link.cursor().copy(f"COPY {table} TO STDOUT") as lines:
                text = b"".join(bytes(block) for block in lines)
            found |= {"files" for needle in needles if needle in data}
            found |= {"dump" for needle in needles if needle in text or needle.hex().encode() in text}
        return found


def test_v6_no_readable_ballot_in_log_files_or_dump(room, superuser):
    disk = Disk(superuser)
    poll, key = begun(room)
    for person in voters(poll):
        cast(room, poll, person)
    assert disk.holds(rules.ballot_message("yes")) == set()
    opened(room, poll, key)
    assert disk.holds(rules.ballot_message("yes"), key.encode(), key.encode().hex().encode()) == set()


def test_control_of_v6_an_unsealed_ballot_is_found_everywhere(room, superuser):
    """The same search, when the screen forgets to seal."""
    disk = Disk(superuser)
    poll, _ = begun(room)
    plain = b64encode(rules.ballot_message("abstain").ljust(rules.BOX_LENGTH)).decode()
    sealed.cast_sealed(actor=room.joint, poll=poll, sealed_ballot=plain, now=room.now)
    assert disk.holds(rules.ballot_message("abstain")) == set(PLACES)


def test_the_roll_says_who_votes_and_the_box_says_nothing(room):
    """The same message sealed twice is never the same box."""
    poll, _ = begun(room)
    assert RollEntry.objects.filter(poll=poll).count() == VOTERS
    assert len({box(poll, "yes") for _ in range(50)}) == 50
