"""An answer to an objection counts from its review by the township's cadre, and not before (F-28)."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from deliberation import selectors
from deliberation.models import Objection, Resolution
from deliberation.selectors import reminders as due
from deliberation.services import notices, resolutions
from kit import facts, tickets
from kit.actors import VISITOR
from kit.errors import Forbidden, Hidden, RuleBroken
from kit.ids import new_id
from orgs.choices import Role
from orgs.models import Person
from tests.deliberation.conftest import NOW
from tests.deliberation.test_resolutions import SWEEP, published, refused
from tests.factories import PostingFactory

WORDS = "选址没有和三社的住户商量过。"
ANSWER = "选址经户代表会讨论过，记录存村办公室。"


pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def objection(room):
    return notices.file_objection(actor=VISITOR, notice=published(room), text=WORDS, now=room.now)


def drafted(room, objection, *, upheld=False, answer=ANSWER, by=None, now=None):
    return notices.answer_objection(
        actor=by or room.joint, objection=objection, upheld=upheld, answer=answer, now=now or room.now
    )


def confirmed(room, draft, *, by=None, drafted_at=None, now=None):
    return notices.confirm_answer(
        actor=by or room.cast.cadre_chen,
        objection=draft,
        drafted_at=drafted_at or draft.drafted_at,
        now=now or room.now,
    )


def state_of(objection) -> str:
    return Resolution.objects.get(notices=objection.notice_id).state


def kinds(person) -> list[str]:
    return [todo.kind for todo in selectors.todos(person=person, on=NOW.date())]


# --- the rule ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("upheld, state", [(False, "in_notice"), (True, "sent_back")])
def test_nothing_comes_of_an_answer_before_its_review(room, objection, upheld, state):
    draft = drafted(room, objection, upheld=upheld)
    assert (draft.state, draft.answered_at, state_of(objection)) == ("in_review", None, "objected")
    assert not facts.trail(objection.notice.resolution).filter(event="deliberation.objection.answered").exists()
    given = confirmed(room, draft, now=NOW + timedelta(hours=1))
    assert (given.answered_at, given.reviewed_by) == (NOW + timedelta(hours=1), room.cast.cadre_chen)
    assert given.state == ("upheld" if upheld else "dismissed")
    assert state_of(objection) == state


def test_a_resolution_waits_for_the_review_also_after_its_notice(room, objection):
    draft = drafted(room, objection)
    later = NOW + timedelta(days=8)
    assert resolutions.effect_ended_notices(actor=SWEEP, now=later) == 0
    # Put on by hand where only a draft stands, the state of the resolution still asks for the answer.
    Resolution.objects.filter(pk=objection.notice.resolution_id).update(state="in_notice")
    assert resolutions.effect_ended_notices(actor=SWEEP, now=later) == 0
    with refused("objection_open"):
        resolutions.make_effective(actor=room.joint, resolution=objection.notice.resolution, now=later)
    Resolution.objects.filter(pk=objection.notice.resolution_id).update(state="objected")
    confirmed(room, draft, now=later)
    assert resolutions.effect_ended_notices(actor=SWEEP, now=later) == 1


def test_the_notice_goes_on_when_the_last_draft_is_reviewed(room, objection):
    other = notices.file_objection(actor=VISITOR, notice=objection.notice, text="造价和公布的不一样。", now=NOW)
    first, second = drafted(room, objection), drafted(room, other)
    confirmed(room, first)
    assert state_of(objection) == "objected"
    confirmed(room, second)
    assert state_of(objection) == "in_notice"


def test_a_returned_draft_is_kept_and_answered_again(room, objection):
    draft = drafted(room, objection)
    with pytest.raises(RuleBroken, match="退回意见", check=lambda e: "reason" in e.errors):
        notices.return_answer(actor=room.cast.cadre_chen, objection=draft, reason=" ", now=NOW)
    back = notices.return_answer(actor=room.cast.cadre_chen, objection=draft, reason="写明日期", now=NOW)
    assert (back.state, back.answer, back.reason, state_of(objection)) == ("received", ANSWER, "写明日期", "objected")
    with refused("illegal_move"):
        confirmed(room, back)
    again = drafted(
        room, objection, upheld=True, answer="十月的会议没有通知三社，重新商量。", now=NOW + timedelta(hours=2)
    )
    assert confirmed(room, again).state == "upheld"
    assert state_of(objection) == "sent_back"


def test_a_draft_that_nobody_read_is_not_confirmed(room, objection):
    """Another one was drafted meanwhile. Control: the very draft that was read is confirmed."""
    read = drafted(room, objection).drafted_at
    notices.return_answer(actor=room.cast.cadre_chen, objection=objection, reason="写明日期", now=NOW)
    draft = drafted(room, objection, answer="改过的答复。", now=NOW + timedelta(hours=1))
    with refused("draft_changed"):
        confirmed(room, draft, drafted_at=read)
    assert state_of(objection) == "objected"
    assert confirmed(room, draft).state == "dismissed"


def test_it_is_reviewed_once(room, objection):
    draft = drafted(room, objection)
    confirmed(room, draft)
    with pytest.raises(Exception, match="只有“答复正在审核”时才能“审核通过”", check=lambda e: e.code == "illegal_move"):
        confirmed(room, draft)
    with refused("illegal_move"):
        notices.return_answer(actor=room.cast.cadre_chen, objection=draft, reason="再改", now=NOW)
    with refused("illegal_move"):
        drafted(room, objection)


# --- who --------------------------------------------------------------------------------------------------------------


def test_the_secretary_drafts_and_the_township_reviews(room, objection):
    for person in (room.cast.cadre_chen, room.deputy, room.daxing, room.cast.secretary_li):
        with pytest.raises(Forbidden):
            drafted(room, objection, by=person)
    draft = drafted(room, objection)
    for person in (room.joint, room.deputy, room.cast.secretary_li, room.cast.district_zhao):
        with pytest.raises(Forbidden):
            confirmed(room, draft, by=person)
        with pytest.raises(Forbidden):
            notices.return_answer(actor=person, objection=draft, reason="改", now=NOW)
    for person in (room.cast.secretary_sun, room.cast.outsider):
        with pytest.raises(Hidden):
            confirmed(room, draft, by=person)


def test_whoever_drafted_does_not_review_although_a_cadre_too(room, objection):
    """Control: a colleague of the same township does."""
    PostingFactory(person=room.joint, organization=room.cast.sanjiang, role=Role.TOWNSHIP_OFFICER)
    both = Person.objects.get(pk=room.joint.pk)
    draft = drafted(room, objection)
    for act in (
        lambda: confirmed(room, draft, by=both),
        lambda: notices.return_answer(actor=both, objection=draft, reason="改", now=NOW),
    ):
        with pytest.raises(Forbidden, match="另一位乡镇干部", check=lambda e: e.code == "own_answer"):
            act()
    assert "审核异议答复" not in kinds(both)
    client = Client()
    client.force_login(both)
    shown = client.get(reverse("objection-review", args=[draft.pk])).text
    assert "由另一位乡镇干部审核" in shown
    assert 'name="drafted_at"' not in shown
    assert confirmed(room, draft).state == "dismissed"


def test_the_database_holds_the_same(room, objection):
    """Where the services are passed by. Control: another reviewer is written."""
    drafted(room, objection)
    row = Objection.objects.filter(pk=objection.pk)
    given = {"state": "dismissed", "answered_at": NOW}
    for wrong in (
        {**given, "reviewed_by": None},
        {**given, "reviewed_by": room.joint},
        {**given, "reviewed_by": room.cast.cadre_chen, "state": "upheld"},
        {"state": "dismissed", "reviewed_by": room.cast.cadre_chen},
        {"answered_at": NOW},
        {"proposal": ""},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            row.update(**wrong)
    assert row.update(**given, reviewed_by=room.cast.cadre_chen) == 1


# --- who reads it -----------------------------------------------------------------------------------------------------


def test_nobody_outside_reads_a_draft(room, objection):
    """Ticket, board, API and the pages of the members. Control: after the review the ticket shows it."""
    draft = drafted(room, objection, upheld=True)
    resolution = objection.notice.resolution
    seen = tickets.look_up(objection.ticket)
    assert (seen.state, seen.is_open, seen.answer) == ("答复正在审核", True, "")
    anonymous, member = Client(), Client()
    member.force_login(room.daxing)
    api = "/api/v1"
    pages = [
        (anonymous, reverse("public-board")),
        (anonymous, reverse("public-notice", args=[objection.notice_id])),
        (anonymous, f"{api}/public-notices/{objection.notice_id}/"),
        (member, reverse("resolution", args=[resolution.pk])),
        (member, f"{api}/resolutions/{resolution.pk}/"),
        (member, f"{api}/objections/"),
        (member, f"{api}/timeline/?subject=deliberation.resolution:{resolution.pk}"),
    ]
    told = anonymous.post(reverse("ticket-lookup"), {"ticket": objection.ticket}).text
    assert "答复正在审核" in told
    for text in (told, *(client.get(address).content.decode() for client, address in pages)):
        assert ANSWER not in text
        assert "异议成立" not in text
        assert "uphold" not in text
    assert member.get(reverse("objection-review", args=[draft.pk])).status_code == 404
    confirmed(room, draft)
    told = anonymous.post(reverse("ticket-lookup"), {"ticket": objection.ticket}).text
    assert ANSWER in told
    assert "异议成立" in told


def test_the_trail_says_that_but_not_what(room, objection):
    drafted(room, objection, upheld=True)
    notices.return_answer(actor=room.cast.cadre_chen, objection=objection, reason="写明日期", now=NOW)
    events = {fact.event: fact for fact in facts.trail(objection.notice.resolution)}
    for event in ("deliberation.objection.drafted", "deliberation.objection.returned"):
        assert set(events[event].details) == {"about", "notice"}


# --- what waits -------------------------------------------------------------------------------------------------------


def test_it_waits_for_the_secretary_then_the_cadre_and_back(room, objection):
    joint, chen = room.joint, room.cast.cadre_chen
    assert (kinds(joint).count("答复异议"), "审核异议答复" in kinds(chen)) == (1, False)
    draft = drafted(room, objection)
    assert ("答复异议" in kinds(joint), kinds(chen).count("审核异议答复")) == (False, 1)
    (todo,) = (each for each in selectors.todos(person=chen, on=NOW.date()) if each.kind == "审核异议答复")
    assert todo.href == reverse("objection-review", args=[draft.pk])
    assert (todo.until, todo.light) == (objection.answer_due_on, "green")
    notices.return_answer(actor=chen, objection=draft, reason="写明日期", now=NOW)
    (todo,) = (each for each in selectors.todos(person=joint, on=NOW.date()) if each.kind == "答复异议")
    assert todo.note == "审核退回，请修改答复"
    confirmed(room, drafted(room, objection))
    assert not {"答复异议", "审核异议答复"} & {*kinds(joint), *kinds(chen)}


def test_the_deadline_runs_until_the_review(room, objection):
    on = NOW.date()
    assert [row.pk for row in due.objections_to_answer(on)] == [objection.pk]
    draft = drafted(room, objection)
    assert not due.objections_to_answer(on).exists()
    (row,) = due.answers_to_review(on)
    assert (row.remind_by, row.remind_since) == (objection.answer_due_on, NOW)
    rows = Objection.objects.filter(pk=draft.pk)
    day = objection.answer_due_on + timedelta(days=1)
    assert rows.with_outcome(on=day, last_yellow=day).get().outcome == "overdue"
    late = NOW.replace(year=day.year, month=day.month, day=day.day)
    confirmed(room, draft, now=late)
    assert not due.answers_to_review(day).exists()
    assert rows.with_outcome(on=day, last_yellow=day).get().outcome == "late"


def test_who_is_told(room, objection):
    """The cadre of a draft, the secretary of what came back, the proposer of the answer that was given."""
    drafted(room, objection)
    notices.return_answer(actor=room.cast.cadre_chen, objection=objection, reason="写明日期", now=NOW)
    events = {fact.event: fact for fact in facts.trail(objection.notice.resolution)}
    reviewers = due.told_to_reviewers(events["deliberation.objection.drafted"])
    assert room.cast.cadre_chen.pk in reviewers.people
    assert room.joint.pk not in reviewers.people
    assert due.told_to_answerers(events["deliberation.objection.returned"]).people == {room.joint.pk}


# --- the pages --------------------------------------------------------------------------------------------------------


def test_the_cadre_returns_and_gives_it_on_the_pages(room, objection):
    chen, joint = Client(), Client()
    chen.force_login(room.cast.cadre_chen)
    joint.force_login(room.joint)
    answer, review, back = (
        reverse(f"objection-{name}", args=[objection.pk]) for name in ("answer", "review", "return")
    )
    home = reverse("resolution", args=[objection.notice.resolution_id])

    def send(client, address, **values):
        return client.post(address, {"form_key": str(new_id()), **values})

    assert answer in joint.get(home).text
    assert send(joint, answer, upheld="no", answer=ANSWER).status_code == 302
    assert review in chen.get(home).text
    empty = send(chen, back, reason="")
    assert empty.status_code == 422
    assert 'id="id_reason_error"' in empty.text
    assert send(chen, back, reason="写明讨论的日期").status_code == 302
    again = joint.get(answer).text
    assert "写明讨论的日期" in again
    assert ANSWER in again
    later = NOW + timedelta(minutes=1)
    with time_machine.travel(later, tick=False):
        send(joint, answer, upheld="no", answer="十月的户代表会讨论过。")
        stale = send(chen, review, drafted_at=NOW.isoformat())
        assert stale.status_code == 409
        assert "改过了" in stale.text
        assert "十月的户代表会讨论过。" in stale.text
        assert f'value="{later.isoformat()}"' in stale.text
        assert send(joint, review, drafted_at=later.isoformat()).status_code == 403
        assert send(chen, review, drafted_at=later.isoformat()).status_code == 302
        twice = send(chen, review, drafted_at=later.isoformat())
    assert twice.status_code == 409
    assert "只有“答复正在审核”时才能“审核通过”" in twice.text
    assert state_of(objection) == "in_notice"
    assert "十月的户代表会讨论过。" in chen.get(home).text
