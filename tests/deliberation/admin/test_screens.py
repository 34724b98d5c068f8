"""The screens of 议事协调: they open, are Chinese throughout, cost the same at any length, and hide what they must."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from deliberation import selectors
from deliberation.models import (
    AgendaItem,
    Attendance,
    Checklist,
    Meeting,
    MinutesAmendment,
    Motion,
    Objection,
    Poll,
    ResolutionTask,
)
from deliberation.selectors import registers
from deliberation.services import attendance
from kit import policies
from kit.ids import new_id
from tests.deliberation.admin.conftest import SCREENS
from tests.orgs.admin.test_screens import ENGLISH, words


@pytest.mark.parametrize("model", SCREENS)
def test_a_township_cadre_opens_every_list_and_a_row(visit, affair, model):
    person = visit(affair.cast.cadre_chen)
    name = f"deliberation.{model}"
    assert person.listing(name).status_code == 200
    row = person.rows(name)[0]
    assert person.open(name, row).status_code == 200
    assert person.client.get(person.address(name, "history", row.pk)).status_code == 200
    assert person.client.get(person.address(name, "print")).status_code == 200


def every_page(visit, affair):
    """(address, page) of the main pages, for those who keep them."""
    clerk, chair = visit(affair.cast.cadre_chen), affair.joint
    for model in SCREENS:
        name = f"deliberation.{model}"
        yield f"{model} list", clerk.listing(name)
        yield f"{model} empty list", clerk.listing(name, q="没有这样的")
        row = clerk.rows(name)[0]
        yield f"{model} row", clerk.open(name, row)
        yield f"{model} history", clerk.client.get(clerk.address(name, "history", row.pk))
        yield f"{model} export", clerk.client.get(clerk.address(name, "export"))
    meeting = Meeting.objects.get(state="in_session")
    amendment = MinutesAmendment.objects.get()
    yield "amendment", clerk.open("deliberation.minutesamendment", amendment)
    yield "take in", clerk.ask("deliberation.minutesamendment", amendment, "take_in")
    yield "take in refused", clerk.do("deliberation.minutesamendment", amendment, "take_in")
    yield "note", clerk.ask("deliberation.agendaitem", meeting.items.get(), "note")
    for model in (AgendaItem, Attendance):
        yield model.__name__, clerk.open(f"deliberation.{model._meta.model_name}", model.objects.first())
    yield "plan", clerk.client.get(clerk.address("deliberation.meeting", "add"))
    yield "plan refused", clerk.add("deliberation.meeting")
    for act in ("item", "invite"):
        yield act, clerk.ask("deliberation.meeting", meeting, act)
        yield f"{act} refused", clerk.do("deliberation.meeting", meeting, act)
    yield "paper", clerk.client.get(reverse("admin:deliberation_meeting_paper", args=[meeting.pk]))
    yield "objection", clerk.open("deliberation.objection", Objection.objects.get(state="in_review"))
    yield "confirm", clerk.ask("deliberation.objection", Objection.objects.get(state="in_review"), "confirm")
    yield "return refused", clerk.do("deliberation.objection", Objection.objects.get(state="in_review"), "return")
    keeper = visit(affair.cast.district_zhao)
    yield "rule", keeper.client.get(keeper.address("deliberation.votingrule", "add"), {"code": "JOINT"})
    yield "rule refused", keeper.add("deliberation.votingrule")
    yield "steps", keeper.client.get(keeper.address("deliberation.checklisttemplate", "add"))
    yield "steps refused", keeper.add("deliberation.checklisttemplate")
    proposer = visit(affair.cast.secretary_li)
    yield "correct", proposer.ask("deliberation.checklist", Checklist.objects.get(), "correct")
    yield "correct refused", proposer.do("deliberation.checklist", Checklist.objects.get(), "correct")
    yield "propose", proposer.client.get(proposer.address("deliberation.motion", "add"))
    yield "propose refused", proposer.add("deliberation.motion")
    yield "report", proposer.ask("deliberation.resolutiontask", ResolutionTask.objects.get(), "report")
    lead = visit(chair)
    yield "answer", lead.ask("deliberation.objection", Objection.objects.get(state="received"), "answer")
    yield "room", lead.open("deliberation.meeting", meeting)
    guest = visit(affair.daxing)
    for act in ("agree", "amend"):
        yield act, guest.ask("deliberation.minutes", amendment.minutes, act)


def test_no_english_is_left_on_any_page(visit, affair):
    found = []
    for name, answer in every_page(visit, affair):
        assert answer.status_code in (200, 422), name
        said = words(answer.content.decode())
        found += [(name, text) for text in ENGLISH if re.search(rf"(?<![A-Za-z]){text.strip()}(?![A-Za-z])", said)]
    assert not found


def cost(visit, person, address) -> int:
    client = visit(person).client
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_a_list_costs_the_same_at_2_and_20_rows(visit, room, at_noon):
    def fill(count):
        for _ in range(count):
            room.motion(title="关于修路的议题")
            room.plan(title="筹备中的会议")

    addresses = [reverse("admin:index")] + [
        reverse(f"admin:deliberation_{model}_changelist") for model in ("motion", "meeting")
    ]
    fill(2)
    few = [cost(visit, room.cast.cadre_chen, address) for address in addresses]
    fill(18)
    assert [cost(visit, room.cast.cadre_chen, address) for address in addresses] == few


def test_a_list_of_decisions_costs_the_same_at_2_and_20_rows(visit, affair):
    """Polls, resolutions, notices, objections and tasks are copied row by row: only their number differs."""
    models = ("poll", "resolution", "publicnotice", "objection", "resolutiontask")

    def fill(count):
        for _ in range(count):
            more(affair)

    def costs():
        return [cost(visit, affair.cast.cadre_chen, reverse(f"admin:deliberation_{m}_changelist")) for m in models]

    fill(1)
    few = costs()
    fill(18)
    assert costs() == few


def more(affair) -> None:
    """One more of everything that follows a motion, as rows."""
    item = AgendaItem.objects.order_by("position", "pk").first()
    motion = Motion.objects.get(pk=item.motion_id)
    poll = Poll.objects.order_by("pk").first()
    resolution = poll.resolution if hasattr(poll, "resolution") else None
    notice = resolution.notices.order_by("pk").first()
    objection, task = notice.objections.order_by("pk").first(), resolution.tasks.order_by("pk").first()
    serial = type(resolution).objects.count() + 1
    motion = _copy(motion)
    item = _copy(item, motion=motion, position=AgendaItem.objects.count() + 1)
    poll = _copy(poll, item=item)
    resolution = _copy(resolution, motion=motion, poll=poll, serial=serial, number=f"联村〔2026〕{serial}号")
    notice = _copy(notice, resolution=resolution)
    _copy(objection, notice=notice, ticket=f"T{serial:05d}")
    _copy(task, resolution=resolution)


def _copy(row, **changes):
    values = {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields}
    fresh = type(row)(**values | {"id": new_id()})
    for name, value in changes.items():
        setattr(fresh, name, value)
    fresh.save(force_insert=True)
    return fresh


def test_start_page_counts_lead_to_their_lists(visit, affair):
    person = visit(affair.cast.cadre_chen)
    context = person.client.get(reverse("admin:index")).context
    cards = [card for _, each in context["cards"] for card in each] + context["attention"]
    labels = {card.label for card in cards}
    assert {"将要召开的会议", "没有办结的任务", "等待答复的异议", "正在公示", "已结束的表决"} <= labels
    for card in cards:
        if card.url.startswith("/admin/deliberation/"):
            assert person.client.get(card.url).context["cl"].result_count == card.count, card.label


def test_a_list_of_what_one_may_do_is_the_twin_of_asking_for_each(visit, affair):
    """In SQL and in Python: who answers an objection, and who is told why somebody does not come."""
    rows = Objection.objects.select_related("notice__resolution__body")
    objection = rows.get(state="received")
    seat = Attendance.objects.select_related("meeting__body").order_by("pk").first()
    people = [*(person for person in affair.cast.people.values() if person.pk), affair.joint, affair.deputy]
    answering, told = [], []
    for person in people:
        answers = any(policies.allows(person, f"objection.{verb}", objection) for verb in ("answer", "review"))
        assert selectors.objections(person).filter(pk=objection.pk).exists() == answers
        keeps = registers.keeps_attendance(seat.meeting, person) or person.pk in (
            seat.person_id,
            seat.meeting.chair_id,
        )
        assert registers.kept_attendances(person).filter(pk=seat.pk).exists() == keeps
        answering += [person.name] if answers else []
        told += [person.name] if keeps else []
    assert {"陈立", "冯远"} <= set(answering) < {person.name for person in people}
    assert {"陈立", "冯远", "马福生"} <= set(told) < {person.name for person in people}


def test_why_somebody_does_not_come_is_told_to_the_desk_and_not_to_a_neighbour(visit, room, at_noon):
    meeting = room.convened(room.accepted())
    attendance.reply(actor=room.daxing, meeting=meeting, reply="leave", leave_reason="家中老人住院", now=room.now)
    seat = meeting.attendances.get(person=room.daxing)
    for person, told in ((room.cast.cadre_chen, True), (room.joint, True), (room.cast.secretary_li, False)):
        reader = visit(person)
        assert ("家中老人住院" in reader.open("deliberation.meeting", meeting).content.decode()) == told
        assert reader.open("deliberation.attendance", seat).status_code == (200 if told else 404)
        history = reader.client.get(reader.address("deliberation.attendance", "history", seat.pk))
        assert history.status_code == (200 if told else 404)
    assert "家中老人住院" in visit(room.daxing).open("deliberation.attendance", seat).content.decode()
