"""复制到微信群: plain text for a chat group. No person, no telephone, nothing of a closed scope.

A chat group is not a scope that anybody approved: what is 党内公开 or 不公开, and every 请示报告 and
干部建议, stays out.
"""

from collections.abc import Iterable
from datetime import date

from deliberation.choices import HELD, NEVER_PUBLIC, Capacity, ItemState, MeetingState, Reply, ResolutionState, Scope
from deliberation.models import AgendaItem, Meeting, Poll, PublicNotice, Resolution, ResolutionTask
from deliberation.selectors import line
from kit.calendar import day_of, long_date, long_moment
from kit.components import CopyText
from kit.masking import without_people
from orgs import selectors as orgs

MAY_BE_TOLD = (Scope.PUBLIC, Scope.MEMBERS)
NO_MORE = (ResolutionState.SENT_BACK, ResolutionState.TERMINATED)
OPEN_TASKS = ("assigned", "waiting", "reported")


def cleaned(copies: Iterable[CopyText], body, *, on: date) -> tuple[CopyText, ...]:
    """The texts without the name of anybody registered around the body, and without telephone numbers. Two queries."""
    copies = list(copies)
    if not copies:
        return ()
    paths = [body.path, *orgs.units_of(body, on=on).values_list("path", flat=True)]
    names = orgs.people_named_in("\n".join(each.text for each in copies), paths)
    return tuple(
        CopyText(without_people(each.text, names), each.name, each.label, each.note, each.is_open) for each in copies
    )


def lines(*said: str) -> str:
    return "\n".join(each for each in said if each)


def _when(day: date) -> str:
    return long_date(day, weekday=False)


# --- a meeting -------------------------------------------------------------------------------------------------------


def meeting_copies(meeting: Meeting, *, may_remind: bool, on: date) -> tuple[CopyText, ...]:
    """What there is to tell of a meeting now: its notice, that it was put off, or what it decided.

    may_remind: also which units have not replied, for whoever prepares the meeting.
    """
    state, copies = MeetingState(meeting.state), []
    if state in (MeetingState.CONVENED, MeetingState.IN_SESSION, MeetingState.ADJOURNED):
        copies.append(CopyText(_notice(meeting), name="notice", label="会议通知"))
    elif state in HELD:
        copies.append(CopyText(_result(meeting), name="result", label="会议结果"))
    elif state in (MeetingState.POSTPONED, MeetingState.CANCELLED) and meeting.convened_at is not None:
        copies.append(CopyText(_called_off(meeting), name="called-off", label="会议变更"))
    if may_remind and state == MeetingState.CONVENED and (text := _silent(meeting)):
        copies.append(CopyText(text, name="silent", label="催回执"))
    return cleaned(copies, meeting.body, on=on)


def _notice(meeting: Meeting) -> str:
    return lines(
        f"【会议通知】{meeting.title}",
        meeting.body.name,
        f"时间：{long_moment(meeting.starts_at)}",
        f"地点：{meeting.place_text}" if meeting.place_text else "",
        f"线上会议号：{meeting.online_number}" if meeting.online_number else "",
        "议题：",
        *_agenda(meeting),
        f"要求：{meeting.requirements}" if meeting.requirements else "",
        "请参会人员登录联村系统回执，不能参加的先请假。",
    )


def _items(meeting: Meeting) -> list[AgendaItem]:
    return list(meeting.items.select_related("motion", "reporting_unit").order_by("position", "pk"))


def _title(item: AgendaItem) -> str:
    is_closed = item.motion is not None and item.motion.classification in NEVER_PUBLIC
    return "不公开议题" if is_closed else item.title


def _agenda(meeting: Meeting) -> Iterable[str]:
    for number, item in enumerate(_items(meeting), 1):
        unit = f"（{item.reporting_unit.name}）" if item.reporting_unit else ""
        yield f"{number}. {_title(item)}{unit}"


def _called_off(meeting: Meeting) -> str:
    if meeting.state == MeetingState.CANCELLED:
        return lines(f"【会议取消】{meeting.title}", meeting.body.name, "原定会议取消，议题留待下次会议。")
    return lines(
        f"【会议延期】{meeting.title}",
        meeting.body.name,
        f"会议改在{long_moment(meeting.starts_at)}，以重新发出的通知为准。",
    )


