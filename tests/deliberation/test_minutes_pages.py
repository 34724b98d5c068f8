"""The pages of the minutes: written on a phone, a stale save keeps both texts, who sees what, what waits for whom."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from deliberation import selectors
from deliberation.models import Meeting, Minutes
from deliberation.services import amendments, minutes
from kit import drafts
from kit.ids import new_id
from kit.scoping import standing_of
from orgs.models import Person
from tests.deliberation.conftest import NOW
from tests.deliberation.test_minutes import DECISION, OVER, TEXT, asked_by, confirmed, held, kinds, noted, sent
from tests.deliberation.test_minutes_filing import PDF

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def ended(room) -> Minutes:
    return held(room)


def at(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def note_page(row) -> str:
    return reverse("minutes-note", args=[row.meeting.items.get().pk])


def step(row, name) -> str:
    return reverse("minutes-step", args=[row.meeting_id, name])


def posted(client, address, **values):
    return client.post(address, {"form_key": str(new_id()), **values})


def test_a_note_is_written_without_scripts(room, ended):
    client, address = at(room.deputy), note_page(ended)
    page = client.get(address).text
    assert 'name="revision" value="0"' in page
    assert posted(client, address, text=TEXT, decision=DECISION, revision=0).status_code == 302
    shown = client.get(reverse("minutes", args=[ended.meeting_id])).text
    assert TEXT in shown
    assert "已保存第1次修订" in shown
    assert "送与会人员确认" in shown


def test_a_stale_save_shows_the_newer_text_beside_what_was_typed(room, ended):
    """Two devices of one clerk had the same page open; the second save says so, keeps its text, and may follow."""
    telephone, office, address = at(room.deputy), at(room.deputy), note_page(ended)
    assert posted(office, address, text="办公室写的。", decision="", revision=0).status_code == 302
    answer = posted(telephone, address, text="手机上写的。", decision="", revision=0)
    assert answer.status_code == 409
    for words in ("办公室写的。", "手机上写的。", "没有覆盖", "现在的第 1 次修订", 'name="revision" value="1"'):
        assert words in answer.text, words
    assert selectors.newest_note(ended.meeting.items.get()).text == "办公室写的。"
    assert posted(telephone, address, text="合起来的。", decision="", revision=1).status_code == 302
    assert selectors.newest_note(ended.meeting.items.get()).revision == 2


def test_a_draft_remembers_over_which_revision_it_was_begun(room, ended):
    """Kept on one device, overtaken on another: opened again, both stand there, and saving it is stale."""
    client, address = at(room.deputy), note_page(ended)
    assert posted(client, address, text="草稿。", decision="", revision=0, keep="1").status_code == 302
    noted(room, ended, text="别人先存的。", decision="", by=room.joint)
    page = client.get(address).text
    for words in ("草稿。", "别人先存的。", "现在的第 1 次修订", 'name="revision" value="0"'):
        assert words in page, words
    assert posted(client, address, text="草稿。", decision="", revision=0).status_code == 409
    assert posted(client, address, text="草稿。", decision="", revision=1).status_code == 302
    item = ended.meeting.items.get()
    assert drafts.read(person=room.deputy, form="minutes-note", subject=str(item.pk), now=NOW) is None


def test_errors_stand_at_their_field(room, ended):
    answer = posted(at(room.deputy), note_page(ended), text="", decision="", revision=0)
    assert (answer.status_code, "这个字段是必填项" in answer.text or "必填" in answer.text) == (422, True)
    row = confirmed(room, ended)
    page = posted(at(room.deputy), step(row, "copy"), signed_on="2026-11-01", file=SimpleUploadedFile("签字.pdf", PDF))
    assert page.status_code == 422
    assert "签字日期须在散会那天到今天之间。" in page.text


def test_the_whole_way_on_pages(room, ended, clock, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    clerk, guest, chair = at(room.deputy), at(room.daxing), at(room.joint)
    noted(room, ended)
    sent_page = posted(clerk, step(ended, "send"))
    assert sent_page.status_code == 302
    assert "确认无误" in guest.get(reverse("minutes", args=[ended.meeting_id])).text
    item = ended.meeting.items.get()
    assert posted(guest, step(ended, "amend"), item=item.pk, text="造价应为七万八千元。").status_code == 302
    amendment = ended.amendments.get()
    page = clerk.get(reverse("minutes", args=[ended.meeting_id])).text
    assert reverse("amendment-take-in", args=[amendment.pk]) in page
    taken = posted(
        clerk,
        reverse("amendment-take-in", args=[amendment.pk]),
        text="造价约七万八千元。",
        decision=DECISION,
        revision=1,
    )
    assert taken.status_code == 302
    assert 'name="edition" value="2"' in guest.get(step(ended, "agree")).text
    assert posted(guest, step(ended, "agree"), edition=2).status_code == 302
    assert posted(chair, step(ended, "confirm"), edition=2).status_code == 409
    clock.move_to(OVER)
    clerk, guest, chair = at(room.deputy), at(room.daxing), at(room.joint)
    assert posted(chair, step(ended, "confirm"), edition=2).status_code == 302
    copy = posted(clerk, step(ended, "copy"), signed_on="2026-12-02", file=SimpleUploadedFile("签字.pdf", PDF))
    assert copy.status_code == 302
    assert posted(clerk, step(ended, "correct"), item=item.pk, text="更正。", reason="笔误").status_code == 302
    refused = posted(clerk, step(ended, "archive"), reason="")
    assert (refused.status_code, "还没有形成决议" in refused.text) == (422, True)
    assert posted(clerk, step(ended, "archive"), reason="不另行决议。").status_code == 302
    page = guest.get(reverse("minutes", args=[ended.meeting_id])).text
    for words in ("已归档", "联村纪〔2026〕1号", "更正。", "签字件", "已采纳", "不另行决议。"):
        assert words in page, words
    assert Meeting.objects.get(pk=ended.meeting_id).state == "archived"


def test_the_meeting_leads_to_its_minutes_for_their_readers_alone(room, ended):
    address = reverse("minutes", args=[ended.meeting_id])
    for person, sees in ((room.daxing, True), (room.cast.cadre_chen, True), (room.adviser, False)):
        client = at(person)
        assert (address in client.get(reverse("meeting", args=[ended.meeting_id])).text) is sees, person.name
        assert client.get(address).status_code == (200 if sees else 404)


def test_what_waits_for_whom(room, ended):
    """The clerk writes and answers, who was there agrees, the chair confirms, the clerk files."""
    assert kinds(room.deputy) == ["整理会议记录"]
    assert [each for each in kinds(room.daxing) if "会议记录" in each] == []
    row = sent(room, ended)
    assert "确认会议记录" in kinds(room.daxing)
    assert "确认会议记录" not in kinds(room.adviser)
    amendment = asked_by(room, row)
    assert ("确认会议记录" in kinds(room.daxing), "答复修改意见" in kinds(room.deputy)) == (False, True)
    amendments.decline(actor=room.deputy, minutes=row, amendment=amendment, reason="会上说的是八万元。", now=NOW)
    assert "主持人确认会议记录" not in kinds(room.joint)
    assert "主持人确认会议记录" in kinds(room.joint, on=OVER.date())
    minutes.confirm_minutes(actor=room.joint, minutes=row, edition=1, now=OVER)
    assert "会议归档" not in kinds(room.deputy), "a resolution is missing"
    assert [each for each in kinds(room.daxing, on=OVER.date()) if "会议记录" in each] == []


def test_what_minutes_wait_for_costs_no_query_of_its_own(room, ended):
    """It stands in the one query for the meetings of a person."""

    def asked(person) -> int:
        fresh = Person.objects.get(pk=person.pk)
        standing_of(fresh)
        with CaptureQueriesContext(connection) as found:
            selectors.todos(person=fresh, on=NOW.date())
        return len(found)

    before = asked(room.daxing)
    sent(room, ended)
    assert "确认会议记录" in kinds(room.daxing)
    assert asked(room.daxing) == before
