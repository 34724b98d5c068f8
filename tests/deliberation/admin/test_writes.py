"""Every write of the screens is one service call: it saves, its refusal stands at its field, a foreign id is none."""

from dataclasses import replace
from datetime import timedelta

import pytest

from deliberation.models import (
    AgendaItem,
    Attendance,
    Meeting,
    Motion,
    Objection,
    Poll,
    PublicNotice,
    Resolution,
    ResolutionTask,
    TallyEntry,
    VotingRule,
)
from deliberation.services import polls
from kit.admin import site
from kit.errors import DomainError
from kit.models import Fact
from tests.deliberation.admin.conftest import SCREENS
from tests.deliberation.test_resolutions import adopted, formed
from tests.orgs.admin.conftest import sentences

COUNTED = [*SCREENS.values(), AgendaItem, Attendance, TallyEntry]


def census() -> dict:
    return {model: sorted(model.objects.values_list(), key=str) for model in COUNTED}


@pytest.fixture
def refused(monkeypatch):
    """A refusing service in the place of every one that the screens call."""
    calls = []

    def service(**kwargs):
        calls.append(kwargs)
        raise DomainError("closed", "今天不办理。")

    for model in COUNTED[:-1]:
        screen = site.get_model_admin(model)
        for kind in ("add", "change"):
            if (write := getattr(screen, kind)) is not None:
                monkeypatch.setattr(screen, kind, replace(write, service=service))
        monkeypatch.setattr(screen, "acts", tuple(replace(act, service=service) for act in screen.acts))
    return calls


def planned(room, **changes):
    day = room.now + timedelta(days=7)
    return {
        "body": room.body.pk,
        "form": "joint_conference",
        "title": "第四季度联席会议",
        "starts_at_0": f"{day:%Y/%m/%d}",
        "starts_at_1": "09:00",
        "place_text": "明月村活动阵地",
        "chair": room.joint.pk,
        "clerk": room.deputy.pk,
        "contact": room.deputy.pk,
        **changes,
    }


def proposal(room, **changes):
    return {
        "membership": f"{room.cast.mingyue.pk}:{room.body.pk}",
        "classification": "routine",
        "title": "关于修路的议题",
        "text": "三社的路要修。",
        **changes,
    }


def test_a_meeting_is_planned_by_the_township_and_changed_while_it_is_prepared(visit, room, at_noon):
    clerk = visit(room.cast.cadre_chen)
    answer = clerk.add("deliberation.meeting", **planned(room))
    assert answer.status_code == 302, sentences(answer)
    meeting = Meeting.objects.get()
    assert (meeting.chair, meeting.clerk, meeting.quarter) == (room.joint, room.deputy, "2026Q4")
    values = planned(room, title="第四季度联席扩大会议", quarter="2026Q4")
    answer = clerk.change("deliberation.meeting", meeting, **values)
    assert answer.status_code == 302, sentences(answer)
    assert Meeting.objects.get().title == "第四季度联席扩大会议"


def test_what_the_rules_of_a_meeting_refuse_stands_at_its_field(visit, room, at_noon):
    clerk = visit(room.cast.cadre_chen)
    before = census()
    late = clerk.add("deliberation.meeting", **planned(room, starts_at_0="2026/11/01"))
    assert "须在现在之后" in late.context["adminform"].form.errors["starts_at"][0]
    nowhere = clerk.add("deliberation.meeting", **planned(room, place_text=""))
    assert "请填写地点或线上会议号" in nowhere.context["adminform"].form.errors["place_text"][0]
    assert census() == before


@pytest.mark.parametrize("field", ["body", "chair"])
def test_a_foreign_id_in_a_plan_is_refused_like_an_absent_one(visit, room, at_noon, field):
    foreign = {"body": room.cast.zengkou_joint.pk, "chair": room.cast.secretary_sun.pk}[field]
    clerk, before = visit(room.cast.cadre_chen), census()
    said = []
    for key in (foreign, "01a20909-0000-7000-8000-000000000000"):
        answer = clerk.add("deliberation.meeting", **planned(room, **{field: key}))
        said.append([e.replace(str(key), "X") for e in answer.context["adminform"].form.errors[field]])
    assert said[0] == said[1]
    assert census() == before


