"""T1.5: secret votes on screens, sealed to the teller's key and opened once (V1, V2, V4–V8)."""

from base64 import b64encode

import pytest
from django.apps import apps
from nacl.public import PrivateKey, SealedBox

from deliberation import rules
from deliberation.models import Ballot, RollEntry, SealedBallot, VoteMark, VotingRule
from deliberation.selectors import board_faults, live_room, poll_home
from deliberation.services import polls, sealed, sittings
from kit import audit, facts
from kit.errors import DomainError, Forbidden
from kit.ids import new_id
from kit.models import AuditEvent
from tests.deliberation.sealing import begun, box, cast, grown, opened, prepared, voters


def refused(code, field=None):
    def check(error):
        return error.code == code and (field is None or field in error.errors)

    return pytest.raises(DomainError, check=check)


@pytest.fixture
def big(room):
    return grown(room)


def test_a_sealed_vote_from_the_key_to_the_result(big):
    """V5: every ballot is one of the numbers; V10: five lines on the board."""
    poll, key = begun(big)
    for person, choice in zip(voters(poll), ["yes"] * 5 + ["no", "abstain"], strict=False):
        cast(big, poll, person, choice)
    poll = opened(big, poll, key)
    assert (poll.state, poll.yes, poll.no, poll.abstain, poll.invalid) == ("closed", 5, 1, 1, 0)
    assert (poll.issued, poll.returned, poll.is_adopted) == (8, 7, True)
    assert "收到密封票7张，其中有效7张、无效0张；赞成5票、反对1票、弃权1票、未投1票" in poll.sentence
    assert [line.kind for line in poll.board.order_by("serial")] == ["setup", "roll", "open", "tally", "close"]
    assert list(board_faults()) == []


def test_nothing_of_a_ballot_is_left_and_nothing_of_another_vote_is_lost(big):
    """V6: the table is written anew; who has voted stays, apart from it."""
    collecting, _ = begun(big)
    cast(big, collecting, big.joint)
    others = list(SealedBallot.objects.values_list("pk", "poll", "box"))
    assert [poll for _, poll, _ in others] == [collecting.pk]
    poll, key = begun(big)
    for person in voters(poll):
        cast(big, poll, person)
    opened(big, poll, key)
    assert list(SealedBallot.objects.values_list("pk", "poll", "box")) == others
    assert VoteMark.objects.filter(entry__poll=poll).count() == 8
    assert not Ballot.objects.exists()


def test_no_row_fact_or_trail_tells_of_a_ballot(big):
    """V6, G6: nothing but the mark says that somebody voted, and nothing says what; the list of what is left out."""
    poll, key = begun(big)
    before = facts.trail(poll).count(), AuditEvent.objects.count()
    for person in voters(poll):
        cast(big, poll, person)
    assert (facts.trail(poll).count(), AuditEvent.objects.count()) == before
    assert set(audit._exempt) & {m._meta.label for m in apps.get_app_config("deliberation").get_models()} == {
        "deliberation.SealedBallot"
    }
    held = {field.name for field in SealedBallot._meta.get_fields()} | {f.name for f in VoteMark._meta.get_fields()}
    assert held == {"id", "poll", "box", "entry"}
    opened(big, poll, key)


def test_the_private_key_is_kept_nowhere(big):
    poll, key = begun(big)
    cast(big, poll, big.joint)
    opened(big, poll, key)
    text = key.encode().hex()
    for model in apps.get_app_config("deliberation").get_models():
        assert text not in str(list(model.objects.values()))
    assert text not in str(list(facts.trail(poll).values()))
    assert text not in str(list(AuditEvent.objects.values("before", "after")))


def test_nobody_votes_twice(big):
    """V1"""
    poll, _ = begun(big)
    cast(big, poll, big.joint)
    with refused("already_voted"):
        cast(big, poll, big.joint, "no")
    assert SealedBallot.objects.count() == 1


