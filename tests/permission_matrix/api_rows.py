"""What every route of the REST API asks. One row per route, method and relation worth telling apart."""

from collections.abc import Iterator
from datetime import timedelta

from django.utils import timezone

from kit import tokens
from orgs.models import Membership, Posting
from tests.cast import NAMES, Cast
from tests.permission_matrix.demand_rows import DEMAND_ROWS
from tests.permission_matrix.matrix import _DISTRICT_WIDE, SEES, SIGNED_IN, Row, everybody
from tests.permission_matrix.oversight_rows import OVERSIGHT_ROWS

V1 = "/api/v1"
# One target per relation to the cast: own, fellow member's, other joint organization's, office above, other township's.
ORGANIZATIONS = ["mingyue", "longmen", "company", "yangfan", "sanjiang", "zengkou", "discipline", "area", "district"]
JOINT_ORGS = ["tianma", "longmen_base", "zengkou_joint"]
OFFICES = {"sanjiang", "zengkou", "discipline", "area", "district"}
# Whose home is where; everybody also sees themselves.
HOMES = {"secretary_li": "mingyue", "secretary_sun": "yangfan", "cadre_chen": "sanjiang", "outsider": "chunshu"}


def _lists() -> Iterator[Row]:
    for resource in ("divisions", "organizations", "joint-orgs", "memberships", "people", "postings"):
        yield Row(f"GET {V1}/{resource}/", lambda c, r=resource: f"{V1}/{r}/")
    for name in ("", "me/"):
        yield Row(f"GET {V1}/{name}", lambda c, n=name: f"{V1}/{n}")
    yield Row(f"GET {V1}/divisions/{{id}}/", lambda c: f"{V1}/divisions/511902107/")
    for at in ("mingyue", "yangfan"):
        yield Row(
            f"GET {V1}/timeline/",
            lambda c, a=at: f"{V1}/timeline/?subject=orgs.organization:{getattr(c, a).pk}",
            sees=SEES[at],
            relation=at,
        )


def _dashboards() -> Iterator[Row]:
    for at in ("district", "sanjiang", "tianma", "zengkou"):
        yield Row(
            f"GET {V1}/dashboards/",
            lambda c, a=at: f"{V1}/dashboards/?at={getattr(c, a).pk}",
            sees=SEES[at],
            verb="dashboard.read",
            at=at,
        )


def _process_quality() -> Iterator[Row]:
    for at in JOINT_ORGS:
        yield Row(
            f"GET {V1}/process-quality/",
            lambda c, a=at: f"{V1}/process-quality/?body={getattr(c, a).pk}",
            sees=SEES[at],
            verb="quality.read",
            at=at,
        )


def _organizations() -> Iterator[Row]:
    one = f"{V1}/organizations/{{id}}/"

    def path(at: str, verb: str = ""):
        return lambda c: f"{V1}/organizations/{getattr(c, at).pk}/{verb}"

    for at in ORGANIZATIONS:
        circle = "office" if at in OFFICES else "unit"
        common = {"sees": SEES[at], "at": at}
        yield Row(f"GET {one}", path(at), **common)
        yield Row(
            f"PATCH {one}",
            path(at),
            verb=f"{circle}.change",
            body=lambda c: {"contact_phone": "0827-5550000"},
            headers={"if_match": "*"},
            **common,
        )
        # Nearly everybody who may is refused by a rule all the same: people hold posts there, or it is a member.
        yield Row(
            f"POST {one}retire/",
            path(at, "retire/"),
            verb=f"{circle}.retire",
            body=lambda c: {"reason": "撤并"},
            good=200 if at == "area" else 422,
            **common,
        )
    for at, target in (("mingyue", "zengkou"), ("yangfan", "sanjiang")):
        yield Row(
            f"POST {one}move/",
            path(at, "move/"),
            sees=SEES[at],
            refers=SEES[target],
            verb="organization.move",
            at=at,
            body=lambda c, t=target: {"parent": str(getattr(c, t).pk), "reason": "区划调整"},
            relation=f"{at} to {target}",
        )
    for at in ("sanjiang", "zengkou"):
        yield Row(
            f"POST {V1}/organizations/",
            lambda c: f"{V1}/organizations/",
            refers=SEES[at],
            verb="unit.create",
            at=at,
            body=lambda c, a=at: {"kind": "cooperative", "name": "某合作社", "parent": str(getattr(c, a).pk)},
            good=201,
        )
    yield Row(
        f"POST {V1}/organizations/",
        lambda c: f"{V1}/organizations/",
        refers=SEES["district"],
        verb="office.create",
        at="district",
        body=lambda c: {"kind": "area_committee", "name": "某片区联合党委", "parent": str(c.district.pk)},
        good=201,
        relation="office",
    )


