"""The pages of a matter in a real browser, at both sizes: axe-core 0, policy 0, light; the room and the ballot."""

from datetime import timedelta

import pytest
from django.urls import reverse

from deliberation.services import checklist_templates, polls, voting_rules
from tests.deliberation.conftest import room as _room
from tests.deliberation.matter import matter

pytestmark = [pytest.mark.django_db(transaction=True)]

PUBLIC = ("public-notice", "public-notice-text", "notice-object")
ROOM = (
    *("motion", "motion-edit", "motion-step", "meeting", "meeting-edit", "meeting-live", "meeting-room"),
    *("meeting-watch", "poll-watch"),
    *("sitting-step", "meeting-sign-in", "meeting-step", "item-step", "attendance-step", "poll", "poll-step"),
    *("minutes", "minutes-step", "minutes-note", "minutes-history", "amendment-take-in", "amendment-decline"),
    *PUBLIC,
    *(
        "resolution",
        "resolution-step",
        "checklist",
        "checklist-step",
        "objection-answer",
        "objection-review",
        "objection-return",
        "paper",
        "task",
        "task-step",
    ),
)

room = _room


@pytest.fixture
def seeded(room):
    voting_rules.seed(now=room.now)
    checklist_templates.seed(now=room.now)
    return room


def test_every_page_of_a_matter(page, live_server, seeded, sign_in, fits, weigh):
    pages = matter(seeded)
    assert set(ROOM) == pages.keys()
    sign_in(seeded.joint)
    for name, keys in pages.items():
        if name in ("meeting-room", "meeting-watch", "poll-watch"):
            continue  # asked by the pages themselves
        if name in PUBLIC:
            continue  # by the calendar of today: tests/browser/test_board.py
        url = live_server.url + reverse(name, args=keys)
        weight = weigh(page, url)
        assert weight.status == 200, name
        fits(page)
        assert weight.html_and_css <= 60_000, (name, weight)


def test_a_ballot_has_three_choices_of_equal_weight(page, live_server, seeded, sign_in, axe, screen):
    item = seeded.discussed(seeded.accepted())
    poll = polls.open_poll(actor=seeded.joint, item=item, method="recorded", now=seeded.now + timedelta(days=7))
    sign_in(seeded.daxing)
    page.goto(live_server.url + reverse("poll", args=[poll.pk]))
    axe(page)
    boxes = [page.get_by_role("button", name=name, exact=True).bounding_box() for name in ("赞成", "反对", "弃权")]
    assert len({(round(box["width"]), round(box["height"]), round(box["y"])) for box in boxes}) == 1
    page.get_by_role("button", name="反对", exact=True).click()
    page.wait_for_url(f"**{reverse('poll', args=[poll.pk])}")
    assert "您投了“反对”" in page.get_by_role("main").inner_text()
    assert poll.roll.get(person=seeded.daxing).ballot.choice == "no"


def test_one_press_downloads_the_notice_and_stays_on_the_page(
    page, live_server, seeded, sign_in, screen, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path / "files"
    meeting = seeded.convened(seeded.accepted())
    sign_in(seeded.joint)
    page.goto(live_server.url + reverse("meeting", args=[meeting.pk]))
    with page.expect_download() as download:
        page.locator("form[action*=meeting_notice] button").click()
    assert download.value.suggested_filename == f"{seeded.body.name}_会议通知_20261124_第1版.docx"
    assert download.value.path().read_bytes().startswith(b"PK")
    assert page.url.endswith(reverse("meeting", args=[meeting.pk]))
    page.reload()
    assert "第 1 版" in page.get_by_role("main").inner_text()
