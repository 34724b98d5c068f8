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
