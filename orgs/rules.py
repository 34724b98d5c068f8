"""Pure judgement of 组织准备: where an organization may stand in the tree, which role sits where, what a code says."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from orgs.choices import AllianceSubtype, JointOrgType, Role
from orgs.choices import OrganizationKind as Kind

OFFICES = frozenset({Kind.DISTRICT_COMMITTEE, Kind.AREA_COMMITTEE, Kind.TOWNSHIP_COMMITTEE, Kind.DISCIPLINE_COMMISSION})
BODIES = frozenset({Kind.JOINT_ORG, Kind.AREA_COMMITTEE})
UNITS = frozenset(Kind) - OFFICES - {Kind.JOINT_ORG}

# kind → (kind of the parent, letter of the path segment, digits of the division code it carries or None).
_PLACES: dict[str, tuple[str | None, str, int | None]] = {
    Kind.DISTRICT_COMMITTEE: (None, "d", 6),
    Kind.AREA_COMMITTEE: (Kind.DISTRICT_COMMITTEE, "a", None),
    Kind.TOWNSHIP_COMMITTEE: (Kind.DISTRICT_COMMITTEE, "t", 9),
    Kind.DISCIPLINE_COMMISSION: (Kind.TOWNSHIP_COMMITTEE, "c", None),
    Kind.JOINT_ORG: (Kind.TOWNSHIP_COMMITTEE, "j", None),
    Kind.VILLAGE_BRANCH: (Kind.TOWNSHIP_COMMITTEE, "v", 12),
    **dict.fromkeys(UNITS - {Kind.VILLAGE_BRANCH}, (Kind.TOWNSHIP_COMMITTEE, "u", None)),
}

ADMINISTRATORS = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})

_AT_UNIT = frozenset(
    {Role.UNIT_SECRETARY, Role.UNIT_REPRESENTATIVE, Role.OVERSIGHT_MEMBER, Role.MENTOR, Role.TREASURER}
)
_ROLES: dict[str, frozenset[Role]] = {
    Kind.DISTRICT_COMMITTEE: ADMINISTRATORS | {Role.DISTRICT_VIEWER, Role.ORGANIZATION_OFFICER, Role.MENTOR},
    Kind.AREA_COMMITTEE: frozenset({Role.AREA_SECRETARY, Role.AREA_OFFICER, Role.MENTOR, Role.ADVISER}),
    Kind.TOWNSHIP_COMMITTEE: frozenset(
        {Role.TOWNSHIP_SECRETARY, Role.TOWNSHIP_OFFICER, Role.TREASURER, Role.BOOKKEEPER, Role.MENTOR}
    ),
    Kind.DISCIPLINE_COMMISSION: frozenset({Role.DISCIPLINE_OFFICER}),
    Kind.JOINT_ORG: frozenset(
        {
            Role.JOINT_SECRETARY,
            Role.JOINT_DEPUTY,
            Role.JOINT_MEMBER,
            Role.ADVISER,
            Role.MENTOR,
            Role.TREASURER,
            Role.BOOKKEEPER,
        }
    ),
    **dict.fromkeys(UNITS, _AT_UNIT),
}

# Of these there is one at a time in an organization.
SINGLE_ROLES = frozenset({Role.AREA_SECRETARY, Role.TOWNSHIP_SECRETARY, Role.JOINT_SECRETARY, Role.UNIT_SECRETARY})


def parent_kind(kind: str) -> str | None:
    """The kind an organization of this kind stands under; None for a district committee."""
    return _PLACES[kind][0]


def segment(kind: str, *, division_code: str, number: int) -> str:
    """The last path segment with its trailing slash: ``v205/`` from code 511902107205, ``j1/`` from a number."""
    _, letter, digits = _PLACES[kind]
    if digits is None:
        return f"{letter}{number}/"
    return f"{letter}{division_code if digits == 6 else division_code[-3:]}/"


def code_length(kind: str) -> int | None:
    """Digits of the division code that an organization of this kind must carry, or None if it is optional."""
    return _PLACES[kind][2]


def roles_at(kind: str) -> frozenset[Role]:
    """The roles that may sit at an organization of this kind."""
    return _ROLES[kind]


def circle(kind: str) -> str:
    """Whose verbs apply: ``office`` (kept by the district), ``joint_org`` or ``unit`` (kept by the township)."""
    if kind in OFFICES:
        return "office"
    return "joint_org" if kind == Kind.JOINT_ORG else "unit"


@dataclass(frozen=True)
class Span:
    """A stretch of days, both ends included; ``to_on`` None means still running."""

    from_on: date
    to_on: date | None

    def overlaps(self, other: "Span") -> bool:
        return (self.to_on is None or other.from_on <= self.to_on) and (
            other.to_on is None or self.from_on <= other.to_on
        )


def overlapping(span: Span, others: Iterable[Span]) -> Span | None:
    """The first of ``others`` that shares a day with ``span``."""
    return next((each for each in others if span.overlaps(each)), None)


def subtype_fits(type_: str, subtype: str) -> bool:
    """Only 村村抱团型 has subtypes, and it must name one (§2.2)."""
    return bool(subtype) == (type_ == JointOrgType.VILLAGE_ALLIANCE) and (not subtype or subtype in AllianceSubtype)


_VILLAGES = frozenset({Kind.VILLAGE_BRANCH})
_BUSINESS = frozenset({Kind.ENTERPRISE, Kind.COOPERATIVE, Kind.COLLECTIVE_ECONOMY})


def type_mismatch(type_: str, kinds: list[str]) -> str | None:
    """Why these kinds of units do not make this type (§2.2), as a sentence; None when they do."""
    villages = sum(kind in _VILLAGES for kind in kinds)
    if villages == 0:
        return "联村党组织至少要有一个村党组织。"
    if type_ == JointOrgType.VILLAGE_ALLIANCE and villages < 2:
        return "村村抱团型至少要有两个村党组织。"
    if type_ == JointOrgType.VILLAGE_ENTERPRISE and not any(kind in _BUSINESS for kind in kinds):
        return "村企牵引型至少要有一个企业或合作社。"
    if type_ == JointOrgType.VILLAGE_COMMUNITY and villages == len(kinds):
        return "村社融合型至少要有一个居民委员会、事业单位或其他社会服务组织。"
    return None


# Accounts.

SECOND_FACTOR_ROLES = ADMINISTRATORS | {Role.ORGANIZATION_OFFICER}
PASSWORD_LENGTH = 10
PASSWORD_CLASSES = 3
_LOGIN_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{2,39}")
_LEET = str.maketrans("@$0134578", "asoieastb")
# What people here type first when a system asks for letters, digits and a sign.
_COMMON_STEMS = """
password passwd admin administrator root user guest test login welcome changeme letmein secret qwerty qwertyuiop qwer
asdf asdfgh asdfghjkl zxcv zxcvbnm abc abcd abcdef aa aaa aaaa iloveyou woaini woaizhongguo zhongguo china dangjian
zuzhibu zuzhi liancun lianhe bazhong bazhou bazhouqu sanjiang sichuan huawei wode mima
"""


def login_name(text: str) -> str:
    """A login name as typed, in its one form: half-width, lower case, no blanks around."""
    return unicodedata.normalize("NFKC", text or "").strip().lower()


def login_name_fault(name: str) -> str | None:
    """Why this is no login name, as a sentence."""
    if not _LOGIN_NAME.fullmatch(name):
        return "登录名为 3 至 40 位小写字母、数字或 . _ -，以字母或数字开头。"
    return None


def password_faults(password: str, *, name: str) -> list[str]:
    """What is wrong with a password, all at once; an empty list when nothing is."""
    faults = []
    if len(password) < PASSWORD_LENGTH:
        faults.append(f"密码至少 {PASSWORD_LENGTH} 位，现在 {len(password)} 位。")
    if len(password) > 128:
        faults.append("密码最多 128 位。")
    classes = sum(
        any(test(c) for c in password)
        for test in (str.islower, str.isupper, str.isdigit, lambda c: not (c.islower() or c.isupper() or c.isdigit()))
    )
    if classes < PASSWORD_CLASSES:
        faults.append(f"密码须含大写字母、小写字母、数字、符号中的至少 {PASSWORD_CLASSES} 类，现在 {classes} 类。")
    folded = password.lower()
    if name and (name in folded or name[::-1] in folded):
        faults.append("密码不能含有登录名。")
    stems = {re.sub("[^a-z]", "", text) for text in (folded.strip("0123456789!.*#?_-").translate(_LEET), folded)}
    if stems & set(_COMMON_STEMS.split()):
        faults.append("这个密码太常见，容易被猜到。")
    return faults


def pin_fault(pin: str) -> str | None:
    """Why this is no PIN, as a sentence: six digits, not all alike, not in a row."""
    if not re.fullmatch(r"[0-9]{6}", pin):
        return "PIN 为 6 位数字。"
    steps = {int(b) - int(a) for a, b in pairwise(pin)}
    if (len(steps) == 1 and steps <= {-1, 0, 1}) or pin[:3] == pin[3:]:
        return "这个 PIN 太简单，请不要用连号、同号或重复的数字。"
    return None


def separation_clash(role: str, span: Span, held: Iterable[tuple[str, Span]]) -> str | None:
    """The role that keeps a person from ``role``: nobody holds two administrator roles, or one beside business."""

    def separated(each: str) -> str:
        return each if each in ADMINISTRATORS else ""

    return next((other for other, days in held if separated(other) != separated(role) and days.overlaps(span)), None)


_BROWSERS = {"MicroMessenger": "微信", "DingTalk": "钉钉", "Edg": "Edge", "Firefox": "火狐", "Chrome": "Chrome"}
_SYSTEMS = {
    "HarmonyOS": "鸿蒙",
    "Android": "安卓手机",
    "iPhone": "苹果手机",
    "iPad": "苹果平板",
    "Windows": "Windows 电脑",
}


def browser_label(user_agent: str) -> str:
    """``微信 · 安卓手机``: enough for a person to recognise their own browser, nothing more is kept."""
    browser = next((label for mark, label in _BROWSERS.items() if mark in user_agent), "浏览器")
    system = next((label for mark, label in _SYSTEMS.items() if mark in user_agent), "电脑")
    return f"{browser} · {system}"


def is_phone(user_agent: str) -> bool:
    """Does this browser run on a phone? Decides what is offered, never what is allowed."""
    return any(mark in user_agent for mark in ("Mobile", "Android", "iPhone", "HarmonyOS", "MicroMessenger"))
