"""A walk over every page of the product at both sizes: axe 0, policy 0, no other host, nothing sideways, light enough.

The list comes from the address plan itself: a page that nobody walks fails ``test_every_page_is_walked``.
"""

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.cast import make_cast

pytestmark = pytest.mark.django_db(transaction=True)

# page → (who may see it, arguments from the cast). Pages of one address are walked by the person they are made for.
WALK = {
    "login": ("anonymous", lambda c: []),
    "how-to": ("anonymous", lambda c: []),
    "workbench": ("cadre_chen", lambda c: []),
    "search": ("cadre_chen", lambda c: []),
    "joint-orgs": ("secretary_li", lambda c: []),
    "joint-org": ("secretary_li", lambda c: [c.tianma.pk]),
    "joint-org-members": ("secretary_li", lambda c: [c.tianma.pk]),
    "my-unit": ("outsider", lambda c: []),
    "unit": ("secretary_li", lambda c: [c.mingyue.pk]),
    "me": ("secretary_li", lambda c: []),
    "password-change": ("secretary_li", lambda c: []),
    "trust-phone": ("secretary_li", lambda c: []),
    "second-factor": ("secretary_li", lambda c: []),
    "accounts": ("system_admin", lambda c: []),
    "account": ("system_admin", lambda c: [c.secretary_li.pk]),
    "sign-ins": ("audit_admin", lambda c: []),
}
# No page of their own: posts, fragments, pictures, files, a step in the middle of another, or walked by other tests.
OTHERWISE = {
    "logout",  # a post
    "account-step",  # a post
    "large-type",  # a post
    "keep-alive",  # an answer for a script
    "draft",  # an answer for a script
    "revoke-phone",  # a post
    "end-session",  # a post
    "end-other-sessions",  # a post
    "recovery-codes",  # shown once after a post, tests/browser/test_accounts.py
    "login-enrol",  # in the middle of a login, tests/browser/test_accounts.py
    "login-enrol-qr",  # a picture
    "second-factor-qr",  # a picture
    "login-second-step",  # in the middle of a login, tests/browser/test_accounts.py
    "lock",  # in the middle of a session, tests/browser/test_accounts.py
    "resume",  # in the middle of a session, tests/browser/test_accounts.py
    "confirm-login",  # in the middle of a verb, tests/orgs
}


def page_names(resolver: URLResolver, prefix: str = ""):
    for entry in resolver.url_patterns:
        path = prefix + str(entry.pattern)
        if path.startswith(("admin/", "api/")):
            continue
        if isinstance(entry, URLResolver):
            yield from page_names(entry, path)
        elif isinstance(entry, URLPattern) and entry.name:
            yield entry.name


def test_every_page_is_walked():
    known = {name for name in page_names(get_resolver()) if not name.startswith("styleguide")}
    assert known == set(WALK) | OTHERWISE


SIDEWAYS = "document.documentElement.scrollWidth - innerWidth"


@pytest.mark.parametrize("large", [False, True], ids=["normal", "large"])
def test_the_walk(page, context, live_server, screen, sign_in, axe, large):
    cast = make_cast()
    hosts: set[str] = set()
    page.on("request", lambda request: hosts.add(request.url.split("/")[2]))
    by_person: dict[str, list[str]] = {}
    for name, (who, arguments) in WALK.items():
        by_person.setdefault(who, []).append(reverse(name, args=arguments(cast)))
    for who, addresses in by_person.items():
        context.clear_cookies()
        if large:
            context.add_cookies([{"name": "large_type", "value": "1", "url": live_server.url}])
        if who != "anonymous":
            sign_in(cast[who])
        for address in addresses:
            answer = page.goto(live_server.url + address)
            assert answer is not None
            assert answer.status == 200, (who, address, answer.status)
            axe(page)
            assert page.evaluate(SIDEWAYS) <= 0, address
    assert hosts == {live_server.url.split("/")[2]}


def test_pages_stay_light(page, live_server, phone, sign_in, weigh):
    """HTML and CSS ≤ 60 KB, all cold < 300 KB."""
    cast = make_cast()
    sign_in(cast.cadre_chen)
    for name in ("workbench", "joint-orgs", "search"):
        weight = weigh(page, live_server.url + reverse(name))
        assert weight.html_and_css <= 60_000
        assert weight.total < 300_000
