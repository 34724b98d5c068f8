"""Every page outside /admin/ in a real browser, at both sizes: axe-core 0, policy 0, no other host, light.

A new address without a line here fails.
"""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from kit import sessions
from oversight.models import Complaint
from resources.models import Demand
from tests.browser.conftest import OUTSIDE
from tests.browser.test_deliberation import ROOM
from tests.oversight.test_complaints import filed
from tests.resources.test_demands import submitted

pytestmark = [pytest.mark.django_db(transaction=True)]

# Address → who looks at it; more than one where it looks different.
PAGES: dict[str, tuple[str, ...]] = {
    "workbench": ("secretary_li", "cadre_chen", "district_zhao", "outsider", "system_admin"),
    "search": ("cadre_chen",),
    "how-to": ("anonymous", "secretary_li"),
    "joint-orgs": ("secretary_li", "outsider"),
    "joint-org": ("secretary_li", "district_zhao"),
    "joint-org-members": ("cadre_chen",),
    "my-unit": ("secretary_li", "outsider"),
    "unit": ("secretary_li", "cadre_chen"),
    "login": ("anonymous",),
    "confirm-login": ("secretary_li",),
    "password-change": ("secretary_li",),
    "me": ("secretary_li", "system_admin"),
    "trust-phone": ("secretary_li",),
    "second-factor": ("cadre_chen",),
    "tokens": ("secretary_li",),
    "accounts": ("system_admin",),
    "account": ("system_admin", "security_admin"),
    "sign-ins": ("audit_admin",),
    "resources": ("secretary_li", "cadre_chen"),
    "demand-new": ("secretary_li",),
    "demand": ("secretary_li", "cadre_chen"),
    "demand-step": ("cadre_chen",),
    "trace": ("secretary_li", "cadre_chen"),
    "notifications": ("secretary_li", "cadre_chen", "outsider"),
    "nudge": ("secretary_li",),
    "deliberation": ("secretary_li", "cadre_chen"),
    "meetings": ("cadre_chen",),
    "briefs": ("cadre_chen", "system_admin"),
    "calendar": ("secretary_li",),
    "calendar-revoke": ("secretary_li",),
    "process-quality": ("secretary_li", "cadre_chen"),
    "process-quality-print": ("secretary_li",),
    "process-quality-rows": ("secretary_li",),
    "motion-new": ("secretary_li",),
    "meeting-new": ("cadre_chen",),
    "complaints": ("anonymous", "secretary_li"),
    "complaint-new": ("anonymous",),
    "complaint": ("cadre_chen",),
    "complaint-step": ("cadre_chen",),
    "public-board": ("anonymous", "secretary_li"),
    "ticket-lookup": ("anonymous",),
    "public-anchors": ("anonymous",),
    "dashboard": ("district_zhao", "cadre_chen"),
    "dashboard-rows": ("district_zhao",),
    "dashboard-bodies": ("district_zhao", "cadre_chen"),
    "dashboard-brief": ("cadre_chen",),
}
# Addresses that show no page of their own.
NO_PAGE = {
    "healthz": "plain text for machines",
    "readyz": "JSON for machines",
    "large-type": "sets a cookie and returns",
    "keep-alive": "JSON for the scripts",
    "draft": "JSON for the scripts",
    "file": "a download",
    "meeting-folder": "a download",
    "dashboard-export": "a download",
    "process-quality-export": "a download",
    "dashboard-trends": "charts, weighed as they travel: tests/browser/test_dashboard.py",
    "logout": "ends the session and returns",
    "public-anchors-text": "plain text",
    "calendar-feed": "read by calendar programs",
    "lock": "shown below, with a locked session",
    "resume": "leads on to the kept form",
    "login-second-step": "only within a login: tests/orgs/test_login_second_step.py",
    "login-enrol": "only within a login: tests/orgs/test_login_second_step.py",
    "login-enrol-qr": "a picture",
    "second-factor-qr": "a picture",
    "revoke-phone": "a verb",
    "revoke-token": "a verb",
    "end-session": "a verb",
    "end-other-sessions": "a verb",
    "recovery-codes": "answers a verb, once",
    "account-step": "a verb",
    "notifications-read-all": "a verb",
    "notification-open": "a verb",
    "notification-read": "a verb",
    "demand-layer-consent": "a question like demand-step: tests/resources/test_pages.py",
    "demand-edit": "the form of demand-new, for a returned demand: tests/resources/test_pages.py",
    **dict.fromkeys(ROOM, "in the middle of a matter: tests/browser/test_deliberation.py"),
}
STYLE_GUIDE = "styleguide"


