"""The closed lists of 运行保障. Values are identifiers, labels are what the screen shows."""

from django.db.models import TextChoices


class ReminderState(TextChoices):
    WAITING = "waiting", "待提醒"
    SENT = "sent", "已提醒"
    STALE = "stale", "已过时未提醒"
    CANCELLED = "cancelled", "事项已了结，不再提醒"


class NotificationKind(TextChoices):
    REMINDER = "reminder", "到期提醒"
    FACT = "fact", "办理动态"
    NUDGE = "nudge", "催办"


class NoticeLight(TextChoices):
    """Yellow: in time; red: past its day; blue: for information."""

    YELLOW = "yellow", "黄"
    RED = "red", "红"
    BLUE = "blue", "蓝"


class Figure(TextChoices):
    """Figures of the dashboard, in the order in which they are shown."""

    MEETINGS = "meetings", "季度联席会议召开率"
    TASKS = "tasks", "决议任务按期办结率"
    OBJECTIONS = "objections", "异议按期答复率"
    HANDLED = "handled", "需求办结率"
    DEMANDS = "demands", "在办需求"


class ComplaintCategory(TextChoices):
    """What a complaint is about: work, never a person."""

    UNDONE = "undone", "该办的事没有办"
    PROCEDURE = "procedure", "议事、公示没有按规矩来"
    RESOURCES = "resources", "资源、项目用得不合适"
    SHARING = "sharing", "收益、补偿分得不合适"
    SERVICE = "service", "办事和服务"
    IDEA = "idea", "意见建议"


class ComplaintState(TextChoices):
    RECEIVED = "received", "待答复"
    ANSWERED = "answered", "已答复"
    PASSED_ON = "passed_on", "已转办"
