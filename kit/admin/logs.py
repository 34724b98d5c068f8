"""Logs and machinery for the separated administrators: read only, without any business text."""

from unfold.decorators import display

from kit import facts, keeping
from kit.admin.acts import Act
from kit.admin.governed import GovernedAdmin
from kit.admin.lists import Card, capped_count, select_filter
from kit.admin.site import site
from kit.admin.trail import OPERATIONS, actor_names
from kit.models import AuditEvent, DeliveryFailure, Fact, JobRun, OutboxMessage
from kit.models.jobs import RunState
from kit.models.outbox import MessageState

MECHANISM = "系统管理"
# Of a fact's details only these are shown here; the others may quote business.
SHOWN_DETAILS = {"what": "台账", "count": "条数", "format": "格式", "ground": "事由"}


class LogAdmin(GovernedAdmin):
    """A log: opened by one verb, read only, newest first."""

    business = False
    mechanism = MECHANISM
    ordering = ["-pk"]

    def get_changelist_instance(self, request):
        cl = super().get_changelist_instance(request)
        if "actor" in {field.name for field in self.opts.fields}:
            cl.result_list = list(cl.result_list)
            names = actor_names({row.actor for row in cl.result_list})
            for row in cl.result_list:
                row.actor_name = names[row.actor]
        return cl

    @display(description="经办")
    def who(self, row):
        return getattr(row, "actor_name", None) or actor_names({row.actor})[row.actor]


class FactAdmin(LogAdmin):
    """办理日志"""

    selector = keeping.recorded_facts
    opened_by = (keeping.READ_LOGS,)
    title = "办理日志"
    ordering = ["-recorded_at", "-pk"]
    menu_order = 10
    icon = "history"
    purpose = "谁在什么时间办理了什么。只列事项，不显示业务内容；记录不能修改、不能删除。"
    list_display = ["when", "who", "what", "subject"]
    search_text = ("event", "subject", "actor")
    search_help_text = "事项代码、事由编号或经办编号"
    fields = [("when", "who"), ("what", "subject"), ("request_id", "shown")]

    @display(description="时间", ordering="at")
    def when(self, row):
        return row.at

    @display(description="事项", ordering="event")
    def what(self, row):
        return facts.title(row.event)

    @display(description="说明")
    def shown(self, row):
        said = (f"{label}：{row.details[key]}" for key, label in SHOWN_DETAILS.items() if row.details.get(key))
        return "；".join(said)

    def cards(self, request):
        return [Card("办理日志", capped_count(self.get_queryset(request)), self.address("changelist"))]


class AuditEventAdmin(LogAdmin):
    """变更日志"""

    selector = keeping.recorded_changes
    opened_by = (keeping.READ_LOGS,)
    title = "变更日志"
    ordering = ["-recorded_at", "-pk"]
    menu_order = 20
    icon = "difference"
    purpose = "数据库里每一行的每次改动，由数据库自己记下。只列改了哪几项，不显示内容。"
    list_display = ["recorded_at", "who", "show_op", "table_name", "row_id", "changed_columns"]
    search_text = ("table_name", "row_id", "actor", "request_id")
    search_help_text = "数据表、行编号、经办编号或请求号"
    list_filter = [select_filter("op", "操作", list(OPERATIONS.items()), "op")]
    fields = [
        ("recorded_at", "who"),
        ("show_op", "session_role"),
        ("table_name", "row_id"),
        ("changed_columns", "request_id"),
    ]

    @display(description="操作", ordering="op", label=True)
    def show_op(self, row):
        return OPERATIONS[row.op]

    @display(description="改动的项")
    def changed_columns(self, row):
        return "、".join((row.after or row.before or {}).keys())


