"""投诉建议: about work and never a person, under nobody's name, answered in time by the level above (F-72)."""

import re
from datetime import date

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from kit import facts, parameters, throttling, tickets
from kit import reminders as registry
from kit.errors import DomainError, Forbidden, Hidden, RuleBroken
from kit.ids import new_id
from kit.models import AuditEvent, IdempotencyRecord
from kit.services import stamp
from kit.visitors import ANYBODY, TRAP
from orgs.models import Person
from oversight import selectors
from oversight.models import Complaint, Notification
from oversight.services import complaints
from tests.cast import CAST
from tests.factories import MAKER
from tests.oversight.conftest import at, run

WORDS = "烘干房说好十月修，到现在没有人来看过。"
NOW = at(11, 24, 9)


@pytest.fixture(autouse=True)
def clock():
    throttling.forget()
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def filed(cast, organization=None, now=NOW, **changes):
    values = {"category": "undone", "text": WORDS, **changes}
    return complaints.file_complaint(
        actor=cast.secretary_li, organization=organization or cast.mingyue, now=now, **values
    )


def send(client, cast, key=None, township=None, **changes):
    values = {
        "about": "work",
        "organization": str(cast.mingyue.pk),
        "category": "undone",
        "text": WORDS,
        TRAP: "",
        "form_key": str(key or new_id()),
        **changes,
    }
    return client.post(reverse("complaint-new", args=[(township or cast.sanjiang).pk]), values)


def ticket_of(answer) -> str:
    return re.search(r'class="ticket num">([^<]+)<', answer.text)[1]


def look_up(client, ticket) -> str:
    return client.post(reverse("ticket-lookup"), {"ticket": ticket}).text


# --- handing in -------------------------------------------------------------------------------------------------------


def test_a_villager_without_login_hands_in_and_reads_the_answer(cast, client):
    home = client.get(reverse("complaints")).text
    assert "12388" in home
    assert reverse("complaint-new", args=[cast.sanjiang.pk]) in home
    answer = send(client, cast)
    assert answer.status_code == 200
    ticket = ticket_of(answer)
    assert "2026年12月8日" in answer.text
    assert "待答复" in look_up(client, ticket)
    row = Complaint.objects.get()
    complaints.answer_complaint(actor=cast.cadre_chen, complaint=row, answer="已安排本周五上门查看。", now=NOW)
    found = look_up(client, ticket)
    assert "已答复" in found
    assert "已安排本周五上门查看。" in found
    assert WORDS not in found
    assert cast.cadre_chen.name not in found


def test_every_page_leads_there(cast, client):
    assert reverse("complaints") in client.get(reverse("login")).text
    client.force_login(cast.secretary_li)
    assert reverse("complaints") in client.get(reverse("workbench")).text


def test_the_public_list_names_offices_and_no_enterprise_and_no_person(cast, client):
    shown = client.get(reverse("complaint-new", args=[cast.sanjiang.pk])).text
    for row in (cast.sanjiang, cast.mingyue, cast.tianma.organization):
        assert row.name in shown
    assert cast.company.name not in shown
    assert cast.yangfan.name not in shown
    assert not [name for name in Person.objects.values_list("name", flat=True) if name in shown]
    assert client.get(reverse("complaint-new", args=[cast.mingyue.pk])).status_code == 404


@pytest.mark.parametrize("name", ["company", "discipline", "area", "district"])
def test_what_is_not_on_the_list_is_refused(cast, client, name):
    with pytest.raises(RuleBroken, check=lambda e: "organization" in e.errors):
        filed(cast, getattr(cast, name))
    assert send(client, cast, organization=str(getattr(cast, name).pk)).status_code == 422
    assert not Complaint.objects.exists()


def test_a_clue_about_a_person_is_not_taken_and_nothing_of_it_stays(cast, client):
    answer = send(client, cast, about="person", text="某某书记收了两条烟，我亲眼看见的。")
    assert answer.status_code == 422
    assert "请拨打 12388" in answer.text
    assert "两条烟" not in answer.text
    assert not Complaint.objects.exists()
    assert not IdempotencyRecord.objects.exists()
    assert not AuditEvent.objects.filter(table_name="oversight_complaint").exists()


