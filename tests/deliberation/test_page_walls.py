"""S1, S4: every page of a matter × the whole cast; absent and out of reach look the same."""

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from deliberation.pages.urls import urlpatterns
from tests.cast import CAST
from tests.deliberation.area import area_of
from tests.deliberation.conftest import NOW
from tests.deliberation.matter import matter

# 天马 is the body and 明月村 the unit; administrators hold no business rows.
REACH = {"district_zhao", "cadre_chen", "secretary_li", "entrepreneur_he"}
# Who drives the room and who reviews the answer to an objection, of the cast: the township's officer, by the policy
# table. Who answers it reads the same pages and is not of the cast.
OFFICER = {"cadre_chen"}
# Whoever was there, writes or leads; the township's officer. The district sees the meeting, not what was said.
MINUTES = {"cadre_chen", "secretary_li", "entrepreneur_he"}
NARROW = {
    **dict.fromkeys(
        ("minutes", "minutes-step", "minutes-note", "minutes-history", "amendment-take-in", "amendment-decline"),
        MINUTES,
    ),
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


# Of the area committee above 天马 and 龙门: its townships and members read it, 区委组织部 reviews what it answers.
AREA_REACH = REACH | {"secretary_wang"}
DEPARTMENT = {"district_zhao"}


def test_s1_cells_of_an_area_committee(room):
    with time_machine.travel(NOW, tick=False):
        area = area_of(room)
        resolution, draft = area.formed(), area.drafted(area.objected())
        offers = reverse("resolution-step", args=[resolution.pk, "publish"])
        found = {}
        for who in sorted(AREA_REACH | {"secretary_sun", "discipline_wu", "system_admin"}):
            client = Client()
            client.force_login(room.cast[who])
            home = client.get(reverse("resolution", args=[resolution.pk]))
            reviews = [client.get(reverse(f"objection-{name}", args=[draft.pk])) for name in ("review", "return")]
            found[who] = (home.status_code, offers in home.text, {each.status_code for each in reviews})
    reader, nobody, reviewer = (200, False, {404}), (404, False, {404}), (200, True, {200})
    assert {who for who, cell in found.items() if cell == reviewer} == DEPARTMENT
    assert {who for who, cell in found.items() if cell == reader} == AREA_REACH - DEPARTMENT
    assert {who for who, cell in found.items() if cell == nobody} == {*found} - AREA_REACH


def test_every_page_of_a_matter_is_here(pages):
    assert {each.name for each in urlpatterns} - pages.keys() == {
        "deliberation",
        "meetings",
        "briefs",
        # For the whole cast: tests/deliberation/test_process_quality.py.
        "process-quality",
        "process-quality-print",
        "process-quality-export",
        "process-quality-rows",
        "meeting-folder",  # what is in it differs by person: test_vote_papers.py
        "calendar",
        "calendar-revoke",
        "calendar-feed",
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
