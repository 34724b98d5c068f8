"""One matter with a row behind every page of 议事协调: from its motion to a task and two objections, one in review."""

from datetime import timedelta

from deliberation.models import Minutes
from deliberation.services import amendments, minutes, notices, sittings, tasks
from kit.actors import System
from tests.deliberation.test_checklists import decided
from tests.deliberation.test_resolutions import formed, published


def wanted(room):
    """What 谢春梅 asks to be changed in the minutes of another meeting, which are out."""
    item = sittings.open_item(
        actor=room.joint, item=room.sitting(room.accepted(title="关于修渠的议题")).items.get(), now=room.now
    )
    row = Minutes.objects.get(meeting=item.meeting_id)
    minutes.write_note(
        actor=room.deputy, minutes=row, item=item, text="渠长约三百米，汛前修好。", revision=0, now=room.now
    )
    over = item.meeting.starts_at + timedelta(hours=1)
    sittings.end_meeting(actor=room.joint, meeting=item.meeting, now=over)
    row = minutes.send_minutes(actor=room.deputy, minutes=row, now=over)
    return amendments.ask_amendment(actor=room.daxing, minutes=row, item=item, text="渠长应为四百米。", now=over)


def matter(room) -> dict[str, list]:
    """Name of every page → the arguments of its address, one step each."""
    checklist = formed(room, villages=[room.cast.mingyue]).checklists.get()
    notice = published(room, decided(room, checklist).resolution)
    resolution = notice.resolution
    item = resolution.poll.item
    task = tasks.assign_task(
        actor=room.joint,
        resolution=resolution,
        title="修缮烘干房",
        due_on=(room.now + timedelta(days=30)).date(),
        owner=room.cast.mingyue,
        now=room.now,
    )
    objection = notices.file_objection(
        actor=System("visitor"), notice=notice, text="选址没有和三社的住户商量过。", now=room.now
    )
    draft = notices.answer_objection(
        actor=room.joint,
        objection=notices.file_objection(
            actor=System("visitor"), notice=notice, text="造价和村里公布的不一样。", now=room.now
        ),
        upheld=False,
        answer="造价以评审结果为准，已在村务公开栏公布。",
        now=room.now,
    )
    other = wanted(room)
    return {
        "minutes": [other.minutes.meeting_id],
        "minutes-step": [other.minutes.meeting_id, "amend"],
        "minutes-note": [other.item_id],
        "minutes-history": [other.item_id],
        "amendment-take-in": [other.pk],
        "amendment-decline": [other.pk],
        "checklist": [checklist.pk],
        "checklist-step": [checklist.pk, "mark"],
        "motion": [resolution.motion_id],
        "motion-edit": [resolution.motion_id],
        "motion-step": [resolution.motion_id, "withdraw"],
        "meeting": [item.meeting_id],
        "meeting-edit": [item.meeting_id],
        "meeting-live": [item.meeting_id],
        "meeting-room": [item.meeting_id],
        "meeting-watch": [item.meeting_id],
        "sitting-step": [item.meeting_id, "end"],
        "meeting-sign-in": [item.meeting_id],
        "meeting-step": [item.meeting_id, "reply"],
        "item-step": [item.pk, "defer"],
        "attendance-step": [item.meeting.attendances.first().pk, "leave"],
        "poll": [resolution.poll_id],
        "poll-watch": [resolution.poll_id],
        "poll-step": [resolution.poll_id, "vote"],
        "resolution": [resolution.pk],
        "resolution-step": [resolution.pk, "assign"],
        "public-notice": [notice.pk],
        "public-notice-text": [notice.pk],
        "notice-object": [notice.pk],
        "objection-answer": [objection.pk],
        "objection-review": [draft.pk],
        "objection-return": [draft.pk],
        "paper": ["resolution", resolution.pk],
        "task": [task.pk],
        "task-step": [task.pk, "report"],
    }