def test_the_desk_takes_a_meeting_from_the_agenda_to_the_room(visit, room, at_noon):
    """Item, freeze, convene, invite, sign in from the sheet, somebody leaves: each one act."""
    clerk = visit(room.cast.cadre_chen)
    first, second = room.accepted(), room.accepted(title="关于修路的议题")
    meeting = room.plan()
    for motion in (first, second):
        answer = clerk.do("deliberation.meeting", meeting, "item", kind="vote", motion=motion.pk, minutes_allotted=15)
        assert answer.status_code == 302, sentences(answer)
    item = meeting.items.get(motion=second)
    assert clerk.do("deliberation.agendaitem", item, "move", position=1).status_code == 302
    assert meeting.items.get(motion=second).position == 1
    assert clerk.do("deliberation.agendaitem", meeting.items.get(motion=first), "remove").status_code == 302
    assert Motion.objects.get(pk=first.pk).state == "accepted"
    for act in ("freeze", "convene"):
        answer = clerk.do("deliberation.meeting", meeting, act)
        assert answer.status_code == 302, sentences(answer)
    guest = room.cast.cadre_chen
    assert clerk.do("deliberation.meeting", meeting, "invite", person=guest.pk).status_code == 302
    assert meeting.attendances.get(person=guest).capacity == "observing"
    sheet = meeting.attendances.filter(person__in=[room.joint, room.daxing])
    answer = clerk.do("deliberation.meeting", meeting, "sign-in", attendances=[each.pk for each in sheet])
    assert answer.status_code == 302, sentences(answer)
    assert {each.person for each in meeting.attendances.here()} == {room.joint, room.daxing}
    gone = meeting.attendances.get(person=room.daxing)
    assert clerk.do("deliberation.attendance", gone, "leave").status_code == 302
    assert {each.person for each in meeting.attendances.here()} == {room.joint}


def test_a_sheet_of_another_meeting_signs_nobody_in(visit, room, at_noon):
    meeting, other = room.convened(room.accepted()), room.convened(room.accepted(title="关于修路的议题"))
    foreign = other.attendances.get(person=room.joint)
    answer = visit(room.cast.cadre_chen).do("deliberation.meeting", meeting, "sign-in", attendances=[foreign.pk])
    assert answer.status_code == 422
    assert "attendances" in answer.context["form"].errors
    assert not Attendance.objects.here().exists()


def test_only_the_named_chair_opens_the_meeting(visit, room, at_noon):
    meeting = room.convened(room.accepted())
    visit(room.cast.cadre_chen).do(
        "deliberation.meeting", meeting, "sign-in", attendances=[meeting.attendances.get(person=room.joint).pk]
    )
    assert visit(room.cast.cadre_chen).do("deliberation.meeting", meeting, "open").status_code == 403
    assert visit(room.joint).do("deliberation.meeting", meeting, "open").status_code == 302
    assert Meeting.objects.get(pk=meeting.pk).state == "in_session"


def test_a_motion_is_proposed_submitted_and_taken_up(visit, room, at_noon):
    proposer = visit(room.cast.secretary_li)
    answer = proposer.add("deliberation.motion", **proposal(room))
    assert answer.status_code == 302, sentences(answer)
    motion = Motion.objects.get()
    assert (motion.unit, motion.state) == (room.cast.mingyue, "draft")
    answer = proposer.change(
        "deliberation.motion", motion, title="关于修三社路的议题", classification="routine", text="修"
    )
    assert answer.status_code == 302, sentences(answer)
    assert proposer.do("deliberation.motion", motion, "submit").status_code == 302
    other = visit(room.cast.entrepreneur_he)
    assert other.do("deliberation.motion", motion, "second", unit=room.cast.company.pk).status_code == 302
    assert visit(room.joint).do("deliberation.motion", motion, "accept").status_code == 302
    # From submission nobody rewrites it.
    assert visit(room.cast.secretary_li).change("deliberation.motion", motion, title="别的").status_code == 403
    assert Motion.objects.get().title == "关于修三社路的议题"