def test_nobody_votes_after_the_stop_or_before_the_beginning(big):
    """V4"""
    poll = prepared(big)
    with pytest.raises(Forbidden):
        sealed.cast_sealed(actor=big.joint, poll=poll, sealed_ballot="", now=big.now)
    key = PrivateKey.generate()
    sealed.register_key(actor=big.deputy, poll=poll, public_key=key.public_key.encode().hex(), now=big.now)
    poll = sealed.begin_poll(actor=big.joint, poll=poll, now=big.now)
    cast(big, poll, big.joint)
    sealed.stop_poll(actor=big.joint, poll=poll, now=big.now)
    with refused("poll_closed"):
        cast(big, poll, big.daxing)
    text = key.encode().hex()
    assert sealed.open_ballots(actor=big.deputy, poll=poll, private_key=text, now=big.now).returned == 1


def test_no_number_is_shown_before_the_opening(big):
    """V7: not even how many have voted, to nobody."""
    poll, _ = begun(big)
    seen = lambda: (  # noqa: E731
        live_room(big.joint, poll.item.meeting_id).cast,
        poll_home(big.daxing, poll.pk).poll.returned,
        poll_home(big.adviser, poll.pk).steps,
    )
    before = seen()
    for person in voters(poll)[:3]:
        cast(big, poll, person)
    assert seen() == before == (0, None, [])


def test_what_is_no_choice_is_invalid_and_counted(big):
    """V5: a forged message and a box that was sealed to another key."""
    poll, key = begun(big)
    first, second, third, *_ = voters(poll)
    cast(big, poll, first, rules.ballot_message("yes").replace(b"yes", b"YES"))
    foreign = SealedBox(PrivateKey.generate().public_key).encrypt(rules.ballot_message("yes"))
    sealed.cast_sealed(actor=second, poll=poll, sealed_ballot=b64encode(foreign).decode(), now=big.now)
    cast(big, poll, third)
    poll = opened(big, poll, key)
    assert (poll.yes, poll.invalid, poll.returned) == (1, 2, 3)
    assert "未投5票" in poll.sentence


@pytest.mark.parametrize("text", ["", "yes", "%%%", "AAAA", "A" * 160])
def test_what_is_not_sealed_is_refused(big, text):
    poll, _ = begun(big)
    with refused("bad_box", "sealed_ballot"):
        sealed.cast_sealed(actor=big.joint, poll=poll, sealed_ballot=text, now=big.now)
    assert not VoteMark.objects.exists()


def test_every_choice_is_as_long(big):
    assert {len(rules.ballot_message(choice)) for choice in rules.Choice} == {32}
    poll, _ = begun(big)
    assert len({len(box(poll, choice)) for choice in rules.Choice}) == 1


def test_a_lost_ballot_stops_the_opening(big, monkeypatch):
    """V4: fewer ballots than marks, and only voiding is left."""
    poll, key = begun(big)
    cast(big, poll, big.joint)
    cast(big, poll, big.daxing)
    SealedBallot.objects.filter(pk=SealedBallot.objects.first().pk).delete()
    with refused("ballots_lost"):
        opened(big, poll, key)
    polls.void_poll(actor=big.joint, poll=poll, reason="密封票少了一张", now=big.now)
    assert not SealedBallot.objects.exists()


def test_a_lost_key_voids_the_vote_and_paper_takes_its_place(big):
    poll, _ = begun(big)
    cast(big, poll, big.joint)
    sealed.stop_poll(actor=big.joint, poll=poll, now=big.now)
    with refused("wrong_key", "private_key"):
        text = PrivateKey.generate().encode().hex()
        sealed.open_ballots(actor=big.deputy, poll=poll, private_key=text, now=big.now)
    with refused("key_known"):
        sealed.register_key(actor=big.deputy, poll=poll, public_key="ab" * 32, now=big.now)
    polls.void_poll(actor=big.joint, poll=poll, reason="密钥丢失", now=big.now)
    assert not SealedBallot.objects.exists()
    tellers = {"teller_a": big.deputy, "teller_b": big.daxing}
    again = polls.open_poll(actor=big.joint, item=poll.item, method="secret", now=big.now, **tellers)
    assert (again.channel, again.state) == ("paper", "open")