def _result(meeting: Meeting) -> str:
    came = meeting.attendances.filter(capacity=Capacity.VOTING, presences__isnull=False).distinct().count()
    should = meeting.attendances.filter(capacity=Capacity.VOTING).count()
    told = dict(
        Resolution.objects.filter(poll__item__meeting=meeting, scope__in=MAY_BE_TOLD)
        .exclude(state__in=NO_MORE)
        .values_list("poll__item_id", "number")
    )
    return lines(
        f"【会议简讯】{meeting.title}",
        f"{meeting.body.name}于{_when(day_of(meeting.opened_at or meeting.starts_at))}召开会议，"
        f"应到{should}人，实到{came}人。",
        *(f"{number}. {_title(item)}：{_outcome(item, told)}" for number, item in enumerate(_items(meeting), 1)),
    )


def _outcome(item: AgendaItem, told: dict) -> str:
    if item.state == ItemState.DEFERRED:
        return "顺延"
    return f"表决通过，形成决议（{told[item.pk]}）" if item.pk in told else "已审议"


def _silent(meeting: Meeting) -> str:
    rows = meeting.attendances.filter(capacity=Capacity.VOTING, reply=Reply.NONE).exclude(unit=meeting.body_id)
    units = list(dict.fromkeys(rows.order_by("unit__path", "pk").values_list("unit__name", flat=True)))
    if not units:
        return ""
    return lines(
        f"【请回执】{meeting.title}，{long_moment(meeting.starts_at)}",
        f"还没有回执的单位：{'、'.join(units)}。",
        "请登录联村系统回执，不能参加的先请假。",
    )


# --- what was decided ------------------------------------------------------------------------------------------------


def resolution_copies(
    resolution: Resolution, notice: PublicNotice | None, *, address: str, on: date
) -> tuple[CopyText, ...]:
    """A resolution and its public notice. address: of the notice on the public board."""
    copies = []
    if resolution.scope in MAY_BE_TOLD and resolution.state not in NO_MORE and not _is_closed(resolution):
        copies.append(CopyText(_resolution(resolution), name="resolution", label="决议"))
    if notice is not None and notice.scope == Scope.PUBLIC and notice.from_on <= on:
        copies.append(CopyText(_public(notice, address), name="public", label="公示"))
    return cleaned(copies, resolution.body, on=on)


def _is_closed(resolution: Resolution) -> bool:
    return resolution.motion.classification in NEVER_PUBLIC


def _resolution(resolution: Resolution) -> str:
    poll: Poll = resolution.poll
    tasks = list(resolution.tasks.select_related("owner").order_by("due_on", "pk"))
    return lines(
        f"【决议】{resolution.title}",
        f"{resolution.body.name}　{resolution.number}",
        f"赞成{poll.yes}票，反对{poll.no}票，弃权{poll.abstain}票，表决通过。",
        "落实：" if tasks else "",
        *(f"{number}. {task.title}——{_owner(task)}，{_when(task.due_on)}前" for number, task in enumerate(tasks, 1)),
        f"现在：{resolution.get_state_display()}",
    )


def _owner(task: ResolutionTask) -> str:
    return task.owner.name if task.owner else task.outside_body


def _public(notice: PublicNotice, address: str) -> str:
    return lines(
        f"【公示】{notice.title}",
        notice.text.strip(),
        f"公示期：{_when(notice.from_on)}至{_when(notice.to_on)}（含起止日）",
        "有异议的，公示期内打开下面的网址提出，不用登录，不用留姓名：",
        address,
    )


def task_copies(task: ResolutionTask, *, on: date) -> tuple[CopyText, ...]:
    """A reminder of a task that is not done."""
    resolution = task.resolution
    if task.state not in OPEN_TASKS or resolution.scope not in MAY_BE_TOLD or _is_closed(resolution):
        return ()
    light = line.task_light(task, on=on)
    text = lines(
        f"【任务提醒】{task.title}",
        f"牵头：{_owner(task)}",
        f"时限：{_when(task.due_on)}前{f'，{light.word}' if light and light.word else ''}",
        f"依据：{resolution.number}",
        "请牵头单位登录联村系统报进展；办不了的，写明原因申请延期。",
    )
    return cleaned([CopyText(text, name="task", label="任务提醒")], resolution.body, on=on)