def test_a_place_that_is_not_ones_own_is_no_choice(visit, room, at_noon):
    foreign = f"{room.cast.yangfan.pk}:{room.cast.zengkou_joint.pk}"
    answer = visit(room.cast.secretary_li).add("deliberation.motion", **proposal(room, membership=foreign))
    assert "membership" in answer.context["adminform"].form.errors
    assert not Motion.objects.exists()


def counting(room):
    """An open show of hands; 谢春梅 and 马福生 count."""
    item = room.discussed(room.accepted())
    tellers = {"teller_a": room.daxing, "teller_b": room.deputy}
    return polls.open_poll(actor=room.joint, item=item, method="show_of_hands", now=room.now, **tellers)


def test_tellers_count_alone_and_nobody_reads_a_count_before_the_end(visit, room, at_noon):
    """V7: neither screen, list, register nor trail shows anything of an open vote."""
    poll = counting(room)
    first = visit(room.daxing)
    answer = first.do("deliberation.poll", poll, "tally", yes=3, no=0, abstain=1)
    assert answer.status_code == 302, sentences(answer)
    assert visit(room.cast.cadre_chen).do("deliberation.poll", poll, "tally", yes=4, no=0, abstain=0).status_code == 403
    for person in (room.cast.cadre_chen, room.joint, room.deputy):
        reader = visit(person)
        for page in (
            reader.open("deliberation.poll", poll),
            reader.listing("deliberation.poll"),
            reader.client.get(reader.address("deliberation.poll", "print")),
            reader.client.get(reader.address("deliberation.poll", "history", poll.pk)),
        ):
            assert "两名计票人的清点" not in page.content.decode()
        shown = reader.open("deliberation.poll", poll).context["adminform"].form.instance
        assert (shown.yes, shown.no, shown.abstain) == (None, None, None)
    assert visit(room.deputy).do("deliberation.poll", poll, "tally", yes=3, no=0, abstain=1).status_code == 302
    assert visit(room.joint).do("deliberation.poll", poll, "close").status_code == 302
    # The control: afterwards the same screen shows both counts.
    page = visit(room.cast.cadre_chen).open("deliberation.poll", poll).content.decode()
    assert "两名计票人的清点" in page
    assert "表决通过" in page


def test_a_void_vote_needs_its_reason(visit, room, at_noon):
    poll, chair = counting(room), visit(room.joint)
    assert "reason" in chair.do("deliberation.poll", poll, "void", reason=" ").context["form"].errors
    assert chair.do("deliberation.poll", poll, "void", reason="清点时有人离席").status_code == 302
    assert Poll.objects.get().state == "void"


def test_a_rule_gets_its_next_version_from_the_organization_department(visit, room, at_noon):
    keeper = visit(room.cast.district_zhao)
    page = keeper.client.get(keeper.address("deliberation.votingrule", "add"), {"code": "JOINT"})
    assert page.context["adminform"].form.initial["threshold_denominator"] == 2
    values = {
        "code": "JOINT",
        "name": "联席会议规则",
        "base": "present",
        "voters": "persons",
        "is_strict": "on",
        "quorum_numerator": 2,
        "quorum_denominator": 3,
        "threshold_numerator": 2,
        "threshold_denominator": 3,
        "source": "区委组织部〔2026〕3号",
        "effective_on": "2026/12/01",
    }
    wrong = keeper.add("deliberation.votingrule", **values | {"threshold_numerator": 5})
    assert "比例写成分子和分母" in wrong.context["adminform"].form.errors["threshold_numerator"][0]
    early = keeper.add("deliberation.votingrule", **values | {"effective_on": "2026/11/24"})
    assert "最早从明天起" in early.context["adminform"].form.errors["effective_on"][0]
    answer = keeper.add("deliberation.votingrule", **values)
    assert answer.status_code == 302, sentences(answer)
    rule = VotingRule.objects.get(code="JOINT", version=2)
    assert (rule.threshold_numerator, rule.threshold_denominator, rule.is_strict) == (2, 3, True)
    assert VotingRule.objects.get(code="JOINT", version=1).threshold_denominator == 2