def names(resolver, prefix="") -> Iterator[str]:
    for each in resolver.url_patterns:
        at = prefix + str(each.pattern)
        if isinstance(each, URLResolver):
            if not at.startswith(("admin/", "api/")):
                yield from names(each, at)
        else:
            yield each.name or at


def test_every_address_has_a_line_here():
    known = {name for name in names(get_resolver()) if not name.startswith(STYLE_GUIDE)}
    assert known == PAGES.keys() | NO_PAGE.keys()


def address(name: str, cast) -> str:
    keys = {
        "joint-org": [cast.tianma.pk],
        "joint-org-members": [cast.tianma.pk],
        "unit": [cast.mingyue.pk],
        "complaint-new": [cast.sanjiang.pk],
        "account": [cast.secretary_li.pk],
    }
    if name.startswith("demand") and name != "demand-new":
        demand = Demand.objects.first() or submitted(cast)
        keys |= {"demand": [demand.pk], "demand-step": [demand.pk, "return"]}
    if name in ("complaint", "complaint-step"):
        complaint = Complaint.objects.first() or filed(cast)
        keys |= {"complaint": [complaint.pk], "complaint-step": [complaint.pk, "answer"]}
    query = {"search": "?q=村", "dashboard-rows": "?figure=meetings&part=due"}
    query["process-quality-rows"] = "?item=ritual&part=flag"
    if name == "trace":
        query["trace"] = f"?subject=resources.demand:{(Demand.objects.first() or submitted(cast)).pk}"
    if name == "nudge":
        keys |= {"nudge": [f"resources.demand:{(Demand.objects.first() or submitted(cast)).pk}"]}
    return reverse(name, args=keys.get(name, [])) + query.get(name, "")


def look(page, fits, weigh, url: str, status: int = 200) -> None:
    weight = weigh(page, url)
    assert weight.status == status, url
    assert page.locator("h1").count() == 1, url
    assert page.title().endswith(" · 联村"), url
    fits(page)
    assert weight.html_and_css <= 60_000, (url, weight)
    assert weight.total <= 300_000, (url, weight)
    assert weight.hosts == {url.split("/")[2]}, url


def test_every_page_is_accessible_light_and_within_the_policy(page, context, live_server, cast, sign_in, fits, weigh):
    for name, people in PAGES.items():
        for who in people:
            context.clear_cookies()
            if who != "anonymous":
                sign_in(cast[who])
            look(page, fits, weigh, live_server.url + address(name, cast))


def test_large_type_fits_and_is_accessible_on_every_page(phone, context, live_server, cast, sign_in, axe):
    """On the small screen, where large letters have the least room."""
    page = phone
    for name, people in PAGES.items():
        context.clear_cookies()
        context.add_cookies([{"name": "large_type", "value": "1", "url": live_server.url}])
        if people[0] != "anonymous":
            sign_in(cast[people[0]])
        page.goto(live_server.url + address(name, cast))
        assert page.locator("html.large").count() == 1, name
        axe(page)
        assert page.evaluate(OUTSIDE) == [], name


def test_the_refusals_of_a_signed_in_person_are_pages_too(page, live_server, cast, sign_in, fits, weigh):
    sign_in(cast.secretary_li)
    for path, status in ((f"/units/{cast.longmen.pk}/", 404), ("/nowhere/", 404), ("/sign-ins/", 403)):
        look(page, fits, weigh, live_server.url + path, status)


def test_a_locked_session_shows_the_lock(page, context, live_server, cast, fits, weigh):
    client = Client()
    client.force_login(cast.secretary_li)
    session = client.session
    session[sessions.LOCKED] = True
    session.save()
    context.add_cookies([{"name": "session", "value": session.session_key, "url": live_server.url}])
    look(page, fits, weigh, live_server.url + "/my-unit/")
    assert "明月" not in page.get_by_role("main").inner_text()
