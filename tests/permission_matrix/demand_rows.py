"""What the routes of demands ask: own unit and township act, fellow members read, everybody else finds nothing."""

from collections.abc import Callable, Iterator

from resources.models import Demand
from resources.services import demands
from tests.cast import Cast
from tests.permission_matrix.matrix import ADMINISTRATORS, SIGNED_IN, Row, everybody
from tests.resources import stages
from tests.resources.test_demands import NOW, accepted, submitted, verified, written

V1 = "/api/v1"
ONE = f"{V1}/demands/{{id}}/"
READERS = frozenset({"secretary_li", "entrepreneur_he", "cadre_chen", "district_zhao"})
AUTHORS = frozenset({"secretary_li"})
BECAUSE = {"reason": "另行安排"}


def _elsewhere(cast: Cast, who: str, unit: str, body: str) -> Demand:
    row = demands.write_demand(
        actor=cast[who],
        unit=getattr(cast, unit),
        body=getattr(cast, body).organization,
        category="water",
        title="提灌站维修",
        text="水泵坏了。",
        now=NOW,
    )
    return demands.submit_demand(actor=cast[who], demand=row, now=NOW)


def _at(make: Callable[[Cast], Demand], verb: str = "") -> Callable[[Cast], str]:
    return lambda c: f"{V1}/demands/{make(c).pk}/{verb}"


def _reads() -> Iterator[Row]:
    for resource in ("demands", "demand-layers"):
        yield Row(f"GET {V1}/{resource}/", lambda c, r=resource: f"{V1}/{r}/")
    yield Row(f"GET {ONE}", _at(written), sees=AUTHORS, relation="draft")
    yield Row(f"GET {ONE}", _at(submitted), sees=READERS, relation="submitted")
    yield Row(
        f"GET {ONE}",
        _at(lambda c: _elsewhere(c, "secretary_wang", "longmen", "longmen_base")),
        sees=frozenset({"secretary_wang", "cadre_chen", "district_zhao"}),
        relation="other joint organization",
    )
    yield Row(
        f"GET {ONE}",
        _at(lambda c: _elsewhere(c, "secretary_sun", "yangfan", "zengkou_joint")),
        sees=frozenset({"secretary_sun", "district_zhao"}),
        relation="other township",
    )


def _traces() -> Iterator[Row]:
    for make, sees, relation in ((submitted, READERS, "submitted"), (written, AUTHORS, "draft")):
        yield Row(
            f"GET {V1}/trace/",
            lambda c, m=make: f"{V1}/trace/?subject=resources.demand:{m(c).pk}",
            sees=sees,
            relation=relation,
        )


def _writes() -> Iterator[Row]:
    yield Row(
        f"POST {V1}/demands/",
        lambda c: f"{V1}/demands/",
        # Administrators see the organizations, but no business row could ever stand there for them.
        sees=SIGNED_IN - ADMINISTRATORS,
        refers=everybody("mingyue", "tianma"),
        verb="demand.write",
        at="mingyue",
        body=lambda c: {
            "unit": str(c.mingyue.pk),
            "body": str(c.tianma.pk),
            "category": "water",
            "title": "提灌站维修",
            "text": "水泵坏了。",
        },
        good=201,
    )
    yield Row(
        f"PATCH {ONE}",
        _at(stages.returned),
        sees=READERS,
        verb="demand.write",
        at="mingyue",
        body=lambda c: {"text": "两座，各60平方米。"},
        headers={"if_match": "*"},
    )


# Verb of the route → in which state, under which verb of the policy, whose, with which body.
_STEPS = {
    "submit": (stages.returned, "demand.write", "mingyue", {}),
    "withdraw": (submitted, "demand.write", "mingyue", BECAUSE),
    "accept": (submitted, "demand.handle", "mingyue", {}),
    "return": (submitted, "demand.handle", "mingyue", BECAUSE),
    "verify": (accepted, "demand.handle", "mingyue", {"way_forward": "建议提请联席会议。"}),
    "wait": (accepted, "demand.handle", "mingyue", BECAUSE),
    "close": (verified, "demand.handle", "mingyue", BECAUSE),
    "add-layer": (accepted, "demand.handle", "mingyue", {"level": "check", "category": "housing", "text": "修缮。"}),
    "object": (stages.layered, "demand.object", "mingyue", BECAUSE),
    "agree-settlement": (stages.settling, "demand.settle", "company", {}),
    "decline-settlement": (stages.settling, "demand.settle", "company", BECAUSE),
    "table": (verified, "demand.table", "mingyue", {}),
    "fulfil": (stages.settled, "demand.follow", "mingyue", {}),
    "confirm": (stages.fulfilled, "demand.confirm", "mingyue", {}),
    "reopen": (stages.fulfilled, "demand.confirm", "mingyue", BECAUSE),
}


def _steps() -> Iterator[Row]:
    for name, (make, verb, at, body) in _STEPS.items():
        yield Row(
            f"POST {ONE}{name}/", _at(make, f"{name}/"), sees=READERS, verb=verb, at=at, body=lambda c, b=body: dict(b)
        )
    yield Row(
        f"POST {ONE}offer-settlement/",
        _at(verified, "offer-settlement/"),
        sees=READERS,
        verb="demand.settle",
        at="mingyue",
        body=lambda c: {"partner": str(c.company.pk), "terms": "借用彩钢瓦，秋后归还。"},
    )
    yield Row(
        f"POST {ONE}withdraw/",
        _at(lambda c: _elsewhere(c, "secretary_sun", "yangfan", "zengkou_joint"), "withdraw/"),
        sees=frozenset({"secretary_sun", "district_zhao"}),
        verb="demand.write",
        at="yangfan",
        body=lambda c: dict(BECAUSE),
    )


def _layers() -> Iterator[Row]:
    def path(cast: Cast, verb: str = "") -> str:
        return f"{V1}/demand-layers/{stages.layered(cast).layers.get().pk}/{verb}"

    one = f"{V1}/demand-layers/{{id}}/"
    yield Row(f"GET {one}", path, sees=READERS)
    yield Row(
        f"POST {one}consent/",
        lambda c: path(c, "consent/"),
        sees=READERS,
        verb="demand.consent",
        at="mingyue",
        body=lambda c: {},
    )


DEMAND_ROWS = [*_reads(), *_traces(), *_writes(), *_steps(), *_layers()]
