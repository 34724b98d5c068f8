"""One more row in every list of the API and every register: a whole matter, from its demand to a complaint about it.

All of it belongs to 明月村 or to 天马联村党组织. 陈立 chairs and answers, 李顺 keeps the minutes and came.
"""

from datetime import timedelta
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from deliberation.models import (
    AgendaItem,
    Attendance,
    Ballot,
    Checklist,
    ChecklistEntry,
    ChecklistTemplate,
    Meeting,
    Minutes,
    MinutesAgreement,
    MinutesAmendment,
    MinutesNote,
    Motion,
    Objection,
    Poll,
    Presence,
    PublicNotice,
    Recusal,
    Resolution,
    ResolutionTask,
    RollEntry,
    Seconding,
    Statement,
    VotingRule,
)
from kit.models import ApiToken
from kit.services import stamp
from orgs.choices import OrganizationKind
from oversight.models import Complaint, Notification, Reminder
from resources.models import Demand, DemandLayer, LayerConsent
from tests.cast import Cast
from tests.factories import (
    MAKER,
    DivisionFactory,
    JointOrgFactory,
    OrganizationFactory,
    PersonFactory,
    PostingFactory,
)


def one_more(cast: Cast, number: int) -> None:
    """One row more of everything; ``number`` from 1 on, once each."""
    with transaction.atomic():
        stamp(MAKER)
        _organizations(cast, number)
        _told(cast, _demand(cast, number))
        _decisions(cast, number, *_sitting(cast, number))


def _organizations(cast: Cast, number: int) -> None:
    DivisionFactory(code=f"511902107{300 + number}")
    unit = OrganizationFactory(parent=cast.sanjiang, number=100 + number)
    PostingFactory(person=PersonFactory(organization=unit), organization=unit)
    body = OrganizationFactory(
        kind=OrganizationKind.JOINT_ORG, parent=cast.sanjiang, number=100 + number, name=f"第{number}联村党委"
    )
    JointOrgFactory(organization=body, superior=cast.area, units=[cast.mingyue, unit])


def _demand(cast: Cast, number: int) -> Demand:
    now, today = timezone.now(), timezone.localdate()
    words = {"category": "equipment", "title": f"第{number}座烘干房漏雨", "text": "顶棚漏雨。", "created_at": now}
    demand = Demand.objects.create(
        unit=cast.mingyue,
        body=cast.tianma.organization,
        author=cast.secretary_li,
        state="accepted",
        submitted_at=now,
        accept_by_on=today,
        accepted_at=now,
        answer_by_on=today,
        **words,
    )
    layer = DemandLayer.objects.create(
        demand=demand, level="check", author=cast.cadre_chen, category="housing", text="按修缮办理。", added_at=now
    )
    LayerConsent.objects.create(layer=layer, person=cast.secretary_li, given_at=now)
    return demand


def _told(cast: Cast, demand: Demand) -> None:
    """Each of the two was reminded, told of it and given a token; somebody complained."""
    now, today = timezone.now(), timezone.localdate()
    where = {"path": cast.mingyue.path, "body_id": cast.tianma.pk}
    for person in (cast.cadre_chen, cast.secretary_li):
        Reminder.objects.create(
            rule="resources.demand_answer",
            step="at",
            subject_id=demand.pk,
            period=today,
            recipient=person,
            due_at=now,
            **where,
        )
        Notification.objects.create(
            recipient=person,
            kind="fact",
            cause=uuid4(),
            topic="resources.demand.accepted",
            heading="受理需求",
            title=demand.title,
            page="demand",
            key=demand.pk,
            told_at=now,
            **where,
        )
        ApiToken.objects.create(
            person_id=person.pk,
            name="对账",
            hint="lct_aaaa",
            digest=uuid4().hex,
            scopes=["read"],
            created_at=now,
            expires_at=now + timedelta(days=1),
        )
    Complaint.objects.create(
        organization=cast.mingyue,
        category="undone",
        text="报了三个月没有人来看。",
        ticket=uuid4().hex[:16],
        received_at=now,
        answer_due_on=today,
    )