def _joint_orgs() -> Iterator[Row]:
    one = f"{V1}/joint-orgs/{{id}}/"
    for at in JOINT_ORGS:
        path = lambda c, a=at: f"{V1}/joint-orgs/{getattr(c, a).pk}/"  # noqa: E731
        common = {"sees": SEES[at], "at": at}
        yield Row(f"GET {one}", path, **common)
        yield Row(
            f"PATCH {one}",
            path,
            verb="joint_org.change",
            body=lambda c: {"funds_source": "区级补助"},
            headers={"if_match": "*"},
            **common,
        )
        yield Row(
            f"POST {one}dissolve/",
            lambda c, p=path: f"{p(c)}dissolve/",
            verb="joint_org.dissolve",
            body=lambda c: {"document": "三委〔2026〕9号", "reason": "试点结束", "on": "2026-06-01"},
            **common,
        )
    for lead, units in (("sanjiang", ("longmen", "shuangzhai")), ("zengkou", ("yangfan", "chunshu"))):
        yield Row(
            f"POST {V1}/joint-orgs/",
            lambda c: f"{V1}/joint-orgs/",
            refers=everybody(lead, *units),
            verb="joint_org.found",
            at=lead,
            body=lambda c, a=lead, us=units: _founding(c, a, us),
            good=201,
        )


def _founding(cast: Cast, lead: str, units: tuple[str, ...]) -> dict:
    return {
        "name": "新联村党委",
        "lead_township": str(getattr(cast, lead).pk),
        "units": [str(getattr(cast, unit).pk) for unit in units],
        "hub": str(getattr(cast, units[0]).pk),
        "type": "village_alliance",
        "subtype": "mutual_aid",
        "approval_number": "委〔2026〕9号",
        "approved_on": "2026-03-01",
        "founded_on": "2026-03-02",
    }


def _membership(cast: Cast, unit: str) -> str:
    return f"{V1}/memberships/{Membership.objects.get(unit=getattr(cast, unit)).pk}/"


def _memberships() -> Iterator[Row]:
    one = f"{V1}/memberships/{{id}}/"
    for unit, body, leaves in (("daxing", "tianma", 200), ("yangfan", "zengkou_joint", 422)):
        common = {"sees": SEES[body], "at": body, "relation": unit}
        yield Row(f"GET {one}", lambda c, u=unit: _membership(c, u), **common)
        yield Row(
            f"POST {one}leave/",
            lambda c, u=unit: f"{_membership(c, u)}leave/",
            verb="membership.leave",
            body=lambda c: {"on": "2026-05-01", "reason": "调整"},
            good=leaves,
            **common,
        )
        yield Row(
            f"POST {one}make-hub/",
            lambda c, u=unit: f"{_membership(c, u)}make-hub/",
            verb="joint_org.change",
            body=lambda c: {},
            **common,
        )
    for body, unit in (("tianma", "longmen"), ("longmen_base", "daxing")):
        yield Row(
            f"POST {V1}/memberships/",
            lambda c: f"{V1}/memberships/",
            refers=everybody(body, unit),
            verb="membership.join",
            at=body,
            body=lambda c, b=body, u=unit: {
                "joint_org": str(getattr(c, b).pk),
                "unit": str(getattr(c, u).pk),
                "from_on": "2026-05-01",
            },
            good=201,
        )


