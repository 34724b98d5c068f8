"""S1, S4: every page of a matter × the whole cast; absent and out of reach look the same."""

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from deliberation.pages.urls import urlpatterns
from tests.cast import CAST
from tests.deliberation.conftest import NOW
from tests.deliberation.matter import matter

# 天马 is the body and 明月村 the unit; administrators hold no business rows.
REACH = {"district_zhao", "cadre_chen", "secretary_li", "entrepreneur_he"}
# Who drives the room and who reviews the answer to an objection, of the cast: the township's officer, by the policy
# table. Who answers it reads the same pages and is not of the cast.
OFFICER = {"cadre_chen"}
NARROW = {
    "meeting-live": OFFICER,
    "meeting-room": OFFICER,
    **dict.fromkeys(("objection-answer", "objection-review", "objection-return"), OFFICER),
}

# Without a login, and for everybody alike: tests/deliberation/test_board.py.
PUBLIC = {"public-notice", "public-notice-text", "notice-object"}


@pytest.fixture
def pages(room):
    with time_machine.travel(NOW, tick=False):
        yield matter(room)


def expected(who: str, name: str) -> int:
    if name in PUBLIC:
        return 200
    if who in ("anonymous", "outsider"):
        return 302 if who == "anonymous" else 403
    return 200 if who in NARROW.get(name, REACH) else 404


def test_s1_cells(room, pages):
    wrong = {}
    for who in CAST:
        client = Client()
        if who != "anonymous":
            client.force_login(room.cast[who])
        for name, keys in pages.items():
            found = client.get(reverse(name, args=keys)).status_code
            if found != expected(who, name):
                wrong[who, name] = found
    assert wrong == {}


def test_every_page_of_a_matter_is_here(pages):
    assert {each.name for each in urlpatterns} - pages.keys() == {
        "deliberation",
        "meetings",
        "briefs",
        "motion-new",
        "meeting-new",
        "public-board",
    }


def test_nothing_of_a_matter_stands_in_a_neighbours_register(room, pages, client):
    client.force_login(room.cast.secretary_sun)
    for show in ("mine", "motions", "meetings", "resolutions", "tasks"):
        assert "修缮烘干房" not in client.get(f"{reverse('deliberation')}?show={show}").text
    client.force_login(room.cast.secretary_li)
    assert "修缮烘干房" in client.get(f"{reverse('deliberation')}?show=motions").text
