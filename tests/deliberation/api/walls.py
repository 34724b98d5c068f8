"""What every route of 议事协调 asks of whom: the cast and the four of the body, written down by hand."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.cast import CAST
from tests.deliberation.sealing import box

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
INVITED = frozenset({"joint", "deputy", "daxing", "adviser", "secretary_li", "entrepreneur_he"})
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

MEETINGS = [
    *read("meetings", "sitting"),
    make("meetings", lambda m: m.plan(), sees=SIGNED_IN - ADMINISTRATORS, may=DESK),
    change("meetings", "planned", sees=REACH, may=DESK, body=lambda m: {"place_text": "大兴村活动阵地"}),
    step("meetings", "planned", "freeze", sees=REACH, may=DESK),
    step("meetings", "planned", "convene", sees=REACH, may=DESK, good=409),
    step("meetings", "frozen", "convene", sees=REACH, may=DESK),
    step("meetings", "planned", "invite", sees=REACH, may=DESK, body=lambda m: {"person": m.guest.pk}),
    step("meetings", "frozen", "postpone", sees=REACH, may=DESK, body=lambda m: {**why(m), "starts_at": m.later}),
    step("meetings", "planned", "cancel", sees=REACH, may=DESK, body=why),
    step("meetings", "convened", "open", sees=REACH, may=CHAIR, good=409),  # nobody has signed in
    step("meetings", "signed_in", "open", sees=REACH, may=CHAIR),
    step("meetings", "sitting", "adjourn", sees=REACH, may=CHAIR, body=why),
    step("meetings", "sitting", "resume", sees=REACH, may=CHAIR, good=409),
    step("meetings", "sitting", "end", sees=REACH, may=CHAIR),
    step("meetings", "convened", "reply", sees=REACH, may=INVITED, body=lambda m: {"reply": "attend"}),
    step("meetings", "convened", "sign-in", sees=REACH, may=INVITED, body=lambda m: {"code": m.convened.sign_in_code}),
    step("meetings", "sitting", "leave", sees=REACH, may=INVITED),
]

AGENDA = [
    *read("agenda-items", "discussing"),
    make(
        "agenda-items",
        lambda m: {"meeting": m.planned.pk, "kind": "briefing", "title": "通报第三季度任务"},
        may=DESK,
    ),
    step("agenda-items", "slot", "remove", sees=REACH, may=DESK),
    step("agenda-items", "slot", "move", sees=REACH, may=DESK, body=lambda m: {"position": 1}),
    step("agenda-items", "discussing", "remove", sees=REACH, may=DESK, good=409),
    step("agenda-items", "waiting", "open", sees=REACH, may=CHAIR, good=409),  # another one is on the table
    step("agenda-items", "discussing", "confirm-discussed", sees=REACH, may=CHAIR),
    step(
        "agenda-items", "discussing", "finish", sees=REACH, may=CHAIR, good=409, body=lambda m: {"outcome": "原则同意"}
    ),
    step("agenda-items", "waiting", "defer", sees=REACH, may=CHAIR, body=why),
    step(
        "agenda-items",
        "discussing",
        "recuse",
        sees=REACH,
        may=CHAIR,
        body=lambda m: {"unit": m.cast.company.pk, "reason": "是承建方"},
    ),
    *read("attendances", "came"),
    step("attendances", "coming", "sign-in", sees=REACH, may=DESK),
    step(
        "attendances",
        "standing",
        "replace",
        sees=REACH,
        may=DESK,
        body=lambda m: {"person": m.guest.pk, "order": "明月村委托书 2026-11-20"},
    ),
    step("attendances", "came", "leave", sees=REACH, may=DESK | {"daxing"}),
    *read("statements", "statement", sees=INVITED | TOWNSHIP),
    make(
        "statements",
        lambda m: {"agenda_item": m.discussing.pk, "attendance": m.came.pk, "text": "先修路"},
        may=DESK,
    ),
]

READERS = INVITED | TOWNSHIP
# Who was there, but for the clerk.
THERE = INVITED - {"deputy"}


def note_on(item: str, revision: int) -> Callable[[Any], dict[str, Any]]:
    return lambda m: {"agenda_item": getattr(m, item).pk, "text": "渠长四百米。", "revision": revision}


MINUTES = [
    *read("minutes", "circulated", sees=READERS),
    step("minutes", "running", "note", sees=READERS, may=DESK, body=note_on("discussing", 0)),
    step("minutes", "circulated", "note", sees=READERS, may=DESK, body=note_on("noted", 1), good=409),
    step("minutes", "written", "send", sees=READERS, may=DESK),
    step("minutes", "running", "send", sees=READERS, may=DESK, good=409),  # the meeting sits
    step("minutes", "circulated", "recall", sees=READERS, may=DESK, body=why),
    step("minutes", "out", "agree", sees=READERS, may=THERE - CHAIR, body=lambda m: {"edition": 1}),
    step(
        "minutes",
        "circulated",
        "amend",
        sees=READERS,
        may=THERE,
        body=lambda m: {"agenda_item": m.noted.pk, "text": "渠长应为四百米。"},
    ),
    step(
        "minutes",
        "circulated",
        "take-in",
        sees=READERS,
        may=DESK,
        body=lambda m: {"amendment": m.amendment.pk, "text": "渠长四百米。", "revision": 1},
    ),
    step(
        "minutes",
        "circulated",
        "decline",
        sees=READERS,
        may=DESK,
        body=lambda m: {"amendment": m.amendment.pk, "reason": "会上说的是三百米。"},
    ),
    step("minutes", "circulated", "confirm", sees=READERS, may=CHAIR, body=lambda m: {"edition": 1}, good=409),
    step("minutes", "agreed", "confirm", sees=READERS, may=CHAIR, body=lambda m: {"edition": 1}),
    step(
        "minutes",
        "confirmed",
        "correct",
        sees=READERS,
        may=DESK,
        body=lambda m: {"agenda_item": m.settled.pk, "text": "渠长四百米。", "reason": "笔误"},
    ),
    step("minutes", "confirmed", "archive", sees=READERS, may=DESK),
]

VOTERS = INVITED - {"adviser"}
TELLERS = frozenset({"deputy", "daxing"})
KEEPER = frozenset({"deputy"})

POLLS = [
    *read("polls", "voting"),
    make("polls", lambda m: {"agenda_item": m.discussed.pk, "method": "recorded"}, may=CHAIR),
    step("polls", "voting", "cast", sees=REACH, may=VOTERS, body=lambda m: {"choice": "yes"}),
    step("polls", "counting", "tally", sees=REACH, may=TELLERS, body=lambda m: {"yes": 3, "no": 1, "abstain": 1}),
    step("polls", "preparing", "key", sees=REACH, may=KEEPER, body=lambda m: {"public_key": "ab" * 32}),
    step("polls", "keyed", "begin", sees=REACH, may=CHAIR),
    step("polls", "sealing", "seal", sees=REACH, may=VOTERS, body=lambda m: {"sealed_ballot": box(m.sealing, "yes")}),
    step("polls", "sealing", "stop", sees=REACH, may=CHAIR),
    step("polls", "stopped", "unseal", sees=REACH, may=KEEPER, body=lambda m: {"private_key": m.key.encode().hex()}),
    step("polls", "voting", "close", sees=REACH, may=CHAIR),
    step("polls", "voting", "void", sees=REACH, may=CHAIR, body=why),
    *read("voting-rules", "rule", sees=SIGNED_IN),
    make(
        "voting-rules",
        lambda m: m.new_rule(),
        refers=ADMINISTRATORS | {"district_zhao"},
        may=frozenset({"district_zhao"}),
    ),
]

# Who drafts an answer, and who reviews it.
ANSWERING = SECRETARY | TOWNSHIP
# Of the area committee above 天马 and 龙门: who reads what it decides, and who publishes and reviews.
BELOW_THE_AREA = REACH | {"secretary_wang"}
DEPARTMENT = frozenset({"district_zhao"})


def the_draft(matter: Any) -> dict[str, str]:
    return {"drafted_at": matter.in_review.drafted_at.isoformat()}


DECISIONS = [
    *read("resolutions", "formed"),
    make(
        "resolutions",
        lambda m: {"motion": m.adopted.pk, "title": "决议", "text": "由明月村负责。", "scope": "public"},
        may=SECRETARY,
    ),
    step("resolutions", "formed", "take-effect", sees=REACH, may=SECRETARY, good=409),  # its notice comes first
    step("resolutions", "unpublished", "take-effect", sees=REACH, may=SECRETARY),
    step("resolutions", "formed", "terminate", sees=REACH, may=SECRETARY, body=why),
    Wall(
        "POST /api/v1/resolutions/{id}/return/",
        lambda m: f"{V1}/resolutions/{m.refused.resolution_id}/return/",
        sees=REACH,
        may=SECRETARY,
        body=why,
    ),
    *read("checklists", "checklist"),
    step("checklists", "checklist", "mark", sees=REACH, may=UNIT, body=lambda m: m.step(1)),
    step("checklists", "marked", "mark", sees=REACH, may=UNIT, body=lambda m: m.step(1), good=409),
    step(
        "checklists",
        "marked",
        "correct",
        sees=REACH,
        may=UNIT,
        body=lambda m: {**m.step(1), "evidence": "村决〔2026〕4号", "reason": "写错"},
    ),
    step(
        "checklists",
        "voted",
        "refuse",
        sees=REACH,
        may=UNIT,
        body=lambda m: {"decided_on": m.step(1)["done_on"], "reason": "户代表不同意"},
    ),
    *read("checklist-templates", "steps", sees=SIGNED_IN),
    make(
        "checklist-templates",
        lambda m: m.new_steps(),
        refers=ADMINISTRATORS | {"district_zhao"},
        may=frozenset({"district_zhao"}),
    ),
    *read("public-notices", "notice", sees=SIGNED_IN),  # it is for everybody
    make(
        "public-notices",
        lambda m: {"resolution": m.formed.pk, "title": "公示", "text": "由明月村修缮。"},
        may=TOWNSHIP,
    ),
    step("public-notices", "notice", "take-down", sees=REACH, may=TOWNSHIP, body=why),
    *read("objections", "objection", sees=ANSWERING),
    make(
        "objections",
        lambda m: {"public_notice": m.notice.pk, "text": "造价和村里公布的不一样。"},
        refers=SIGNED_IN,
        open=True,  # anybody, without login; who is signed in is not asked
    ),
    step(
        "objections",
        "objection",
        "answer",
        sees=ANSWERING,
        may=SECRETARY,
        body=lambda m: {"upheld": False, "answer": "选址经村民代表会议讨论过。"},
    ),
    step("objections", "in_review", "confirm", sees=ANSWERING, may=TOWNSHIP, body=the_draft),
    step("objections", "in_review", "return", sees=ANSWERING, may=TOWNSHIP, body=why),
    *read("resolution-tasks", "assigned"),
    make("resolution-tasks", lambda m: m.new_task(), may=SECRETARY),
    step("resolution-tasks", "assigned", "report", sees=REACH, may=UNIT, body=lambda m: {"progress": "已修好。"}),
    step("resolution-tasks", "assigned", "wait", sees=REACH, may=UNIT, body=why),
    step("resolution-tasks", "halted", "go-on", sees=REACH, may=UNIT),
    step("resolution-tasks", "reported", "return", sees=REACH, may=LEADERS, body=why),
    step("resolution-tasks", "reported", "accept", sees=REACH, may=LEADERS),
    step("resolution-tasks", "done", "confirm", sees=REACH, may=UNIT),
    step(
        "resolution-tasks",
        "assigned",
        "extend",
        sees=REACH,
        may=LEADERS,
        body=lambda m: {"due_on": m.far.isoformat(), "reason": "等材料"},
    ),
]

# Its own secretary, who answers, is not among the people: for nobody here the step is open.
OF_THE_AREA = [
    *read("resolutions", "area_formed", sees=BELOW_THE_AREA),
    make(
        "public-notices",
        lambda m: {"resolution": m.area_formed.pk, "title": "公示", "text": "共建冷链库。"},
        refers=BELOW_THE_AREA,
        may=DEPARTMENT,
    ),
    step("public-notices", "area_notice", "take-down", sees=BELOW_THE_AREA, may=DEPARTMENT, body=why),
    *read("objections", "area_objection", sees=DEPARTMENT),
    step(
        "objections",
        "area_objection",
        "answer",
        sees=DEPARTMENT,
        may=frozenset(),
        body=lambda m: {"upheld": False, "answer": "选址经户代表会讨论过。"},
    ),
    step(
        "objections",
        "area_in_review",
        "confirm",
        sees=DEPARTMENT,
        may=DEPARTMENT,
        body=lambda m: {"drafted_at": m.area_in_review.drafted_at.isoformat()},
    ),
    step("objections", "area_in_review", "return", sees=DEPARTMENT, may=DEPARTMENT, body=why),
]

WALLS: list[Wall] = [*MOTIONS, *MEETINGS, *AGENDA, *MINUTES, *POLLS, *DECISIONS, *OF_THE_AREA]
