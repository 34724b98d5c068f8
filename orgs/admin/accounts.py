"""账号 of a person: opened, unlocked, reset, disabled and enabled on the page of the person, by separated hands."""

from collections.abc import Callable
from typing import Any

from django.utils import timezone

from kit.admin import Act, ActForm, ReasonForm, Text
from orgs.selectors import accounts as reads
from orgs.services import accounts, second_factor


class OpenForm(ActForm):
    username = Text(label="登录名", max_length=40, help_text="字母开头，可用字母、数字；告诉本人后不再改变。")


def _possible(step: str) -> Callable[[Any], bool]:
    return lambda row: step in reads.possible_steps(row, reads.locked_names(now=timezone.now()))


def _password(password: str) -> list[tuple[str, str]]:
    return [("临时密码", password)]


def _act(step: str, label: str, service: Callable, verb: str, **more: Any) -> Act:
    return Act(step, label, service, subject="person", verb=verb, when=_possible(step), fresh=reads.FRESH, **more)


ACTS = (
    _act(
        "open",
        "开户",
        accounts.open_account,
        "account.open",
        form=OpenForm,
        hint="开户后显示一次临时密码，本人首次登录时须改。",
        reveal=_password,
        icon="person_add",
    ),
    _act("unlock", "解锁", accounts.unlock_account, "account.unlock", icon="lock_open"),
    _act(
        "reset",
        "重置密码",
        accounts.reset_password,
        "account.reset_password",
        hint="原密码立即失效，正在使用的登录和受信任手机都退出；新的临时密码只显示一次。",
        reveal=_password,
        icon="key",
    ),
    _act("enable", "启用账号", accounts.enable_account, "account.enable", icon="check_circle"),
    _act(
        "disable",
        "停用账号",
        accounts.disable_account,
        "account.disable",
        form=ReasonForm,
        hint="正在使用的登录和受信任手机都退出。任职不受影响，需要时由其单位的管理部门办理免职。",
        danger=True,
        icon="block",
    ),
    _act(
        "second-factor",
        "重置动态口令",
        second_factor.reset_second_factor,
        "account.reset_totp",
        form=ReasonForm,
        hint="本人下次登录时重新登记动态口令。",
        icon="phonelink_lock",
    ),
)
