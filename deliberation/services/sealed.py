"""无记名线上投票: ballots sealed on each voter's screen, opened once with the teller's key (T1.5, V6, V7).

The private key is made in the teller's browser and comes here only to end the vote; it is never written down. Until
then neither database, WAL, backups nor logs hold a readable ballot; afterwards no ballot at all.
"""

import binascii
import random
from base64 import b64decode
from collections import Counter
from datetime import datetime

from django.db import connection
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, SealedBox

from deliberation import events, rules
from deliberation.choices import Choice, PollState
from deliberation.models import POLL, Poll, SealedBallot, VoteMark
from deliberation.services.attendance import require_chair
from deliberation.services.locks import locked_item, locked_poll
from deliberation.services.rolls import keep, own_entry, require_enough, require_ready, roll_now
from deliberation.services.verdicts import conclude, record
from kit.clock import database_now
from kit.errors import DomainError, Forbidden, RuleBroken
from kit.services import service


@service
def register_key(*, actor, poll: Poll, public_key: str, now: datetime) -> Poll:
    """Keep the public half of the key that the first teller's browser made. Once; a lost key voids the vote.

    public_key: 64 hex digits (X25519).
    """
    row = locked_poll(poll)
    _require_teller(actor, row)
    if row.state != PollState.PREPARED or row.public_key:
        raise DomainError("key_known", "本次表决已有密钥；密钥丢失的，请主持人作废，改用纸质票重新表决。")
    row.public_key = _bytes(public_key, field="public_key", label="公钥").hex()
    row.save(update_fields=["public_key"])
    record(events.POLL_KEY_MADE, actor, row, now, public_key=row.public_key)
    return row


@service
def begin_poll(*, actor, poll: Poll, now: datetime) -> Poll:
    """Begin a prepared vote: quorum checked again, roll and denominators frozen (V2)."""
    item = locked_item(poll.item)
    row = locked_poll(poll)
    require_chair(actor, item.meeting)
    require_ready(item)
    if row.state != PollState.PREPARED:
        raise DomainError("poll_begun", f"本次表决{row.get_state_display()}。")
    if not row.public_key:
        raise DomainError("key_missing", f"请先由计票人{row.teller_a.name if row.teller_a else ''}生成密钥。")
    roll = roll_now(item, row.channel, now)
    require_enough(item, roll, now)
    POLL.advance(row, "begin", opened_at=now, **roll.frozen())
    keep(row, roll)
    record(events.POLL_OPENED, actor, row, now, roll_hash=row.roll_hash, present=row.present)
    return row


@service
def cast_sealed(*, actor, poll: Poll, sealed_ballot: str, now: datetime) -> None:
    """Take one sealed ballot (base64) of a voter on the roll (V1); none after the stop (V4), no proxy (V8).

    Nothing is returned and no fact is recorded: only that the person has voted, and apart from it the ballot.
    """
    row = locked_poll(poll)
    entry = own_entry(actor, row)
    if not row.is_sealed:
        raise DomainError("not_sealed", f"本次是{row.get_method_display()}，不用密封。")
    if row.state != PollState.OPEN or row.stopped_at is not None:
        raise DomainError("poll_closed", "已停止收票。")
    if VoteMark.objects.filter(entry=entry).exists():
        raise DomainError("already_voted", "您已经投票，一人一票，不能更改。")
    try:
        box = b64decode(sealed_ballot, validate=True)
    except (binascii.Error, ValueError):
        box = b""
    if len(box) != rules.BOX_LENGTH:
        raise RuleBroken("bad_box", "选票没有密封好，请刷新页面再选一次。", field="sealed_ballot")
    VoteMark.objects.create(entry=entry)
    SealedBallot.objects.create(poll=row.pk, box=box)


@service
def stop_poll(*, actor, poll: Poll, now: datetime) -> Poll:
    """Take no more ballots. The teller opens them; until then nobody knows a number (V7)."""
    row = locked_poll(poll)
    require_chair(actor, row.item.meeting)
    if not row.is_sealed or row.state != PollState.OPEN or row.stopped_at is not None:
        raise DomainError("not_collecting", "本次表决现在没有在收密封票。")
    row.stopped_at = database_now()
    row.save(update_fields=["stopped_at"])
    record(events.POLL_STOPPED, actor, row, now)
    return row


@service
def open_ballots(*, actor, poll: Poll, private_key: str, now: datetime) -> Poll:
    """End a stopped vote with the private key (64 hex digits): open, count, forget.

    The database writes the table of ballots anew when the vote closes, without these. Raises RuleBroken at
    ``private_key`` for a key that does not fit, DomainError ``ballots_lost`` (409) when ballots and marks differ.
    """
    row = locked_poll(poll)
    _require_teller(actor, row)
    if row.state != PollState.OPEN or row.stopped_at is None:
        raise DomainError("not_stopped", "主持人停止收票以后才能开票。")
    key = PrivateKey(_bytes(private_key, field="private_key", label="密钥"))
    if key.public_key.encode().hex() != row.public_key:
        raise RuleBroken("wrong_key", "密钥不对：请用为本次表决打印的那一份。", field="private_key")
    # Two votes that end at once would each read the table and then wait for the other to rewrite it.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('liancun sealed ballots', 0))")
    boxes = [bytes(box) for box in SealedBallot.objects.filter(poll=row.pk).values_list("box", flat=True)]
    if len(boxes) != VoteMark.objects.filter(entry__poll=row).count():
        raise DomainError("ballots_lost", "密封票的张数与已投的人数不符，本次表决只能作废，改用纸质票。")
    random.SystemRandom().shuffle(boxes)
    opened = Counter(_opened(SealedBox(key), box) for box in boxes)
    tally: dict[str, int | None] = {choice: opened[choice] for choice in Choice.values}
    tally |= {"issued": row.present, "returned": len(boxes), "blank": 0, "invalid": opened[""]}
    return conclude(actor, row, tally, now)


def _opened(key: SealedBox, box: bytes) -> str:
    """The choice in a box; empty when it does not open or says none."""
    try:
        return rules.choice_of(key.decrypt(box))
    except CryptoError:
        return ""


def _require_teller(actor, row: Poll) -> None:
    if not row.is_sealed:
        raise DomainError("not_sealed", f"本次是{row.get_method_display()}，没有密钥。")
    if actor.pk != row.teller_a_id:
        raise Forbidden("密钥由本次表决的计票人甲保管。", code="not_the_key_keeper")


def _bytes(text: str, *, field: str, label: str) -> bytes:
    """32 bytes of a key written as hex; spaces and line breaks of a printed sheet do not matter."""
    try:
        found = bytes.fromhex("".join((text or "").split()))
    except ValueError:
        found = b""
    if len(found) != rules.KEY_LENGTH:
        raise RuleBroken("bad_key", f"{label}是64位十六进制数字，请核对。", field=field)
    return found