@pytest.mark.parametrize(
    "changes, says",
    [
        ({"text": "太短了"}, "至少10个字"),
        ({"text": "请打 13912345678 给我回话，谢谢。"}, "手机号码（139****5678）"),
        ({"category": ""}, "必填"),
        ({"organization": ""}, "必填"),
        ({"about": ""}, "必填"),
        ({TRAP: "x"}, "防自动程序"),
    ],
)
def test_what_is_wrong_stands_at_its_field(cast, client, changes, says):
    answer = send(client, cast, **changes)
    assert answer.status_code == 422
    assert says in answer.text
    assert not Complaint.objects.exists()


def test_the_same_form_twice_is_one_complaint(cast, client):
    key = new_id()
    first, again = (ticket_of(send(client, cast, key=key)) for _ in range(2))
    assert first == again
    assert Complaint.objects.count() == 1


def test_a_seventh_in_a_minute_waits(cast, client, monkeypatch):
    monkeypatch.setattr(throttling, "window_now", lambda: (60, 30.0))
    assert [send(client, cast).status_code for _ in range(7)] == [200] * 6 + [429]


def test_whoever_is_signed_in_is_written_down_nowhere(cast):
    client = Client()
    client.force_login(cast.secretary_li)
    ticket = ticket_of(send(client, cast))
    row = Complaint.objects.get()
    fact = facts.trail(row).get()
    assert (fact.actor, fact.actor_id, fact.request_id) == ("system:visitor", None, "")
    assert WORDS not in str(fact.details)
    events = AuditEvent.objects.filter(row_id=row.pk)
    assert set(events.values_list("actor", "request_id")) == {("system:visitor", "")}
    assert not [each for each in events if row.ticket in str(each.after) or WORDS in str(each.after)]
    assert IdempotencyRecord.objects.get().person_id == ANYBODY.pk
    assert row.ticket not in str(dict(client.session))
    complaints.answer_complaint(actor=cast.cadre_chen, complaint=row, answer="已安排。", now=NOW)
    assert facts.trail(row).last().actor_id == cast.cadre_chen.pk  # control: the answer names who gave it
    assert tickets.read(ticket) == row.ticket


# --- answering --------------------------------------------------------------------------------------------------------


def test_it_is_answered_on_its_page(cast, client):
    row = filed(cast)
    client.force_login(cast.cadre_chen)
    assert f"{cast.mingyue.name}：该办的事没有办" in client.get(reverse("workbench")).text
    home = client.get(reverse("complaint", args=[row.pk]))
    assert WORDS in home.text
    assert row.ticket not in home.text
    address = reverse("complaint-step", args=[row.pk, "answer"])
    done = client.post(address, {"form_key": str(new_id()), "answer": "已安排本周五上门查看。"})
    assert done["Location"] == reverse("complaint", args=[row.pk])
    row.refresh_from_db()
    assert (row.state, row.answered_by) == ("answered", cast.cadre_chen)
    assert not selectors.todos(person=cast.cadre_chen, on=NOW.date())


def test_it_is_passed_on_with_a_reason_that_the_ticket_shows(cast, client):
    row = filed(cast)
    client.force_login(cast.cadre_chen)
    address = reverse("complaint-step", args=[row.pk, "pass_on"])
    values = {"form_key": str(new_id()), "to": "区水利局", "reason": "水库放水归区水利局管。"}
    assert client.post(address, values | {"reason": ""}).status_code == 422
    assert client.post(address, values).status_code == 302
    assert "已转区水利局办理：水库放水归区水利局管。" in look_up(Client(), row.ticket)


@pytest.mark.parametrize(
    "verb, values",
    [
        (complaints.answer_complaint, {"answer": "再答一次。"}),
        (complaints.pass_on_complaint, {"to": "区水利局", "reason": "归他们管。"}),
    ],
)
def test_it_is_answered_once(cast, verb, values):
    row = filed(cast)
    complaints.answer_complaint(actor=cast.cadre_chen, complaint=row, answer="已安排。", now=NOW)
    with pytest.raises(DomainError, check=lambda e: e.code == "illegal_move"):
        verb(actor=cast.cadre_chen, complaint=row, now=NOW, **values)


@pytest.mark.parametrize(
    "verb, values, field",
    [
        (complaints.answer_complaint, {"answer": "  "}, "answer"),
        (complaints.answer_complaint, {"answer": "长" * 1001}, "answer"),
        (complaints.answer_complaint, {"answer": "请联系 13912345678。"}, "answer"),
        (complaints.pass_on_complaint, {"to": "", "reason": "归他们管。"}, "to"),
        (complaints.pass_on_complaint, {"to": "长" * 61, "reason": "归他们管。"}, "to"),
        (complaints.pass_on_complaint, {"to": "区水利局", "reason": " "}, "reason"),
    ],
)
def test_an_answer_says_something_and_names_no_number(cast, verb, values, field):
    with pytest.raises(RuleBroken, check=lambda e: list(e.errors) == [field]):
        verb(actor=cast.cadre_chen, complaint=filed(cast), now=NOW, **values)