def _sitting(cast: Cast, number: int) -> tuple[Motion, Poll]:
    """A meeting that 李顺 attended, with a motion seconded, discussed and put to a recorded vote."""
    now, body = timezone.now(), cast.tianma.organization
    motion = Motion.objects.create(
        unit=cast.mingyue,
        body=body,
        proposer=cast.secretary_li,
        title=f"关于修缮第{number}座烘干房的议题",
        text="烘干房漏雨。",
        state="adopted",
        created_at=now,
        submitted_at=now,
        decided_at=now,
    )
    Seconding.objects.create(motion=motion, unit=cast.company, person=cast.entrepreneur_he, seconded_at=now)
    meeting = Meeting.objects.create(
        body=body,
        title=f"第{number}次联席会议",
        quarter="2026Q4",
        starts_at=now + timedelta(minutes=number),
        place_text="明月村活动阵地",
        chair=cast.cadre_chen,
        clerk=cast.secretary_li,
        contact=cast.secretary_li,
        sign_in_code="12345678",
        state="in_session",
        created_at=now,
        convened_at=now,
        opened_at=now,
    )
    came = Attendance.objects.create(meeting=meeting, person=cast.secretary_li, unit=cast.mingyue, capacity="voting")
    Presence.objects.create(attendance=came, arrived_at=now, signed_by=cast.secretary_li)
    rule = VotingRule.objects.create(
        code=f"R{number}",
        name=f"第{number}种规则",
        version=1,
        base="present",
        threshold_numerator=1,
        threshold_denominator=2,
        is_strict=True,
        voters="persons",
        source="运行规则",
        effective_on=timezone.localdate(),
    )
    item = AgendaItem.objects.create(
        meeting=meeting, motion=motion, kind="vote", title=motion.title, position=1, rule=rule, state="done"
    )
    Recusal.objects.create(item=item, unit=cast.company, reason="承建单位")
    minutes = Minutes.objects.create(
        meeting=meeting, body=body, state="circulated", edition=1, circulated_at=now, confirm_by_on=timezone.localdate()
    )
    for revision in (1, 2):
        MinutesNote.objects.create(
            minutes=minutes,
            item=item,
            revision=revision,
            text="烘干房漏雨，三家都同意修。",
            written_by=cast.secretary_li,
            written_at=now,
        )
    MinutesAgreement.objects.create(minutes=minutes, attendance=came, edition=1, agreed_at=now)
    MinutesAmendment.objects.create(minutes=minutes, item=item, attendance=came, text="应为两家。", asked_at=now)
    Statement.objects.create(item=item, attendance=came, text="同意修。", position=1, noted_at=now)
    poll = Poll.objects.create(
        item=item,
        rule=rule,
        method="recorded",
        channel="online",
        should_attend=1,
        present=1,
        roll_hash="0" * 64,
        opened_at=now,
        state="closed",
        closed_at=now,
        yes=1,
        no=0,
        abstain=0,
        is_adopted=True,
    )
    entry = RollEntry.objects.create(poll=poll, person=cast.secretary_li, unit=cast.mingyue)
    Ballot.objects.create(entry=entry, choice="yes", cast_at=now)
    return motion, poll


def _decisions(cast: Cast, number: int, motion: Motion, poll: Poll) -> None:
    now, today = timezone.now(), timezone.localdate()
    resolution = Resolution.objects.create(
        body=motion.body,
        motion=motion,
        poll=poll,
        year=2026,
        serial=number,
        number=f"联村〔2026〕{number}号",
        title=f"关于修缮第{number}座烘干房的决议",
        text="由明月村负责修缮。",
        scope="public",
        state="objected",
        formed_at=now,
    )
    notice = PublicNotice.objects.create(
        resolution=resolution,
        title=f"关于修缮第{number}座烘干房的公示",
        text="由明月村负责修缮。",
        scope="public",
        from_on=today,
        to_on=today + timedelta(days=6),
        publisher=cast.cadre_chen,
        published_at=now,
    )
    Objection.objects.create(
        notice=notice, text="选址没有商量。", ticket=uuid4().hex[:16], received_at=now, answer_due_on=today
    )
    template = ChecklistTemplate.objects.create(
        version=1 + number,
        steps=["村民会议决议", "决议公开", "实施结果公开"],
        decides_at=1,
        source="区委组织部通知",
        effective_on=today,
    )
    checklist = Checklist.objects.create(
        resolution=resolution, village=cast.mingyue, template=template, due_on=today, opened_at=now
    )
    ChecklistEntry.objects.create(
        checklist=checklist,
        position=1,
        round=1,
        done_on=today,
        evidence="3号",
        person=cast.secretary_li,
        entered_at=now,
    )
    ResolutionTask.objects.create(
        resolution=resolution, title=f"修缮第{number}座", owner=cast.mingyue, due_on=today, assigned_at=now
    )
