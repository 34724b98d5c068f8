"""What every page asks: who reads it, who may not, and whom it sends to the login."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.cast import CAST, Cast
from tests.permission_matrix.demand_rows import READERS
from tests.permission_matrix.matrix import ADMINISTRATORS, SEES, SIGNED_IN
from tests.resources.test_demands import submitted

WITH_POST = SIGNED_IN - {"outsider"}


@dataclass(frozen=True)
class PageRow:
    """One page on one target. sees: who gets it; refused: who sees what it is about and may not (403); lacking: what
    the others who are signed in get."""

    path: str
    address: Callable[[Cast], str]
    sees: frozenset[str] = SIGNED_IN
    lacking: int = 404
    no_post: int = 200
    anonymous: int = 302
    method: str = "GET"
    relation: str = ""
    good: int = 200
    refused: frozenset[str] = frozenset()

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.relation}".strip()

    def expected(self, who: str) -> int:
        if who == "anonymous":
            return self.anonymous
        if who == "outsider" and self.no_post != 200:
            return self.no_post
        if who in self.refused:
            return 403
        return self.good if who in self.sees else self.lacking


def _same(path: str) -> Callable[[Cast], str]:
    return lambda c: path


def _of(name: str, form: str) -> Callable[[Cast], str]:
    return lambda c: form.format(getattr(c, name).pk)


def _rows():
    for path in ("/how-to/", "/login/"):
        yield PageRow(path, _same(path), anonymous=200, good=200 if path != "/login/" else 302)
    for path in ("/", "/search/", "/joint-orgs/", "/me/", "/password/"):
        yield PageRow(path, _same(path))
    for name in ("mingyue", "longmen", "yangfan", "sanjiang", "district"):
        yield PageRow("/units/{id}/", _of(name, "/units/{}/"), sees=SEES[name], no_post=403, relation=name)
    for name in ("tianma", "longmen_base", "zengkou_joint"):
        yield PageRow("/joint-orgs/{id}/", _of(name, "/joint-orgs/{}/"), sees=SEES[name], no_post=403, relation=name)
        yield PageRow(
            "/joint-orgs/{id}/members/",
            _of(name, "/joint-orgs/{}/members/"),
            sees=SEES[name],
            no_post=403,
            relation=name,
        )
    keepers = frozenset({"system_admin", "security_admin"})
    yield PageRow("/accounts/", _same("/accounts/"), sees=keepers, lacking=403)
    yield PageRow("/accounts/{id}/", _of("secretary_li", "/accounts/{}/"), sees=keepers)
    yield PageRow("/sign-ins/", _same("/sign-ins/"), sees=frozenset({"audit_admin"}), lacking=403)
    for path in (
        "/briefs/",
        "/calendar/",
        "/calendar/revoke/",
        "/deliberation/",
        "/meetings/",
        "/resources/",
        "/trace/",
    ):
        yield PageRow(path, _same(path), no_post=403)
    for path in ("/public/", "/public/answers/", "/public/anchors/", "/public/anchors.txt", "/complaints/"):
        yield PageRow(path, _same(path), anonymous=200)
    yield PageRow(
        "/trace/",
        lambda c: f"/trace/?subject=resources.demand:{submitted(c).pk}",
        sees=READERS,
        no_post=403,
        relation="submitted demand",
    )
    yield PageRow("/notifications/", _same("/notifications/"))
    yield PageRow("/complaints/new/{id}/", _of("sanjiang", "/complaints/new/{}/"), anonymous=200)
    secretaries = frozenset({"secretary_li", "secretary_wang", "secretary_sun", "entrepreneur_he"})
    yield PageRow("/motions/new/", _same("/motions/new/"), sees=secretaries, no_post=403)
    yield PageRow("/demands/new/", _same("/demands/new/"), sees=secretaries, no_post=403)
    yield PageRow("/meetings/new/", _same("/meetings/new/"), sees=frozenset({"cadre_chen"}), no_post=403)
    readers = frozenset({"district_zhao", "cadre_chen"})
    for part in ("", "trends/", "bodies/", "brief/", "export/"):
        path = f"/dashboard/{part}"
        yield PageRow(path, _same(path), sees=readers, lacking=403, no_post=403)
    behind = "/dashboard/rows/?figure=demands&part=unfinished"
    yield PageRow("/dashboard/rows/", _same(behind), sees=readers, lacking=403, no_post=403)
    # How a body deliberates: its units and those above it; an administrator of the system sees it and may not.
    for name in ("tianma", "longmen_base", "zengkou_joint"):
        for part, more in (("", ""), ("print/", ""), ("rows/", "&item=repeated&part=flag"), ("export/", "&format=csv")):
            yield PageRow(
                f"/process-quality/{part}",
                lambda c, n=name, p=part, m=more: f"/process-quality/{p}?body={getattr(c, n).pk}{m}",
                sees=SEES[name] - ADMINISTRATORS,
                refused=ADMINISTRATORS,
                no_post=403,
                relation=name,
            )


PAGE_ROWS = list(_rows())
assert set(CAST) == SIGNED_IN | {"anonymous"}
