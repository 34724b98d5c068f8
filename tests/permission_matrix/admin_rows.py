"""What every route of the admin asks: one row per route, method and relation worth telling apart."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from kit import policies
from kit.models import Holiday
from tests.cast import Cast
from tests.oversight.test_complaints import filed
from tests.permission_matrix.matrix import POSTS, SEES, granted

ALL = frozenset(POSTS)
ADMINISTRATORS = frozenset({"system_admin", "security_admin", "audit_admin"})
BUSINESS = ALL - ADMINISTRATORS
AUDIT = frozenset({"audit_admin"})
MACHINERY = frozenset({"system_admin"})
ANSWERING = frozenset({"cadre_chen", "district_zhao"})
# Of the cast: the township for its joint organizations, the organization department for the area committee.
REVIEWING = frozenset({"cadre_chen", "district_zhao"})
# Whose menu holds the screen.
OPEN = {
    "orgs/organization": BUSINESS,
    "orgs/jointorg": BUSINESS,
    "orgs/membership": BUSINESS,
    "orgs/person": BUSINESS | {"system_admin", "security_admin"},
    "orgs/posting": BUSINESS | {"security_admin"},
    "orgs/division": BUSINESS,
    "resources/demand": BUSINESS,
    "deliberation/motion": BUSINESS,
    "deliberation/meeting": BUSINESS,
    "deliberation/minutes": BUSINESS,
    "deliberation/minutesamendment": BUSINESS,
    "deliberation/agendaitem": BUSINESS,
    "deliberation/attendance": BUSINESS,
    "deliberation/poll": BUSINESS,
    "deliberation/votingrule": BUSINESS,
    "deliberation/resolution": BUSINESS,
    "deliberation/checklist": BUSINESS,
    "deliberation/checklisttemplate": BUSINESS,
    "deliberation/publicnotice": BUSINESS,
    # Whoever answers, or reviews the answer; to everybody else an objection is not there.
    "deliberation/objection": REVIEWING,
    "deliberation/resolutiontask": BUSINESS,
    "oversight/complaint": ANSWERING,
    "kit/holiday": BUSINESS,
    "kit/parametervalue": BUSINESS,
    "kit/fact": AUDIT,
    "kit/auditevent": AUDIT,
    "kit/outboxmessage": MACHINERY,
    "kit/deliveryfailure": MACHINERY,
    "kit/jobrun": MACHINERY,
}
ADDING = {
    "orgs/organization": ("unit.create", "office.create"),
    "orgs/jointorg": ("joint_org.found",),
    "orgs/person": ("person.create",),
    "orgs/posting": ("unit.staff", "joint_org.staff", "office.staff", "admin.staff"),
    "orgs/division": ("division.import",),
    "resources/demand": ("demand.write",),
    "deliberation/motion": ("motion.propose",),
    "deliberation/meeting": ("meeting.plan",),
    "deliberation/votingrule": ("voting_rule.add",),
    "deliberation/checklisttemplate": ("checklist_template.add",),
    "kit/holiday": ("calendar.keep",),
    "kit/parametervalue": ("parameter.set",),
}
REGISTERS = (
    *("orgs/organization", "orgs/jointorg", "orgs/membership", "orgs/person", "orgs/posting", "resources/demand"),
    *("deliberation/motion", "deliberation/meeting", "deliberation/poll", "deliberation/votingrule"),
    *("deliberation/resolution", "deliberation/publicnotice", "deliberation/objection"),
    "deliberation/minutes",
    *("deliberation/checklist", "deliberation/checklisttemplate"),
    *("deliberation/resolutiontask", "oversight/complaint"),
)
INTAKES = ("orgs/organization", "orgs/person")
NOBODY: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Row:
    """One route on one target. ``route``: ``"POST /admin/orgs/jointorg/{id}/do/{id}/"``.

    opens: whose menu holds the screen (others 403). sees: who sees the row (others 404). verb, at: the policy verb and
    where it is asked (others 403). holders: for forms without a row, who holds one of their verbs anywhere.
    """

    route: str
    path: Callable[[Cast], str]
    opens: frozenset[str] = ALL
    sees: frozenset[str] = ALL
    verb: str = ""
    at: str = ""
    holders: frozenset[str] = ALL
    body: Callable[[Cast], Any] | None = None
    good: int = 200
    note: str = ""
    unposted: int = 302

    def __str__(self) -> str:
        return f"{self.route} {self.note or self.at}".strip()

    @property
    def method(self) -> str:
        return self.route.split(" ", 1)[0]

    def expected(self, who: str, cast: Cast) -> int:
        """Without a post one is led away; a closed screen is 403; a hidden row 404; a verb not held 403."""
        if who not in POSTS:
            return self.unposted if who == "outsider" else 302
        if who not in self.opens:
            return 403
        if who not in self.sees:
            return 404
        if who not in self.holders or (self.verb and not granted(who, self.verb, cast, self.at)):
            return 403
        return self.good


def holding(*verbs: str) -> frozenset[str]:
    """Who holds one of these verbs somewhere, by the table."""
    roles = {role for verb in verbs for grant in policies.table()[verb] for role in grant.roles}
    return frozenset(who for who, (role, _) in POSTS.items() if role in roles)


def _site() -> Iterator[Row]:
    yield Row("ANY /admin/", lambda c: "/admin/")
    yield Row("ANY /admin/search/", lambda c: "/admin/search/?s=组织")
    yield Row("ANY /admin/jsi18n/", lambda c: "/admin/jsi18n/")
    query = "app_label=orgs&model_name=membership&field_name=unit"
    yield Row(
        "ANY /admin/autocomplete/", lambda c: f"/admin/autocomplete/?{query}", opens=BUSINESS | {"security_admin"}
    )
    yield Row("ANY /admin/login/", lambda c: "/admin/login/", good=302, unposted=403)
    for name in ("logout", "password_change", "password_change/done"):
        yield Row(f"ANY /admin/{name}/", lambda c, n=name: f"/admin/{n}/", good=307 if name == "logout" else 302)
    for app in ("orgs", "resources", "deliberation", "kit"):
        yield Row("ANY /admin/{id}/", lambda c, a=app: f"/admin/{a}/", good=302, note=app)
    yield Row("ANY /admin/{id}", lambda c: "/admin/nothing/", sees=NOBODY)


def _screens() -> Iterator[Row]:
    for screen, opens in OPEN.items():
        base = f"/admin/{screen}/"
        yield Row(f"ANY {base}", lambda c, b=base: b, opens=opens)
        verbs = ADDING.get(screen, ())
        holders = holding(*verbs) if verbs else NOBODY
        # A form without values comes back with its complaints; nobody else gets to see it.
        for body in (None, lambda c: {}):
            yield Row(f"ANY {base}add/", lambda c, b=base: f"{b}add/", holders=holders, opens=opens, body=body)
        exports = screen in REGISTERS
        for page in ("export", "print"):
            good = ALL if exports else NOBODY
            yield Row(f"ANY {base}{page}/", lambda c, b=base, p=page: f"{b}{p}/", opens=opens, sees=good)
        takes = holding(*verbs) if screen in INTAKES else ALL
        good = ALL if screen in INTAKES else NOBODY
        for page in ("import", "template"):
            for body in (None, lambda c: {}) if page == "import" else (None,):
                done = 200 if body is None else 422
                path = lambda c, b=base, p=page: f"{b}{p}/"  # noqa: E731 - one per page
                yield Row(
                    f"ANY {base}{page}/", path, opens=opens, sees=good, holders=takes, body=body, good=done, note="take"
                )


def _rows(
    screen: str, at: str, pk: Callable[[Cast], Any], sees: frozenset[str], change: str, acts: dict
) -> Iterator[Row]:
    base, opens = f"/admin/{screen}/", OPEN[screen]
    common = {"opens": opens, "sees": sees, "at": at}
    one = f"ANY {base}{{id}}/"
    yield Row(one, lambda c: f"{base}{pk(c)}/", good=302, note=f"redirect {at}")
    yield Row(f"{one}change/", lambda c: f"{base}{pk(c)}/change/", **common)
    yield Row(f"{one}history/", lambda c: f"{base}{pk(c)}/history/", **common)
    denied = {"holders": NOBODY} if not change else {"verb": change}
    yield Row(
        f"{one}change/", lambda c: f"{base}{pk(c)}/change/", body=lambda c: {}, note=f"write {at}", **common, **denied
    )
    for act, (verb, good) in acts.items():
        path = f"{one}do/{{id}}/"
        asked = 404 if act == "none" else 200
        # A set of people: those whom the row itself names, instead of a verb of the table.
        who = {"verb": verb} if isinstance(verb, str) else {"holders": verb}
        yield Row(path, lambda c, a=act: f"{base}{pk(c)}/do/{a}/", good=asked, note=f"{act} {at}", **who, **common)
        yield Row(
            path,
            lambda c, a=act: f"{base}{pk(c)}/do/{a}/",
            body=lambda c: {},
            good=good,
            note=f"{act} {at} post",
            **who,
            **common,
        )


def _targets() -> Iterator[Row]:
    for at in ("mingyue", "yangfan", "sanjiang"):
        circle = "office" if at == "sanjiang" else "unit"
        acts = {"retire": (f"{circle}.retire", 422), "move": ("organization.move", 422)}
        yield from _rows("orgs/organization", at, lambda c, a=at: getattr(c, a).pk, SEES[at], f"{circle}.change", acts)
    for at in ("tianma", "zengkou_joint"):
        acts = {"join": ("membership.join", 422), "dissolve": ("joint_org.dissolve", 422)}
        yield from _rows("orgs/jointorg", at, lambda c, a=at: getattr(c, a).pk, SEES[at], "joint_org.change", acts)
    acts = {"leave": ("membership.leave", 422), "hub": ("joint_org.change", 302)}
    yield from _rows("orgs/membership", "tianma", lambda c: c.daxing.memberships.get().pk, SEES["tianma"], "", acts)
    for who, at in (("secretary_li", "mingyue"), ("secretary_sun", "yangfan")):
        accounts = {
            "open": ("account.open", 422),
            "unlock": ("account.unlock", 409),
            "reset": ("account.reset_password", 200),
            "enable": ("account.enable", 409),
            "disable": ("account.disable", 422),
            "second-factor": ("account.reset_totp", 422),
        }
        yield from _rows("orgs/person", at, lambda c, w=who: c[w].pk, SEES[at], "person.change", accounts)
        end = {"end": ("unit.staff", 422)}
        yield from _rows(
            "orgs/posting", at, lambda c, w=who: c[w].postings.get().pk, SEES[at] - {"security_admin"}, "", end
        )
    for at in ("mingyue", "sanjiang"):
        acts = dict.fromkeys(("answer", "pass_on"), ("complaint.answer", 422))
        sees = ANSWERING if at == "mingyue" else ANSWERING - {"cadre_chen"}
        yield from _rows("oversight/complaint", at, lambda c, a=at: filed(c, getattr(c, a)).pk, sees, "", acts)
    yield from _rows("orgs/division", "", lambda c: "511902107", ALL, "", {"none": ("", 404)})
    yield from _rows("kit/holiday", "", lambda c: _holiday(), ALL, "", {"none": ("", 404)})


def _matter(screen: str, row: str, at: str, acts: dict, change: str = "", sees: str | frozenset = "mingyue"):
    """Rows of the mechanisms: those of 明月村 and of 天马 are reached by the same people."""
    reach = SEES[sees] if isinstance(sees, str) else sees
    yield from _rows(screen, at, lambda c: getattr(c.affairs, row).pk, reach, change, acts)


def _matters() -> Iterator[Row]:
    clerk, chair = frozenset({"secretary_li", "cadre_chen"}), frozenset({"cadre_chen"})
    author = frozenset({"secretary_li"})
    yield from _matter(
        "resources/demand", "draft_demand", "mingyue", {"submit": ("demand.write", 302)}, "demand.write", author
    )
    demand = dict.fromkeys(("return", "verify", "layer", "wait", "close"), ("demand.handle", 422))
    demand |= {"accept": ("demand.handle", 302), "submit": ("demand.write", 409), "resubmit": ("demand.write", 409)}
    demand |= {"object": ("demand.object", 422), "offer": ("demand.settle", 422), "withdraw": ("demand.write", 422)}
    demand |= {"table": ("demand.table", 409), "fulfil": ("demand.follow", 409), "confirm": ("demand.confirm", 409)}
    # Only the secretary of the unit to which settling was offered; here nothing was.
    demand |= {"reopen": ("demand.confirm", 422), "settle": (NOBODY, 409), "decline": (NOBODY, 422)}
    yield from _matter("resources/demand", "demand", "mingyue", demand)
    draft = {"submit": ("motion.propose", 302)}
    yield from _matter("deliberation/motion", "draft_motion", "mingyue", draft, "motion.propose", author)
    motion = dict.fromkeys(("return", "merge", "defer"), ("motion.handle", 422))
    motion |= {"accept": ("motion.handle", 302), "submit": ("motion.propose", 409), "withdraw": ("motion.propose", 422)}
    motion |= {"second": (frozenset({"entrepreneur_he"}), 422), "form": ("resolution.form", 422)}
    yield from _matter("deliberation/motion", "motion", "mingyue", motion)
    yield from _matter("deliberation/meeting", "planned", "tianma", {"freeze": ("meeting.plan", 422)}, "meeting.plan")
    meeting = dict.fromkeys(("item", "invite", "postpone", "cancel"), ("meeting.plan", 422))
    meeting |= {"freeze": ("meeting.plan", 409), "convene": ("meeting.plan", 409), "sign-in": (clerk, 422)}
    meeting |= {"open": (chair, 409), "adjourn": (chair, 422), "resume": (chair, 409), "end": (chair, 409)}
    issue = ("paper.issue", 302)
    meeting |= {"paper-meeting-notice": issue, "paper-sign-in-sheet": issue}
    meeting |= {"paper-ballot": issue, "paper-tally-sheet": issue}
    yield from _matter("deliberation/meeting", "meeting", "tianma", meeting)
    yield Row(
        "ANY /admin/deliberation/meeting/{id}/paper/",
        lambda c: f"/admin/deliberation/meeting/{c.affairs.meeting.pk}/paper/",
        opens=BUSINESS,
        sees=SEES["tianma"],
    )
    item = {"move": ("meeting.plan", 422), "remove": ("meeting.plan", 409), "note": (clerk, 422)}
    yield from _matter("deliberation/agendaitem", "item", "tianma", item)
    # Minutes that are out: for those who were there, the clerk, the chair and the desk; 何兴农 came, 陈立 leads.
    record = dict.fromkeys(("recall", "copy", "correct"), (clerk, 422))
    record |= {"send": (clerk, 409), "archive": (clerk, 409), "confirm": (chair, 422)}
    record |= {"agree": (frozenset({"entrepreneur_he"}), 422), "amend": (frozenset({"entrepreneur_he"}), 422)}
    record |= {"paper-minutes": (clerk, 302), "paper-meeting-summary": (clerk, 409)}
    readers = clerk | {"entrepreneur_he"}
    yield from _matter("deliberation/minutes", "minutes", "tianma", record, sees=readers)
    wanted = {"take_in": (clerk, 422), "decline": (clerk, 422)}
    yield from _matter("deliberation/minutesamendment", "amendment", "tianma", wanted, sees=readers)
    seat = {"sign-in": (clerk, 302), "replace": (clerk, 422), "leave": (clerk | {"entrepreneur_he"}, 409)}
    # Why somebody asked for leave: for the desk, the clerk, the chair and oneself.
    told = clerk | {"entrepreneur_he"}
    yield from _matter("deliberation/attendance", "attendance", "tianma", seat, sees=told)
    tellers = frozenset({"secretary_li", "entrepreneur_he"})
    poll = {"tally": (tellers, 422), "slips": (tellers, 422), "begin": (chair, 409), "stop": (chair, 409)}
    poll |= {"close": (chair, 409), "void": (chair, 422)}
    yield from _matter("deliberation/poll", "poll", "tianma", poll)
    resolution = dict.fromkeys(("take_effect", "return", "terminate"), ("resolution.form", 422))
    resolution |= {"publish": ("notice.publish", 422), "assign": ("task.assign", 422), "paper-resolution": issue}
    resolution |= {"paper-excerpt": ("paper.issue", 409)}
    yield from _matter("deliberation/resolution", "resolution", "tianma", resolution)
    down = {
        "take-down": ("notice.publish", 422),
        "paper-public-notice": issue,
        "paper-notice-result": ("paper.issue", 409),
    }
    yield from _matter("deliberation/publicnotice", "notice", "tianma", down)
    answer = dict.fromkeys(("confirm", "return"), ("objection.review", 422)) | {"answer": ("objection.answer", 422)}
    yield from _matter("deliberation/objection", "objection", "tianma", answer, sees=frozenset({"cadre_chen"}))
    yield from _of_the_area()
    task = dict.fromkeys(("report", "wait"), ("task.report", 422)) | {"go_on": ("task.report", 409)}
    task |= dict.fromkeys(("return", "extend"), ("task.accept", 422)) | {"accept": ("task.accept", 409)}
    task |= {"confirm": (author, 409)}
    checklist = {"mark": ("checklist.mark", 422), "correct": ("checklist.correct", 422)}
    checklist |= {"refuse": ("checklist.refuse", 422)}
    yield from _matter("deliberation/checklist", "checklist", "mingyue", checklist)
    yield from _matter("deliberation/checklisttemplate", "steps", "", {"none": ("", 404)}, sees=ALL)
    yield from _matter("deliberation/resolutiontask", "task", "mingyue", task)
    yield from _matter("deliberation/votingrule", "rule", "", {"none": ("", 404)}, sees=ALL)


def _of_the_area() -> Iterator[Row]:
    """What stands at the area committee: the township below reads it, the organization department publishes."""
    zhao = frozenset({"district_zhao"})
    resolution = {"publish": ("notice.publish", 422), "take_effect": ("resolution.form", 422)}
    down, answer = ("notice.publish", 422), ("objection.answer", 422)
    yield from _matter("deliberation/resolution", "area_resolution", "area", resolution, sees="area")
    yield from _matter("deliberation/publicnotice", "area_notice", "area", {"take-down": down}, sees="area")
    review = dict.fromkeys(("confirm", "return"), ("objection.review", 422)) | {"answer": answer}
    yield from _matter("deliberation/objection", "area_objection", "area", review, sees=zhao)


def _holiday():
    return Holiday.objects.order_by("day").first().pk


def _machinery() -> Iterator[Row]:
    """Rows that the standing case does not have: an id of nothing is 404 for whom the screen is open."""
    again = {"again": ("outbox.send_again", 404)}
    for screen in ("parametervalue", "fact", "auditevent", "outboxmessage", "deliveryfailure", "jobrun"):
        key = "1" if screen == "deliveryfailure" else "01a20909-0000-7000-8000-000000000000"
        acts = again if screen in ("outboxmessage", "deliveryfailure") else {"none": ("", 404)}
        yield from _rows(f"kit/{screen}", "", lambda c, k=key: k, NOBODY, "", acts)


ADMIN_ROWS = [*_site(), *_screens(), *_targets(), *_matters(), *_machinery()]