@pytest.mark.parametrize("text", ["", "xyz", "ab" * 31, "ab" * 33])
def test_a_key_that_is_none_is_refused_at_the_field(big, text):
    poll = prepared(big)
    with refused("bad_key", "public_key"):
        sealed.register_key(actor=big.deputy, poll=poll, public_key=text, now=big.now)


def test_only_the_first_teller_keeps_the_key_and_only_the_chair_begins_and_stops(big):
    poll = prepared(big)
    with pytest.raises(Forbidden):
        sealed.register_key(actor=big.daxing, poll=poll, public_key="ab" * 32, now=big.now)
    with refused("key_missing"):
        sealed.begin_poll(actor=big.joint, poll=poll, now=big.now)
    poll, key = poll, PrivateKey.generate()
    sealed.register_key(actor=big.deputy, poll=poll, public_key=key.public_key.encode().hex(), now=big.now)
    with pytest.raises(Forbidden):
        sealed.begin_poll(actor=big.deputy, poll=poll, now=big.now)
    sealed.begin_poll(actor=big.joint, poll=poll, now=big.now)
    with pytest.raises(Forbidden):
        sealed.stop_poll(actor=big.deputy, poll=poll, now=big.now)
    with refused("key_needed"):
        polls.close_poll(actor=big.joint, poll=poll, now=big.now)
    with refused("not_stopped"):
        sealed.open_ballots(actor=big.deputy, poll=poll, private_key=key.encode().hex(), now=big.now)
    sealed.stop_poll(actor=big.joint, poll=poll, now=big.now)
    with pytest.raises(Forbidden):
        sealed.open_ballots(actor=big.joint, poll=poll, private_key=key.encode().hex(), now=big.now)


def test_fewer_than_seven_vote_on_paper(room):
    with refused("too_few_for_secrecy", "channel"):
        prepared(room)


def test_the_roll_is_frozen_at_the_beginning_not_at_the_preparation(big):
    """V2, V9: a unit may still recuse itself while the key is made; afterwards not."""
    poll = prepared(big)
    assert not RollEntry.objects.filter(poll=poll).exists()
    sittings.recuse_unit(actor=big.joint, item=poll.item, unit=big.cast.company, reason="是承建方", now=big.now)
    key = PrivateKey.generate()
    sealed.register_key(actor=big.deputy, poll=poll, public_key=key.public_key.encode().hex(), now=big.now)
    poll = sealed.begin_poll(actor=big.joint, poll=poll, now=big.now)
    assert (poll.present, poll.should_attend) == (7, 7)
    with refused("roll_frozen"):
        sittings.recuse_unit(actor=big.joint, item=poll.item, unit=big.cast.mingyue, reason="是承建方", now=big.now)


def test_a_vote_that_was_never_begun_has_a_page_under_every_rule(big):
    """Its numbers are frozen at the beginning; a rule that asks for all members has none to show before."""
    rule = VotingRule.objects.get(code="JOINT")
    rule.pk, rule.version, rule.base = None, 2, "all_members"
    rule.id = new_id()
    rule.save(force_insert=True)
    item = big.discussed(big.accepted())
    item.rule = rule
    item.save()
    tellers = {"teller_a": big.deputy, "teller_b": big.daxing}
    poll = polls.open_poll(actor=big.joint, item=item, method="secret", channel="online", now=big.now, **tellers)
    assert poll_home(big.joint, poll.pk).needed == 0
    polls.void_poll(actor=big.joint, poll=poll, reason="改用纸质票", now=big.now)
    assert poll_home(big.joint, poll.pk).needed == 0


def test_a_prepared_vote_holds_item_and_meeting(big):
    poll = prepared(big)
    with refused("poll_open"):
        sittings.defer_item(actor=big.joint, item=poll.item, reason="改期", now=big.now)
    with refused("poll_open"):
        sittings.end_meeting(actor=big.joint, meeting=poll.item.meeting, now=big.now)
    polls.void_poll(actor=big.joint, poll=poll, reason="改用纸质票", now=big.now)
    assert list(board_faults()) == []


def test_a_named_ballot_is_not_taken_in_a_sealed_vote(big):
    poll, _ = begun(big)
    with refused("sealed_vote"):
        polls.cast_ballot(actor=big.joint, poll=poll, choice="yes", now=big.now)