class OutboxMessageAdmin(LogAdmin):
    """待发消息"""

    selector = keeping.unsent
    opened_by = (keeping.SEND_AGAIN,)
    title = "待发消息"
    menu_order = 40
    icon = "outbox"
    ordering = ["due_at", "pk"]
    purpose = "还没有送达的通知和提醒；失败的可以重新发送，同一条不会发两次。"
    list_display = ["key", "channel", "show_state", "due_at", "attempts", "last_error"]
    search_text = ("key", "subject")
    list_filter = [select_filter("state", "状态", MessageState.choices, "state")]
    fields = [("key", "channel"), ("show_state", "attempts"), ("due_at", "ready_at"), "last_error"]
    acts = (
        Act(
            "again",
            "重新发送",
            keeping.send_again,
            subject="message",
            verb=keeping.SEND_AGAIN,
            when=lambda row: row.state in (MessageState.DEAD, MessageState.STALE),
            hint="按原来的业务键重新排队，同一条不会重复送达。",
            icon="send",
        ),
    )

    @display(description="状态", ordering="state", label={"发送失败": "danger", "已过时未发": "warning"})
    def show_state(self, row):
        return row.get_state_display()

    def cards(self, request):
        here, rows = self.address("changelist"), self.get_queryset(request)
        dead = capped_count(rows.filter(state=MessageState.DEAD))
        return [
            Card("待发消息", capped_count(rows), here),
            Card("发送失败的消息", dead, f"{here}?state=dead", attention=True),
        ]


class DeliveryFailureAdmin(LogAdmin):
    """未送达的事实"""

    selector = keeping.undelivered
    opened_by = (keeping.SEND_AGAIN,)
    title = "内部未送达"
    menu_order = 50
    icon = "sync_problem"
    purpose = "一件事办完后，系统其他部分没有接到的。会自动重试；放弃的列在这里。"
    list_display = ["subscriber", "what", "attempts", "next_at", "dead_at", "last_error"]
    list_select_related = ["fact"]
    search_text = ("subscriber", "last_error")
    list_filter = [
        select_filter(
            "given_up",
            "情况",
            [("yes", "已放弃"), ("no", "重试中")],
            lambda queryset, value: queryset.filter(dead_at__isnull=value == "no"),
        )
    ]
    fields = [("subscriber", "what"), ("attempts", "next_at"), ("dead_at", "last_error")]
    acts = (
        Act(
            "again",
            "重新办理",
            keeping.deliver_again,
            subject="letter",
            verb=keeping.SEND_AGAIN,
            when=lambda row: row.dead_at is not None,
            icon="replay",
        ),
    )

    @display(description="事项")
    def what(self, row):
        return facts.title(row.fact.event)

    def cards(self, request):
        lost = self.get_queryset(request).filter(dead_at__isnull=False)
        return [Card("内部未送达", capped_count(lost), f"{self.address('changelist')}?given_up=yes", attention=True)]


class JobRunAdmin(LogAdmin):
    """作业运行"""

    selector = keeping.job_runs
    opened_by = (keeping.SEND_AGAIN,)
    title = "定时作业"
    menu_order = 60
    icon = "schedule"
    purpose = "系统自动办理的周期性工作，每个周期只办一次。"
    list_display = ["name", "period", "show_state", "started_at", "finished_at", "attempts", "last_error"]
    search_text = ("name", "period")
    list_filter = [select_filter("state", "状态", RunState.choices, "state")]
    fields = [("name", "period"), ("show_state", "attempts"), ("started_at", "finished_at"), "last_error"]

    @display(description="状态", ordering="state", label={"失败": "danger", "已完成": "success", "进行中": "info"})
    def show_state(self, row):
        return row.get_state_display()

    def cards(self, request):
        failed = self.get_queryset(request).filter(state=RunState.FAILED)
        return [Card("失败的作业", capped_count(failed), f"{self.address('changelist')}?state=failed", attention=True)]


site.register(Fact, FactAdmin)
site.register(AuditEvent, AuditEventAdmin)
site.register(OutboxMessage, OutboxMessageAdmin)
site.register(DeliveryFailure, DeliveryFailureAdmin)
site.register(JobRun, JobRunAdmin)
