"""One row of every kind of 资源整合 and 议事协调, written straight into the database beside the standing case.

All belong to 明月村 or to 天马联村党组织, except a resolution, a notice and an objection of the area committee.
陈立 chairs the meeting, 李顺 keeps its minutes, 李顺 and 何兴农 count.
"""

from datetime import timedelta
from types import SimpleNamespace

from django.utils import timezone

from deliberation.models import (
    AgendaItem,
    Attendance,
    Checklist,
    ChecklistTemplate,
    Meeting,
    Minutes,
    MinutesAmendment,
    MinutesNote,
    Motion,
    Objection,
    Poll,
    Presence,
    PublicNotice,
    Resolution,
    ResolutionTask,
    VotingRule,
)
from resources.models import Demand
from tests.cast import Cast


def make_affairs(cast: Cast) -> SimpleNamespace:
    """The rows, by name."""
    now, body, unit = timezone.now(), cast.tianma.organization, cast.mingyue
    today, author = timezone.localdate(), cast.secretary_li
    rule = VotingRule.objects.get(code="JOINT", version=1)
    steps = ChecklistTemplate.objects.get(version=1)

    def demand(**more) -> Demand:
        words = {"category": "equipment", "title": "烘干房漏雨", "text": "顶棚漏雨。", "created_at": now}
        return Demand.objects.create(unit=unit, body=body, author=author, **words, **more)

    def motion(**more) -> Motion:
        words = {"title": "关于修缮烘干房的议题", "text": "烘干房漏雨。", "created_at": now}
        return Motion.objects.create(**{"unit": unit, "body": body, "proposer": author, **words, **more})

    def meeting(**more) -> Meeting:
        words = {"title": "第四季度联席会议", "quarter": "2026Q4", "place_text": "明月村活动阵地", "body": body}
        people = {"chair": cast.cadre_chen, "clerk": author, "contact": author, "sign_in_code": "12345678"}
        return Meeting.objects.create(starts_at=now + timedelta(days=60), created_at=now, **{**words, **people, **more})

    convened = meeting(state="convened", convened_at=now)

    def item(position: int, subject: Motion, **more) -> AgendaItem:
        words = {"meeting": convened, "motion": subject, "kind": "vote", "title": subject.title, "rule": rule}
        return AgendaItem.objects.create(position=position, **{**words, **more})

    def poll(on: AgendaItem, **more) -> Poll:
        way = {"method": "show_of_hands", "channel": "paper", "teller_a": author, "teller_b": cast.entrepreneur_he}
        numbers = {"should_attend": 4, "present": 4, "roll_hash": "0" * 64}
        return Poll.objects.create(item=on, rule=rule, opened_at=now, **way, **numbers, **more)

    def resolution(serial: int, state: str, of=body, met: Meeting = convened) -> Resolution:
        adopted = motion(state="adopted", body=of)
        counted = {"yes": 4, "no": 0, "abstain": 0, "is_adopted": True, "closed_at": now}
        return Resolution.objects.create(
            body=of,
            motion=adopted,
            poll=poll(item(10 + serial, adopted, state="done", meeting=met), state="closed", **counted),
            year=2026,
            serial=serial,
            number=f"联村〔2026〕{serial}号",
            title="关于修缮烘干房的决议",
            text="由明月村负责修缮。",
            scope="public",
            state=state,
            formed_at=now,
        )

    def published(of: Resolution, by) -> PublicNotice:
        words = {"title": "关于修缮烘干房的公示", "text": "由明月村负责修缮。", "scope": "public"}
        span = {"from_on": today, "to_on": today + timedelta(days=6), "published_at": now}
        return PublicNotice.objects.create(resolution=of, publisher=by, **words, **span)

    def objection(to: PublicNotice, ticket: str) -> Objection:
        return Objection.objects.create(
            notice=to, text="选址没有商量", ticket=ticket, received_at=now, answer_due_on=today
        )

    def checklist(serial: int) -> Checklist:
        return Checklist.objects.create(
            resolution=resolution(serial, "conditional"), village=unit, template=steps, due_on=today, opened_at=now
        )

    pending, objected = item(1, motion(state="scheduled")), resolution(2, "objected")
    notice = published(objected, cast.cadre_chen)
    above = meeting(body=cast.area, state="convened", convened_at=now)
    area_notice = published(resolution(2, "objected", cast.area, above), cast.district_zhao)
    over = meeting(state="ended", convened_at=now, opened_at=now, ended_at=now)
    briefed = AgendaItem.objects.create(meeting=over, kind="briefing", title="通报防火", position=1, state="done")
    came = Attendance.objects.create(meeting=over, person=cast.entrepreneur_he, unit=cast.company, capacity="voting")
    Presence.objects.create(attendance=came, arrived_at=now, left_at=now, signed_by=author)
    minutes = Minutes.objects.create(
        meeting=over, body=body, state="circulated", edition=1, circulated_at=now, confirm_by_on=today
    )
    MinutesNote.objects.create(
        minutes=minutes, item=briefed, revision=1, text="已通报。", written_by=author, written_at=now
    )
    return SimpleNamespace(
        minutes=minutes,
        amendment=MinutesAmendment.objects.create(
            minutes=minutes, item=briefed, attendance=came, text="日期写错了。", asked_at=now
        ),
        demand=demand(state="submitted", submitted_at=now, accept_by_on=today),
        draft_demand=demand(),
        motion=motion(state="submitted", submitted_at=now),
        draft_motion=motion(),
        planned=meeting(),
        meeting=convened,
        item=pending,
        attendance=Attendance.objects.create(
            meeting=convened, person=cast.entrepreneur_he, unit=cast.company, capacity="voting"
        ),
        poll=poll(item(2, motion(state="discussing"), state="discussed")),
        resolution=resolution(1, "formed"),
        notice=notice,
        objection=objection(notice, "ABCDE23456"),
        area_resolution=resolution(1, "formed", cast.area, above),
        area_notice=area_notice,
        area_objection=objection(area_notice, "ABCDE23457"),
        checklist=checklist(3),
        steps=steps,
        task=ResolutionTask.objects.create(
            resolution=objected, title="修缮烘干房", owner=unit, due_on=today, assigned_at=now
        ),
        rule=rule,
    )
