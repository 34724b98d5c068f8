"""What every route of 议事协调 asks of whom: the cast and the four of the body, written down by hand."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.cast import CAST
from tests.deliberation.conftest import Room

V1 = "/api/v1"
# 冯远 leads the body, 马福生 is its deputy, 谢春梅 heads a neighbour village in it, 田守成 advises.
PEOPLE = [*CAST, "joint", "deputy", "daxing", "adviser"]
SIGNED_IN = frozenset(PEOPLE) - {"anonymous"}
# 天马 is the body and 明月村 the unit; administrators, other bodies and other townships see nothing of it.
REACH = frozenset({"district_zhao", "cadre_chen", "secretary_li", "entrepreneur_he"})
REACH |= {"joint", "deputy", "daxing", "adviser"}
UNIT = frozenset({"secretary_li"})
LEADERS = frozenset({"joint", "deputy"})
SECRETARY = frozenset({"joint"})
CHAIR = frozenset({"joint"})
TOWNSHIP = frozenset({"cadre_chen"})
DESK = LEADERS | TOWNSHIP
# They see the names of organizations that a body may hold, and nothing that is done there.
ADMINISTRATORS = frozenset({"system_admin", "security_admin", "audit_admin"})


@dataclass(frozen=True)
class Wall:
    """One route on one row: ``path`` and ``body`` from the matter; who sees the row, who may take the step.

    good: the status for those who may; 409 where the row is at another moment. refers: who sees what the body names.
    """

    route: str
    path: Callable[[Any], str]
    sees: frozenset[str] = SIGNED_IN
    may: frozenset[str] = SIGNED_IN
    body: Callable[[Any], Any] = lambda m: {}
    good: int = 200
    refers: frozenset[str] = SIGNED_IN
    headers: dict[str, str] = field(default_factory=dict)
    open: bool = False

    def __str__(self) -> str:
        return self.route

    def expected(self, who: str) -> int:
        if who == "anonymous":
            return self.good if self.open else 401
        if who not in self.sees:
            return 404
        if who not in self.refers:
            return 422
        return self.good if who in self.may else 403


def one(resource: str, name: str, verb: str = "") -> Callable[[Any], str]:
    """The address of the matter's row ``name``."""
    return lambda matter: f"{V1}/{resource}/{getattr(matter, name).pk}/{verb}"


def step(resource: str, name: str, verb: str, **asks: Any) -> Wall:
    return Wall(f"POST {V1}/{resource}/{{id}}/{verb}/", one(resource, name, f"{verb}/"), **asks)


def change(resource: str, name: str, **asks: Any) -> Wall:
    route = f"PATCH {V1}/{resource}/{{id}}/"
    return Wall(route, one(resource, name), headers={"if_match": "*"}, **asks)


def read(resource: str, name: str, sees: frozenset[str] = REACH) -> list[Wall]:
    return [
        Wall(f"GET {V1}/{resource}/", lambda matter: f"{V1}/{resource}/"),
        Wall(f"GET {V1}/{resource}/{{id}}/", one(resource, name), sees=sees),
    ]


def make(resource: str, body: Callable[[Any], Any], **asks: Any) -> Wall:
    """A POST on the collection; whoever does not see what the body names gets 422."""
    path = lambda matter: f"{V1}/{resource}/"  # noqa: E731
    asks = {"refers": REACH, "good": 201} | asks
    return Wall(f"POST {V1}/{resource}/", path, body=body, **asks)


def why(matter: Any) -> dict[str, str]:
    return {"reason": "另有安排"}


MOTIONS = [
    *read("motions", "submitted"),
    Wall(f"GET {V1}/motions/{{id}}/", one("motions", "draft"), sees=UNIT),
    make(
        "motions",
        lambda m: {"body": m.body.pk, "unit": m.cast.mingyue.pk, "title": "关于修路的议题", "text": "路面坏了。"},
        sees=SIGNED_IN - ADMINISTRATORS,
        may=UNIT,
    ),
    change("motions", "draft", sees=UNIT, body=lambda m: {"text": "改过"}),
    change("motions", "submitted", sees=REACH, may=UNIT, body=lambda m: {"text": "改过"}, good=409),
    step("motions", "draft", "submit", sees=UNIT),
    step("motions", "submitted", "submit", sees=REACH, may=UNIT, good=409),
    step("motions", "submitted", "withdraw", sees=REACH, may=UNIT, body=why),
    step("motions", "submitted", "accept", sees=REACH, may=LEADERS),
    step("motions", "submitted", "return", sees=REACH, may=LEADERS, body=why),
    step("motions", "submitted", "defer", sees=REACH, may=LEADERS, body=why),
    step("motions", "draft", "accept", sees=UNIT, may=frozenset()),
    step(
        "motions",
        "submitted",
        "merge",
        sees=REACH,
        may=LEADERS,
        body=lambda m: {"into": m.accepted.pk, "reason": "同一件事"},
    ),
    step(
        "motions",
        "submitted",
        "second",
        sees=REACH,
        may=frozenset({"entrepreneur_he"}),
        body=lambda m: {"unit": m.cast.company.pk},
    ),
]

WALLS: list[Wall] = [*MOTIONS]


class Matter:
    """The rows that the walls stand around, each at the moment its steps ask for."""

    def __init__(self, room: Room) -> None:
        self.room, self.cast, self.body = room, room.cast, room.body
        self.draft = room.draft(title="关于添置烘干机的议题")
        self.submitted = room.motion()
        self.accepted = room.accepted(title="关于共建冷链库的议题")

    def ids(self) -> dict[str, list[str]]:
        """The ids by resource, for generated requests."""
        return {"motions": [str(row.pk) for row in (self.draft, self.submitted, self.accepted)]}

    def person(self, who: str) -> Any:
        return getattr(self.room, who) if who in ("joint", "deputy", "daxing", "adviser") else self.cast[who]