def _people() -> Iterator[Row]:
    one = f"{V1}/people/{{id}}/"
    for person, home in HOMES.items():
        path = lambda c, p=person: f"{V1}/people/{c[p].pk}/"  # noqa: E731
        common = {"sees": SEES[home] | {person}, "at": home, "relation": person}
        yield Row(f"GET {one}", path, **common)
        yield Row(
            f"PATCH {one}",
            path,
            verb="person.change",
            body=lambda c: {"party_post": "委员"},
            headers={"if_match": "*"},
            # The outsider sees themselves, but stands nowhere.
            **common | {"sees": SEES[home]},
        )
    for home in ("mingyue", "yangfan", "district"):
        yield Row(
            f"POST {V1}/people/",
            lambda c: f"{V1}/people/",
            refers=SEES[home],
            verb="person.create",
            at=home,
            body=lambda c, h=home: {"name": "周平", "organization": str(getattr(c, h).pk)},
            good=201,
        )


# Holder → organization and the verb that lets somebody end the posting.
_POSTINGS = {
    "secretary_li": ("mingyue", "unit.staff"),
    "secretary_sun": ("yangfan", "unit.staff"),
    "cadre_chen": ("sanjiang", "office.staff"),
    "audit_admin": ("district", "admin.staff"),
}


def _posting(cast: Cast, holder: str) -> str:
    return f"{V1}/postings/{Posting.objects.get(person=cast[holder]).pk}/"


def _postings() -> Iterator[Row]:
    one = f"{V1}/postings/{{id}}/"
    for holder, (at, verb) in _POSTINGS.items():
        common = {"sees": SEES[at] | {holder}, "at": at, "relation": holder}
        yield Row(f"GET {one}", lambda c, h=holder: _posting(c, h), **common)
        yield Row(
            f"POST {one}end/",
            lambda c, h=holder: f"{_posting(c, h)}end/",
            verb=verb,
            body=lambda c: {"on": "2026-11-01", "reason": "换届"},
            **common,
        )
    for who, at, role, verb in (
        ("secretary_li", "mingyue", "mentor", "unit.staff"),
        ("secretary_sun", "yangfan", "mentor", "unit.staff"),
        ("cadre_chen", "sanjiang", "mentor", "office.staff"),
    ):
        yield Row(
            f"POST {V1}/postings/",
            lambda c: f"{V1}/postings/",
            refers=everybody(at),
            verb=verb,
            at=at,
            body=lambda c, w=who, a=at, r=role: {
                "person": str(c[w].pk),
                "organization": str(getattr(c, a).pk),
                "role": r,
                "from_on": "2026-05-01",
            },
            good=201,
        )


def _token(cast: Cast) -> str:
    now = timezone.now()
    token, _ = tokens.issue_token(
        actor=cast.secretary_li, name="t", scopes=["read"], expires_at=now + timedelta(days=1), now=now
    )
    return f"{V1}/tokens/{token.pk}/"


def _tokens() -> Iterator[Row]:
    own = frozenset({"secretary_li"})
    one = f"{V1}/tokens/{{id}}/"
    yield Row(f"GET {V1}/tokens/", lambda c: f"{V1}/tokens/", browser=True)
    yield Row(f"GET {V1}/tokens/", lambda c: f"{V1}/tokens/", good=403, relation="by a token")
    yield Row(
        f"POST {V1}/tokens/",
        lambda c: f"{V1}/tokens/",
        body=lambda c: {
            "name": "台账同步",
            "scopes": ["read"],
            "expires_at": (timezone.now() + timedelta(days=30)).isoformat(),
        },
        good=201,
        browser=True,
    )
    yield Row(f"GET {one}", _token, sees=own, browser=True)
    yield Row(f"POST {one}revoke/", lambda c: f"{_token(c)}revoke/", sees=own, body=lambda c: {}, browser=True)


API_ROWS = [
    *_lists(),
    *_dashboards(),
    *_process_quality(),
    *_organizations(),
    *_joint_orgs(),
    *_memberships(),
    *_people(),
    *_postings(),
    *_tokens(),
    *DEMAND_ROWS,
    *OVERSIGHT_ROWS,
]

# Routes that answer everybody alike, with the reason.
API_OPEN = {
    "/api/v1/schema/": "the schema is public; it stands in the repository",
    "/api/v1/docs/": "the offline docs of that schema",
    "/api/v1/.*": "any other address: the same 404 for everybody",
}

assert set(HOMES) <= set(NAMES)
assert SIGNED_IN > _DISTRICT_WIDE