def test_a_resolution_goes_from_the_vote_to_its_confirmed_task(visit, room, at_noon):
    resolution = formed(room)
    clerk = visit(room.cast.cadre_chen)
    answer = clerk.do("deliberation.resolution", resolution, "publish", title="公示", text="由明月村修缮。")
    assert answer.status_code == 302, sentences(answer)
    notice = PublicNotice.objects.get()
    assert clerk.do("deliberation.publicnotice", notice, "take-down", reason="金额写错").status_code == 302
    assert Resolution.objects.get().state == "formed"
    lead = visit(room.joint)
    nobody = lead.do("deliberation.resolution", resolution, "assign", title="修缮", due_on="2026/12/20")
    assert "有且只有一个牵头单位" in nobody.context["form"].errors["owner"][0]
    answer = lead.do(
        "deliberation.resolution", resolution, "assign", title="修缮", due_on="2026/12/20", owner=room.cast.mingyue.pk
    )
    assert answer.status_code == 302, sentences(answer)
    task = ResolutionTask.objects.get()
    owner = visit(room.cast.secretary_li)
    assert owner.do("deliberation.resolutiontask", task, "report", progress="已修好，验收单在村部。").status_code == 302
    assert visit(room.joint).do("deliberation.resolutiontask", task, "accept").status_code == 302
    assert visit(room.cast.secretary_li).do("deliberation.resolutiontask", task, "confirm").status_code == 302
    assert ResolutionTask.objects.get().state == "confirmed"


def test_a_resolution_is_formed_on_its_motion(visit, room, at_noon):
    motion = adopted(room)
    values = {"title": "关于修缮烘干房的决议", "text": "由明月村负责。", "scope": "public"}
    assert visit(room.cast.cadre_chen).do("deliberation.motion", motion, "form", **values).status_code == 403
    answer = visit(room.joint).do("deliberation.motion", motion, "form", **values)
    assert answer["Location"] == f"/admin/deliberation/resolution/{Resolution.objects.get().pk}/change/"


def test_an_objection_is_there_only_for_those_who_answer_it_or_review_the_answer(visit, affair):
    objection = Objection.objects.get(state="received")
    for who in ("secretary_li", "entrepreneur_he", "district_zhao", "discipline_wu"):
        reader = visit(affair.cast[who])
        # 赵启明 reviews what the area committee answers: the screen is his, this row of a township is not.
        hidden = 404 if who == "district_zhao" else 403
        assert reader.open("deliberation.objection", objection).status_code == hidden
        page = reader.open("deliberation.resolution", objection.notice.resolution)
        if page.status_code == 200:
            assert objection.text not in page.content.decode()
    clerk = visit(affair.cast.cadre_chen)
    page = clerk.open("deliberation.objection", objection).content.decode()
    assert objection.text in page
    assert objection.ticket not in page
    draft = {"upheld": "no", "answer": "选址已在村民大会议过。"}
    assert clerk.do("deliberation.objection", objection, "answer", **draft).status_code == 403
    answer = visit(affair.joint).do("deliberation.objection", objection, "answer", **draft)
    assert answer.status_code == 302, sentences(answer)
    assert (
        "选址已在村民大会议过。"
        in visit(affair.cast.cadre_chen).ask("deliberation.objection", objection, "confirm").content.decode()
    )
    objection.refresh_from_db()
    read = {"drafted_at": objection.drafted_at.isoformat()}
    assert visit(affair.joint).do("deliberation.objection", objection, "confirm", **read).status_code == 403
    answer = visit(affair.cast.cadre_chen).do("deliberation.objection", objection, "return", reason="写明议过的日期")
    assert answer.status_code == 302, sentences(answer)
    again = visit(affair.joint).ask("deliberation.objection", objection, "answer").content.decode()
    assert "选址已在村民大会议过。" in again
    visit(affair.joint).do(
        "deliberation.objection", objection, "answer", upheld="no", answer="选址已在三月的村民大会议过。"
    )
    stale = visit(affair.cast.cadre_chen).do(
        "deliberation.objection", objection, "confirm", drafted_at="2026-01-01T09:00:00+08:00"
    )
    assert stale.status_code == 409, sentences(stale)
    assert "改过了" in stale.content.decode()
    objection.refresh_from_db()
    assert objection.drafted_at.isoformat() in stale.content.decode()
    read = {"drafted_at": objection.drafted_at.isoformat()}
    answer = visit(affair.cast.cadre_chen).do("deliberation.objection", objection, "confirm", **read)
    assert answer.status_code == 302, sentences(answer)
    objection.refresh_from_db()
    assert (objection.state, objection.reviewed_by) == ("dismissed", affair.cast.cadre_chen)


