"""Minutes: revisions that overwrite nothing, confirmed by those who were there and the chair, corrected, filed."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, ProgrammingError, transaction

from deliberation import selectors
from deliberation.models import Meeting, Minutes, MinutesAmendment, MinutesNote
from deliberation.services import amendments, minutes, polls, sittings
from kit import facts
from kit.errors import DomainError, Forbidden, Hidden, RuleBroken
from orgs.models import Person
from tests.deliberation.conftest import NOW
from tests.deliberation.test_resolutions import refused

TEXT = "明月村汇报烘干房漏雨情况，造价约八万元。"
DECISION = "由明月村牵头修缮，十二月底前完工。"
# After the five working days from the Tuesday of NOW.
OVER = NOW + timedelta(days=8)


pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def ended(room) -> Minutes:
    """Everybody but 田守成 came; the motion was adopted and the meeting is over."""
    return held(room)


def held(room, **motion) -> Minutes:
    item = room.discussed(room.accepted(**motion), absent=[room.adviser])
    poll = polls.open_poll(actor=room.joint, item=item, method="recorded", now=room.now)
    for person in (room.joint, room.deputy, room.daxing):
        polls.cast_ballot(actor=person, poll=poll, choice="yes", now=room.now)
    polls.close_poll(actor=room.joint, poll=poll, now=room.now)
    starts = item.meeting.starts_at
    sittings.end_meeting(actor=room.joint, meeting=item.meeting, now=starts + timedelta(hours=1))
    return Minutes.objects.select_related("meeting").get(meeting=item.meeting_id)


def noted(room, row, *, text=TEXT, decision=DECISION, revision=0, by=None, now=None) -> MinutesNote:
    return minutes.write_note(
        actor=by or room.deputy,
        minutes=row,
        item=row.meeting.items.get(),
        text=text,
        decision=decision,
        revision=revision,
        now=now or NOW,
    )


def sent(room, row) -> Minutes:
    noted(room, row)
    return minutes.send_minutes(actor=room.deputy, minutes=row, now=NOW)


def confirmed(room, row) -> Minutes:
    return minutes.confirm_minutes(actor=room.joint, minutes=sent(room, row), edition=1, now=OVER)


def asked_by(room, row, *, text="造价应为七万八千元。", by=None) -> MinutesAmendment:
    return amendments.ask_amendment(
        actor=by or room.daxing, minutes=row, item=row.meeting.items.get(), text=text, now=NOW
    )


def kinds(person, on=None) -> list[str]:
    fresh = Person.objects.get(pk=person.pk)
    return [each.kind for each in selectors.todos(person=fresh, on=on or NOW.date())]


# --- notes ------------------------------------------------------------------------------------------------------------


def test_a_note_is_written_while_the_meeting_runs_and_keeps_every_revision(room):
    item = room.discussed(room.accepted())
    row = Minutes.objects.get(meeting=item.meeting_id)
    first = minutes.write_note(actor=room.deputy, minutes=row, item=item, text=TEXT, revision=0, now=NOW)
    second = minutes.write_note(
        actor=room.joint, minutes=row, item=item, text="改过。", decision=DECISION, revision=1, now=NOW
    )
    assert [(each.revision, each.text, each.written_by) for each in selectors.history(item)] == [
        (2, "改过。", room.joint),
        (1, TEXT, room.deputy),
    ]
    assert (first.revision, selectors.newest_note(item)) == (1, second)


def test_a_save_over_an_old_revision_is_refused_and_overwrites_nothing(room, ended):
    noted(room, ended)
    noted(room, ended, text="第二次。", revision=1, by=room.joint)
    with pytest.raises(DomainError, match="冯远已经存了第2次修订，您改的是第1次，没有覆盖") as refusal:
        noted(room, ended, text="晚到的。", revision=1)
    assert (refusal.value.code, refusal.value.status, list(refusal.value.errors)) == ("stale_note", 409, ["text"])
    with refused("stale_note"):
        noted(room, ended, text="从没读过。", revision=7)
    assert selectors.newest_note(ended.meeting.items.get()).text == "第二次。"


def test_the_same_words_again_are_no_new_revision(room, ended):
    assert noted(room, ended) == noted(room, ended, revision=1)
    assert MinutesNote.objects.count() == 1


@pytest.mark.parametrize(
    "values, field, said",
    [
        ({"text": " "}, "text", "请填写记录内容"),
        ({"text": "长" * 8001}, "text", "不能超过8000个字"),
        ({"decision": "长" * 2001}, "decision", "不能超过2000个字"),
    ],
)
def test_bad_words_are_refused_at_their_field(room, ended, values, field, said):
    with pytest.raises(RuleBroken) as refusal:
        noted(room, ended, **values)
    assert said in refusal.value.errors[field][0]


def test_a_revision_can_be_changed_or_deleted_by_nobody(room, ended):
    note = noted(room, ended)
    for change in (lambda rows: rows.update(text="改写"), lambda rows: rows.delete()):
        with pytest.raises((ProgrammingError, IntegrityError)), transaction.atomic():
            change(MinutesNote.objects.filter(pk=note.pk))
    assert MinutesNote.objects.get(pk=note.pk).text == TEXT


def test_the_clerk_and_the_desk_write_and_nobody_else(room, ended):
    for person in (room.daxing, room.cast.secretary_li):
        with pytest.raises(Forbidden):
            noted(room, ended, by=person)
    for person in (room.cast.secretary_sun, room.cast.outsider):
        with pytest.raises(Hidden):
            noted(room, ended, by=person)
    assert noted(room, ended, by=room.cast.cadre_chen).revision == 1


def test_before_the_opening_there_are_no_minutes(room):
    meeting = room.convened(room.accepted())
    with refused("no_minutes"):
        minutes.write_note(
            actor=room.deputy,
            minutes=Minutes(meeting=meeting),
            item=meeting.items.get(),
            text=TEXT,
            revision=0,
            now=NOW,
        )
    with pytest.raises(Hidden):
        selectors.minutes_in_reach(room.deputy, meeting.pk)


# --- to those who were there ------------------------------------------------------------------------------------------


def test_minutes_go_out_after_the_meeting_with_a_note_to_every_item(room, ended):
    with refused("notes_missing"):
        minutes.send_minutes(actor=room.deputy, minutes=ended, now=NOW)
    row = sent(room, ended)
    # Five working days after a Tuesday.
    assert (row.state, row.edition, row.confirm_by_on.isoformat()) == ("circulated", 1, "2026-12-01")
    with refused("minutes_circulated"):
        noted(room, ended, text="再改", revision=1)
    with refused("illegal_move"):
        minutes.send_minutes(actor=room.deputy, minutes=ended, now=NOW)


def test_while_the_meeting_sits_nothing_goes_out(room):
    item = room.discussed(room.accepted())
    row = Minutes.objects.get(meeting=item.meeting_id)
    noted(room, row)
    with refused("not_ended"):
        minutes.send_minutes(actor=room.deputy, minutes=row, now=NOW)


def test_whoever_was_there_agrees_once_and_to_what_was_read(room, ended):
    row = sent(room, ended)
    with refused("minutes_changed"):
        amendments.agree(actor=room.daxing, minutes=row, edition=2, now=NOW)
    amendments.agree(actor=room.daxing, minutes=row, edition=1, now=NOW)
    with refused("already_agreed"):
        amendments.agree(actor=room.daxing, minutes=row, edition=1, now=NOW)
    assert [each.person for each in selectors.silent(row, row.meeting)] != []


def test_who_was_not_there_or_not_invited_neither_agrees_nor_amends(room, ended):
    """田守成 was invited and stayed away; 陈立 reaches the meeting, 孙 does not."""
    row = sent(room, ended)
    for person, refusal, code in (
        (room.adviser, Forbidden, "not_there"),
        (room.cast.cadre_chen, Forbidden, "not_there"),
        (room.cast.secretary_sun, Hidden, "not_found"),
        (room.deputy, Forbidden, "not_asked"),
    ):
        with pytest.raises(refusal, check=lambda e, code=code: e.code == code):
            amendments.agree(actor=person, minutes=row, edition=1, now=NOW)
        with pytest.raises(refusal, check=lambda e, code=code: e.code == code):
            asked_by(room, row, by=person)


def test_an_amendment_is_taken_in_as_a_new_edition_that_is_agreed_anew(room, ended):
    row = sent(room, ended)
    amendments.agree(actor=room.cast.secretary_li, minutes=row, edition=1, now=NOW)
    amendment = asked_by(room, row)
    with refused("own_amendment_open"):
        amendments.agree(actor=room.daxing, minutes=row, edition=1, now=NOW)
    late = NOW + timedelta(days=7)
    with pytest.raises(RuleBroken, match="采纳须改动记录", check=lambda e: "text" in e.errors):
        amendments.take_in(
            actor=room.deputy, minutes=row, amendment=amendment, text=TEXT, decision=DECISION, revision=1, now=late
        )
    with refused("stale_note"):
        amendments.take_in(actor=room.deputy, minutes=row, amendment=amendment, text="改。", revision=0, now=late)
    taken = amendments.take_in(
        actor=room.deputy,
        minutes=row,
        amendment=amendment,
        text="造价七万八千元。",
        decision=DECISION,
        revision=1,
        now=late,
    )
    row.refresh_from_db()
    # Two working days more to read it, after the Tuesday on which it was changed.
    assert (taken.state, row.edition, row.confirm_by_on.isoformat()) == ("taken_in", 2, "2026-12-03")
    names = {each.person.name for each in selectors.silent(row, row.meeting)}
    assert {"李顺", "谢春梅"} <= names, "who agreed to the old words is asked again"
    with refused("nothing_asked"):
        amendments.decline(actor=room.deputy, minutes=row, amendment=amendment, reason="晚了", now=late)


def test_an_amendment_is_declined_with_a_reason(room, ended):
    row = sent(room, ended)
    amendment = asked_by(room, row)
    with pytest.raises(RuleBroken, check=lambda e: "reason" in e.errors):
        amendments.decline(actor=room.deputy, minutes=row, amendment=amendment, reason=" ", now=NOW)
    with pytest.raises(Forbidden):
        amendments.decline(actor=room.daxing, minutes=row, amendment=amendment, reason="不", now=NOW)
    done = amendments.decline(actor=room.deputy, minutes=row, amendment=amendment, reason="会上说的是八万元。", now=NOW)
    assert (done.state, done.reason) == ("declined", "会上说的是八万元。")
    amendments.agree(actor=room.daxing, minutes=row, edition=1, now=NOW)


def test_minutes_taken_back_are_agreed_anew(room, ended):
    row = sent(room, ended)
    amendments.agree(actor=room.daxing, minutes=row, edition=1, now=NOW)
    back = minutes.recall_minutes(actor=room.deputy, minutes=row, reason="漏记一项", now=NOW)
    with refused("not_circulated"):
        asked_by(room, back)
    noted(room, back, text="补上。", revision=1)
    again = minutes.send_minutes(actor=room.deputy, minutes=back, now=NOW)
    assert again.edition == 2
    assert room.daxing in [each.person for each in selectors.silent(again, again.meeting)]


# --- the chair --------------------------------------------------------------------------------------------------------


def everybody(row) -> list:
    return [each.person for each in selectors.asked(row.meeting)]


def test_the_chair_confirms_once_everybody_agreed(room, ended):
    row = sent(room, ended)
    assert {person.name for person in everybody(row)} == {"李顺", "谢春梅", "何兴农"}
    with pytest.raises(DomainError, match="确认期到2026年12月1日", check=lambda e: e.code == "confirmation_running"):
        minutes.confirm_minutes(actor=room.joint, minutes=row, edition=1, now=NOW)
    for person in everybody(row):
        amendments.agree(actor=person, minutes=row, edition=1, now=NOW)
    done = minutes.confirm_minutes(actor=room.joint, minutes=row, edition=1, now=NOW)
    meeting = Meeting.objects.get(pk=row.meeting_id)
    assert (done.state, meeting.state, done.number) == ("confirmed", "minutes_confirmed", "联村纪〔2026〕1号")
    fact = facts.trail(meeting).get(event="deliberation.minutes.confirmed")
    assert fact.details == {"number": done.number, "digest": done.digest}


def test_or_once_the_period_is_over(room, ended):
    row = sent(room, ended)
    with refused("confirmation_running"):
        minutes.confirm_minutes(actor=room.joint, minutes=row, edition=1, now=OVER - timedelta(days=1))
    assert minutes.confirm_minutes(actor=room.joint, minutes=row, edition=1, now=OVER).state == "confirmed"


def test_not_over_an_amendment_nor_another_edition_nor_by_another(room, ended):
    row = sent(room, ended)
    amendment = asked_by(room, row)
    with refused("amendments_open"):
        minutes.confirm_minutes(actor=room.joint, minutes=row, edition=1, now=OVER)
    amendments.take_in(actor=room.deputy, minutes=row, amendment=amendment, text="七万八千元。", revision=1, now=NOW)
    with refused("minutes_changed"):
        minutes.confirm_minutes(actor=room.joint, minutes=row, edition=1, now=OVER)
    for person in (room.deputy, room.cast.cadre_chen):
        with pytest.raises(Forbidden, check=lambda e: e.code == "not_the_chair"):
            minutes.confirm_minutes(actor=person, minutes=row, edition=2, now=OVER)
    assert minutes.confirm_minutes(actor=room.joint, minutes=row, edition=2, now=OVER).state == "confirmed"


def test_after_the_confirmation_nothing_changes(room, ended):
    row = confirmed(room, ended)
    with refused("minutes_confirmed"):
        noted(room, row, text="事后改", revision=1, now=OVER)
    with refused("not_circulated"):
        asked_by(room, row)
    with refused("illegal_move"):
        minutes.recall_minutes(actor=room.deputy, minutes=row, reason="改", now=OVER)
    with refused("illegal_move"):
        minutes.confirm_minutes(actor=room.joint, minutes=row, edition=1, now=OVER)
    assert row.digest == Minutes.objects.get(pk=row.pk).digest


def test_a_correction_stands_beneath_and_changes_no_word(room, ended):
    row = confirmed(room, ended)
    item = row.meeting.items.get()
    values = {"minutes": row, "item": item, "text": "“八万元”应为“七万八千元”。", "now": OVER}
    with pytest.raises(RuleBroken, check=lambda e: "reason" in e.errors):
        minutes.correct_minutes(actor=room.deputy, reason="", **values)
    with pytest.raises(Forbidden):
        minutes.correct_minutes(actor=room.daxing, reason="笔误", **values)
    correction = minutes.correct_minutes(actor=room.deputy, reason="笔误", **values)
    home = selectors.minutes_home(room.daxing, row.meeting_id)
    assert [each.corrections for each in home.records] == [(correction,)]
    assert home.records[0].note.text == TEXT
    assert selectors.note_values(row.meeting) == [(1, item.title, 1, TEXT, DECISION)]


def test_no_correction_before_the_confirmation_nor_of_another_meeting(room, ended):
    row = sent(room, ended)
    other = room.plan()
    values = {"minutes": row, "text": "改", "reason": "笔误", "now": OVER}
    with refused("not_confirmed"):
        minutes.correct_minutes(actor=room.deputy, item=row.meeting.items.get(), **values)
    minutes.confirm_minutes(actor=room.joint, minutes=row, edition=1, now=OVER)
    foreign = Minutes.objects.get(meeting=room.sitting(room.accepted(title="关于修桥的议题")).pk).meeting.items.get()
    with pytest.raises(RuleBroken, check=lambda e: "item" in e.errors):
        minutes.correct_minutes(actor=room.deputy, item=foreign, **values)
    assert not other.items.exists()
