"""通知: what I was told, the newest first; opening one marks it as read and leads to the very step."""

from collections import Counter
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse

from kit.calendar import day_of, long_date
from kit.components import Action, Confirmation, CopyText, Empty, Tab
from kit.errors import Hidden
from kit.pages import ActionPage, Done, FormPage, ListPage
from oversight import selectors
from oversight.choices import NotificationKind
from oversight.services import notifications

NOTHING_NEW = Empty(
    title="没有未读通知",
    purpose="事情快到期、已超期、有人催办，您提的议题和需求走到哪一步，都会在这里告诉您，点开就到要办的那一步。",
    icon="bell",
)
_LABELS = dict(NotificationKind.choices)
_COLUMNS = (
    *("id", "kind", "topic", "heading", "title", "note", "light", "until", "page", "key", "path", "body_id"),
    *("told_at", "is_late", "read_at"),
)


class Notifications(ListPage):
    """未读 and 全部, by pages."""

    template_name = "oversight/notifications.html"
    title = "通知"
    needs_post = False
    columns = _COLUMNS
    ordering = ("-id",)

    @property
    def only_unread(self) -> bool:
        return self.request.GET.get("show") != "all"

    def rows(self) -> QuerySet:
        mine = selectors.notifications(self.request.user)
        return mine.unread() if self.only_unread else mine

    def show(self, *, status: int = 200, **more: Any):
        person = self.request.user
        rows = [
            row
            | {
                "title": selectors.told(person, row).title,
                "kind_label": _LABELS[row["kind"]],
                "open": reverse("notification-open", args=[row["id"]]),
                "read": reverse("notification-read", args=[row["id"]]),
            }
            for row in more.pop("rows")
        ]
        return super().show(status=status, rows=rows, copy=self._plain(rows), **more)

    def context(self) -> dict[str, Any]:
        here = reverse("notifications")
        return {
            "tabs": [Tab("未读", here, self.only_unread), Tab("全部", f"{here}?show=all", not self.only_unread)],
            "empty": NOTHING_NEW,
            "read_all": Action("全部标为已读", reverse("notifications-read-all"), post=True, icon="check"),
        }

    def _plain(self, rows: list[dict[str, Any]]) -> CopyText | None:
        """What waits, by kind and with the nearest day: no name and no title."""
        waiting = [row for row in rows if row["read_at"] is None]
        if not waiting:
            return None
        lines = [f"您有{len(waiting)}件待办，请登录联村管理系统查看：", *_by_heading(waiting)]
        return CopyText(
            "\n".join([*lines, f"（{long_date(day_of(self.now))}）"]), label="复制提醒文字", note="不含姓名和具体事项。"
        )


def _by_heading(rows: list[dict[str, Any]]) -> list[str]:
    counts = Counter(row["heading"] for row in rows)
    nearest: dict[str, Any] = {}
    for row in rows:
        if row["until"] is not None:
            nearest[row["heading"]] = min(row["until"], nearest.get(row["heading"], row["until"]))
    return [
        f"· {heading} {count} 件" + (f"，最近期限 {day.month}月{day.day}日" if (day := nearest.get(heading)) else "")
        for heading, count in counts.items()
    ]


class _Own(FormPage):
    """A verb on one of one's own notifications; the address is for posting only."""

    needs_post = False
    http_method_names = ["post"]
    template_name = "action_page.html"

    def mark(self) -> Any:
        row = selectors.notifications(self.request.user).filter(pk=self.kwargs["pk"]).first()
        if row is None:
            raise Hidden
        return notifications.read_notification(actor=self.request.user, notification=row, now=self.now)


class Open(_Own):
    """Mark as read and go to the very step."""

    def act(self, form: forms.Form) -> Done:
        row = self.mark()
        return Done(selectors.told(self.request.user, vars(row)).href)


class Read(_Own):
    """Mark as read and stay."""

    def act(self, form: forms.Form) -> Done:
        self.mark()
        return Done(reverse("notifications"))


class ReadAll(FormPage):
    needs_post = False
    http_method_names = ["post"]
    template_name = "action_page.html"

    def act(self, form: forms.Form) -> Done:
        count = notifications.read_all(actor=self.request.user, now=self.now)
        return Done(reverse("notifications"), Confirmation(f"{count} 条通知已标为已读"))


class Nudge(ActionPage):
    """催办: ask whoever has the item."""

    button = "催办"
    question = "会提醒现在承办这件事的人。同一件事两个工作日内只催办一次。"

    @property
    def item(self) -> selectors.OpenItem:
        if not hasattr(self, "_item"):
            self._item = selectors.open_item(self.request.user, self.kwargs["subject"], on=day_of(self.now))
        return self._item

    def back(self) -> str:
        return reverse(self.item.rule.home or self.item.rule.page, args=[self.item.key])

    def context(self) -> dict[str, Any]:
        return super().context() | {"title": f"催办：{self.item.title}"}

    def act(self, form: forms.Form) -> Done:
        back = self.back()
        notifications.nudge(actor=self.request.user, subject=self.kwargs["subject"], now=self.now)
        return Done(back, Confirmation("已催办", now_with="承办人", next_step="两个工作日后还没有动静，可以再催。"))