def test_nobody_answers_for_their_own_office(cast):
    """About a village: the township. About the township: 区委组织部, and not its own officer."""
    about_village, about_town = filed(cast), filed(cast, cast.sanjiang)
    assert set(selectors.complaints(cast.cadre_chen)) == {about_village}
    assert set(selectors.complaints(cast.district_zhao)) == {about_village, about_town}
    with pytest.raises(Forbidden):
        complaints.answer_complaint(actor=cast.cadre_chen, complaint=about_town, answer="没有的事。", now=NOW)
    assert [each.what for each in selectors.todos(person=cast.district_zhao, on=NOW.date())] == [
        "三江镇党委：该办的事没有办"
    ]
    complaints.answer_complaint(actor=cast.district_zhao, complaint=about_town, answer="已核实，已改正。", now=NOW)


@pytest.mark.parametrize("who", sorted(set(CAST) - {"cadre_chen", "district_zhao", "anonymous"}))
def test_nobody_else_reads_the_words_least_of_all_the_unit(cast, who):
    row = filed(cast)
    assert not selectors.complaints(cast[who])
    client = Client()
    client.force_login(cast[who])
    for name, keys in (("complaint", [row.pk]), ("complaint-step", [row.pk, "answer"])):
        assert client.get(reverse(name, args=keys)).status_code == (403 if who == "outsider" else 404)
    with pytest.raises((Forbidden, Hidden)):
        complaints.answer_complaint(actor=cast[who], complaint=row, answer="没有的事。", now=NOW)


def test_the_light_counts_working_days_by_the_parameter(cast):
    row = filed(cast)
    assert row.answer_due_on == date(2026, 12, 8)
    assert selectors.complaint_light(row, on=date(2026, 12, 9)).colour == "red"
    assert parameters.get("oversight.complaint_days", on=NOW.date()) == 10


def test_reminders_go_to_who_answers_and_up_when_it_stays(cast, monkeypatch):
    monkeypatch.setattr(registry, "_rules", {"oversight.complaint": registry.rule("oversight.complaint")})
    row = filed(cast)
    for day in (3, 8, 9, 15):
        run(at(12, day))
    rows = Notification.objects.filter(topic="oversight.complaint").order_by("told_at", "pk")
    assert list(rows.values_list("recipient__name", "note")) == [
        ("陈立", "还有3个工作日到期"),
        ("陈立", "今天到期"),
        ("陈立", "已超期"),
        ("赵启明", "超期多日，请督促"),
    ]
    assert not [each for each in rows if WORDS in str(vars(each))]
    complaints.answer_complaint(actor=cast.cadre_chen, complaint=row, answer="已安排。", now=at(12, 15))
    assert run(at(12, 23)) == 0


def test_the_database_has_the_last_word(cast):
    row = filed(cast)

    @transaction.atomic
    def force(**change) -> None:
        stamp(MAKER)
        Complaint.objects.filter(pk=row.pk).update(**change)

    for change in ({"state": "answered"}, {"state": "passed_on", "answer": "转"}, {"category": "gossip"}):
        with pytest.raises(IntegrityError):
            force(**change)


# --- the admin --------------------------------------------------------------------------------------------------------


def test_the_register_of_the_admin_answers_through_the_service(cast, client):
    row = filed(cast)
    client.force_login(cast.cadre_chen)
    listing = client.get(reverse("admin:oversight_complaint_changelist"))
    assert cast.mingyue.name in listing.text
    shown = client.get(reverse("admin:oversight_complaint_change", args=[row.pk])).text
    assert WORDS in shown
    assert row.ticket not in shown
    address = reverse("admin:oversight_complaint_act", args=[row.pk, "answer"])
    assert client.post(address, {"answer": ""}).status_code == 422
    assert client.post(address, {"answer": "已安排本周五上门查看。"}).status_code == 302
    row.refresh_from_db()
    assert row.state == "answered"
    client.force_login(cast.secretary_li)
    assert client.get(reverse("admin:oversight_complaint_changelist")).status_code == 403
