"""会议记录 at a desk: a stale save keeps both texts, an amendment is taken in, the papers are issued."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from deliberation import selectors
from deliberation.models import Minutes, Paper, SignedCopy
from deliberation.services import minutes
from tests.deliberation.test_minutes import OVER, TEXT, asked_by, held, noted, sent
from tests.deliberation.test_minutes_filing import PDF


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def ended(room, at_noon) -> Minutes:
    return held(room)


def test_a_stale_save_keeps_what_was_typed_and_shows_the_newer_text(visit, room, ended):
    """The page was opened over no revision; 冯远 saved meanwhile. Saved again, it is the next revision."""
    item, clerk = ended.meeting.items.get(), visit(room.cast.cadre_chen)
    assert 'name="revision" value="0"' in clerk.ask("deliberation.agendaitem", item, "note").content.decode()
    noted(room, ended, text="冯远写的。", by=room.joint)
    refused = clerk.do("deliberation.agendaitem", item, "note", text="陈立写的。", decision="", revision=0)
    page = refused.content.decode()
    assert refused.status_code == 409
    for words in ("陈立写的。", "系统里现在是：冯远写的。", 'name="revision" value="1"'):
        assert words in page, words
    assert (
        clerk.do("deliberation.agendaitem", item, "note", text="合起来。", decision="", revision=1).status_code == 302
    )
    assert selectors.newest_note(item).text == "合起来。"


def test_an_amendment_is_taken_in_and_the_minutes_are_filed(visit, room, ended):
    row, clerk = sent(room, ended), visit(room.cast.cadre_chen)
    amendment = asked_by(room, row)
    page = clerk.ask("deliberation.minutesamendment", amendment, "take_in").content.decode()
    assert TEXT in page
    taken = clerk.do(
        "deliberation.minutesamendment", amendment, "take_in", text="造价七万八千元。", decision="", revision=1
    )
    assert taken.status_code == 302
    minutes.confirm_minutes(actor=room.joint, minutes=row, edition=2, now=OVER)
    for act in ("paper-minutes", "paper-meeting-summary"):
        assert clerk.do("deliberation.minutes", row, act).status_code == 302
    assert {paper.kind for paper in Paper.objects.all()} == {"minutes", "meeting_summary"}
    refused = clerk.do("deliberation.minutes", row, "archive", reason="")
    assert (refused.status_code, "还没有形成决议" in refused.content.decode()) == (422, True)
    assert clerk.do("deliberation.minutes", row, "archive", reason="不另行决议。").status_code == 302
    shown = clerk.open("deliberation.minutes", row).content.decode()
    for words in ("造价七万八千元。", "已采纳", "第 2 次", "联村纪〔2026〕1号", "不另行决议。"):
        assert words in shown, words


def test_a_signed_copy_is_registered(visit, room, ended, at_noon):
    row, clerk = sent(room, ended), visit(room.deputy)
    minutes.confirm_minutes(actor=room.joint, minutes=row, edition=1, now=OVER)
    values = {"signed_on": "2026-12-01", "file": SimpleUploadedFile("签字.pdf", PDF)}
    early = clerk.do("deliberation.minutes", row, "copy", **values)
    assert (early.status_code, "签字日期须在" in early.content.decode()) == (422, True)
    assert not SignedCopy.objects.exists()
