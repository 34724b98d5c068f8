"""What the lists of 运行保障 can be asked for."""

import django_filters

from kit.api.filters import Filters, TrueFalse
from oversight import choices


class NotificationFilters(Filters):
    kind = django_filters.ChoiceFilter(choices=choices.NotificationKind.choices, label="来源")
    unread = TrueFalse(field_name="read_at", lookup_expr="isnull", label="未读")


class ReminderFilters(Filters):
    state = django_filters.ChoiceFilter(choices=choices.ReminderState.choices, label="状态")
    rule = django_filters.CharFilter(field_name="rule", label="规则")
    recipient = django_filters.UUIDFilter(field_name="recipient_id", label="提醒谁")