ACTS = {
    "meeting": ("cadre_chen", "cancel", {"reason": "调整"}),
    "resolution": ("cadre_chen", "publish", {"title": "公示", "text": "文字"}),
    "objection": ("cadre_chen", "return", {"reason": "写明日期"}),
    "publicnotice": ("cadre_chen", "take-down", {"reason": "写错"}),
    "resolutiontask": ("secretary_li", "report", {"progress": "已办"}),
}


@pytest.mark.parametrize("model", ACTS)
def test_a_refusing_service_saves_nothing(visit, affair, refused, model):
    """The one that is asked is the service; the real ones above are the control."""
    who, act, values = ACTS[model]
    before = census()
    row = SCREENS[model].objects.order_by("pk").first()
    answer = visit(affair.cast[who]).do(f"deliberation.{model}", row, act, **values)
    assert (answer.status_code, len(refused)) == (409, 1)
    assert "今天不办理。" in answer.content.decode()
    assert census() == before


def test_a_refusing_service_adds_nothing(visit, room, at_noon, refused):
    before = census()
    for person, model, values in (
        (room.cast.cadre_chen, "meeting", planned(room)),
        (room.cast.secretary_li, "motion", proposal(room)),
    ):
        answer = visit(person).add(f"deliberation.{model}", **values)
        assert "今天不办理。" in answer.content.decode()
    assert (len(refused), census()) == (2, before)


def test_what_is_printed_for_the_room_is_on_record(visit, room, at_noon):
    meeting = room.convened(room.accepted())
    clerk = visit(room.cast.cadre_chen)
    page = clerk.client.get(clerk.address("deliberation.meeting", "paper", meeting.pk)).content.decode()
    for text in ("议程", "签到表", "关于修缮烘干房的议题", "谢春梅", "应到", "签名"):
        assert text in page, text
    assert meeting.sign_in_code not in page
    fact = Fact.objects.filter(event="kit.register.exported").latest("recorded_at")
    assert (fact.details["what"], fact.details["format"]) == ("deliberation.attendance", "print")
    # The control: nothing is shown to whom the meeting is hidden.
    other = visit(room.cast.secretary_sun)
    assert other.client.get(other.address("deliberation.meeting", "paper", meeting.pk)).status_code == 404


def test_lights_of_tasks_are_what_their_filter_finds(visit, room, at_noon):
    """The condition in SQL and the light on the page are one notion, day by day."""
    resolution = formed(room)
    for days in (-3, -1, 0, 1, 3, 4, 5, 6, 9, 20):
        day = (room.now + timedelta(days=days)).date()
        ResolutionTask.objects.create(
            resolution=resolution, title=f"{days}", owner=room.cast.mingyue, due_on=day, assigned_at=room.now
        )
    ResolutionTask.objects.create(
        resolution=resolution,
        title="等",
        owner=room.cast.mingyue,
        due_on=room.now.date(),
        assigned_at=room.now,
        state="waiting",
    )
    clerk, screen = visit(room.cast.cadre_chen), site.get_model_admin(ResolutionTask)
    everything = clerk.rows("deliberation.resolutiontask")
    for colour in ("red", "yellow", "green", "blue"):
        shown = {row.pk for row in everything if f'class="light {colour}"' in str(screen.show_light(row))}
        assert shown
        assert {row.pk for row in clerk.rows("deliberation.resolutiontask", light=colour)} == shown
