"""怎么用: one page, the reader's own part first."""

from dataclasses import dataclass

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from kit.scoping import Standing, standing_of
from orgs.choices import Role

OFFICE = frozenset({Role.TOWNSHIP_OFFICER, Role.TOWNSHIP_SECRETARY})
JOINT = frozenset({Role.JOINT_SECRETARY, Role.JOINT_DEPUTY, Role.JOINT_MEMBER})
UNIT = frozenset({Role.UNIT_SECRETARY, Role.UNIT_REPRESENTATIVE})
DISTRICT = frozenset({Role.ORGANIZATION_OFFICER, Role.DISTRICT_VIEWER, Role.AREA_OFFICER, Role.AREA_SECRETARY})
ADMINISTRATORS = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})


@dataclass(frozen=True)
class Chapter:
    """What one kind of reader does here; the text is ``lianCun/howto/<key>.html``.

    waits: what comes to their workbench by itself, in one sentence.
    """

    key: str
    title: str
    roles: frozenset[str]
    waits: str

    @property
    def template(self) -> str:
        return f"lianCun/howto/{self.key}.html"


CHAPTERS = (
    Chapter(
        "unit",
        "村支书、企业和合作社负责人",
        UNIT,
        "轮到您办的事会出现在这里，写明谁请您办、办到哪一天，点开就是那一步。",
    ),
    Chapter(
        "joint",
        "联村书记、副书记、委员",
        JOINT,
        "联村党组织需要您办的事会出现在这里，写明办到哪一天。",
    ),
    Chapter(
        "office",
        "乡镇干部",
        OFFICE,
        "登记有缺漏、事情到期时会出现在这里；每条都写明缺什么，点开就是登记的那一页。",
    ),
    Chapter(
        "district",
        "片区和区级",
        DISTRICT,
        "需要您确认或关注的事会出现在这里。",
    ),
    Chapter(
        "admins",
        "系统管理员、安全管理员、审计管理员",
        ADMINISTRATORS,
        "账号锁定、发送失败等要处理的事会出现在这里。三员分开，谁都看不到业务内容。",
    ),
)


def chapters_for(standing: Standing) -> list[Chapter]:
    """The chapters of the reader's own roles."""
    return [chapter for chapter in CHAPTERS if standing.has_role(*chapter.roles)]


def purpose_for(standing: Standing) -> str:
    """What will come to this person's workbench, in one sentence."""
    own = chapters_for(standing)
    return own[0].waits if own else "您还没有任职登记。请联系乡镇组织干部登记任职，登记后这里会显示要您办的事。"


@login_not_required
def how_to(request: HttpRequest) -> HttpResponse:
    """Open without login too, so that a locked-out person can read whom to ask."""
    own = chapters_for(standing_of(request.user))
    return render(
        request,
        "lianCun/howto.html",
        {"title": "怎么用", "own": own, "others": [chapter for chapter in CHAPTERS if chapter not in own]},
    )
