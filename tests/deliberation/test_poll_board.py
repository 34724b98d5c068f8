"""表决板: a hash chain for each vote; a flipped byte anywhere is found (V10)."""

import json

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction

from deliberation import rules
from deliberation.selectors import board_faults
from deliberation.services import polls
from kit import facts, verify
from kit.chain import GENESIS
from tests.cast import make_cast
from tests.deliberation.conftest import make_room
from tests.deliberation.test_slips import both, close, opened


def kinds(poll):
    return list(poll.board.order_by("serial").values_list("kind", flat=True))


def test_a_closed_vote_has_five_lines_and_none_about_a_ballot(room):
    poll = opened(room)
    assert kinds(poll) == ["setup", "roll", "open"]
    both(room, poll)
    assert kinds(poll) == ["setup", "roll", "open"], "V7: no count before the close"
    poll = close(room, poll)
    assert kinds(poll) == ["setup", "roll", "open", "tally", "close"]
    tally = json.loads(poll.board.get(kind="tally").content)
    assert tally == {"yes": 3, "no": 1, "abstain": 0, "issued": 5, "returned": 5, "blank": 1, "invalid": 0}
    assert facts.trail(poll).get(event="deliberation.poll.closed").details["board"] == poll.board.last().hash
    assert list(board_faults()) == []


def test_a_void_vote_says_why(room):
    poll = opened(room)
    polls.void_poll(actor=room.joint, poll=poll, reason="收回的票多于发出的票", now=room.now)
    assert kinds(poll) == ["setup", "roll", "open", "void"]
    assert json.loads(poll.board.get(kind="void").content) == {"reason": "收回的票多于发出的票"}
    assert list(board_faults()) == []


LINES = ("setup", "roll", "open", "tally", "close")
TABLES = ("pollboardentry", "poll", "rollentry")
# What a superuser changes with the triggers asleep, and the words by which it is found.
FORGERIES = [
    *(
        (
            f"UPDATE deliberation_pollboardentry SET {column} ="
            f" overlay({column} placing chr(ascii(substr({column}, 5)) # 1) from 5) WHERE kind = '{kind}'",
            f"表决板第{number}行与校验值不符",
        )
        for column in ("content", "previous", "hash")
        for number, kind in enumerate(LINES, 1)
    ),
    ("UPDATE deliberation_poll SET yes = yes + 1, no = no - 1", "yes 与表决板不符：4"),
    ("UPDATE deliberation_poll SET is_adopted = false", "表决结果与表决板不符"),
    ("UPDATE deliberation_poll SET sentence = sentence || '!'", "sentence 与表决板不符"),
    ("UPDATE deliberation_poll SET channel = 'online', method = 'recorded'", "method 与表决板不符"),
    ("UPDATE deliberation_poll SET state = 'void'", "停在“结束”，与“已作废”不符"),
    (
        "DELETE FROM deliberation_rollentry WHERE on_paper = false AND id IN"
        " (SELECT id FROM deliberation_rollentry LIMIT 1)",
        "表决名册与表决板不符",
    ),
    ("DELETE FROM deliberation_pollboardentry WHERE serial > 3", "停在“开始”"),
    ("DELETE FROM deliberation_pollboardentry", "表决板不见了"),
]


@pytest.mark.django_db(transaction=True)
def test_every_forgery_of_a_vote_is_found(superuser):
    """V10: a byte flipped in any line, numbers, result, roll or state changed, lines cut, the board rewritten whole."""
    room = make_room(make_cast())
    poll = opened(room)
    both(room, poll)
    poll = close(room, poll)
    superuser.execute("SET session_replication_role = replica")
    for table in TABLES:
        superuser.execute(f"CREATE TEMP TABLE kept_{table} AS SELECT * FROM deliberation_{table}")

    def found(*forgery) -> list[str]:
        for statement in forgery:
            assert superuser.execute(statement).rowcount, statement
        faults = list(board_faults())
        for table in TABLES:
            superuser.execute(f"DELETE FROM deliberation_{table}")
            superuser.execute(f"INSERT INTO deliberation_{table} SELECT * FROM kept_{table}")
        return faults

    for forgery, words in FORGERIES:
        faults = found(forgery)
        assert len(faults) == 1, (forgery, faults)
        assert words in faults[0], forgery
    faults = found(*_rewritten(poll), "UPDATE deliberation_poll SET yes = 2, no = 2")
    assert ["末行与留痕里的不符" in fault for fault in faults] == [True]
    # The control: whatever was found is not there any more.
    assert dict(verify.run([]))["表决板"] == []
    call_command("verify_board")
    superuser.execute(FORGERIES[0][0])
    with pytest.raises(CommandError, match="1 处问题"):
        call_command("verify_board")


def _rewritten(poll) -> list[str]:
    """The board as somebody writes it who knows the code: another count, and every hash fits."""
    previous, statements = GENESIS, []
    for line in poll.board.order_by("serial"):
        content = line.content.replace('"yes": 3', '"yes": 2').replace('"no": 1', '"no": 2')
        right = rules.board_hash(str(poll.pk), line.serial, line.kind, content, previous)
        statements.append(
            f"UPDATE deliberation_pollboardentry SET content = '{content}', previous = '{previous}', hash = '{right}'"
            f" WHERE serial = {line.serial}"
        )
        previous = right
    return statements


def test_the_table_refuses_every_change(room):
    line = opened(room).board.first()
    line.content = "{}"
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        line.save()
