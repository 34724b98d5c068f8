"""F-29: what stands in 会议记录, 会议纪要 and 决议摘录, and who may have them."""

import io
from datetime import timedelta

import pytest
import time_machine
from docx import Document as read
from docx.oxml.ns import qn

from deliberation import selectors
from deliberation.models import Meeting, Paper, Presence, Resolution
from deliberation.services import amendments, attendance, meetings, minutes, papers, polls, resolutions, sittings, tasks
from kit import documents
from kit.documents import profile
from kit.errors import Forbidden, Hidden
from tests.deliberation.conftest import NOW
from tests.deliberation.test_minutes import DECISION, OVER, TEXT, confirmed, held, noted
from tests.deliberation.test_papers import said, tables
from tests.deliberation.test_resolutions import refused
from tests.office import converted, pages_of


@pytest.fixture(autouse=True)
def clock(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def meeting(room) -> Meeting:
    """Two items, three statements, a recorded vote, somebody on leave, a task; the minutes are confirmed."""
    meeting = room.plan(place_text="明月村活动阵地", online_number="腾讯会议 123")
    meetings.add_item(actor=room.joint, meeting=meeting, kind="study", title="学习防汛文件", reporter="冯远", now=NOW)
    meetings.add_item(actor=room.joint, meeting=meeting, kind="vote", motion=room.accepted(), now=NOW)
    meetings.freeze_agenda(actor=room.joint, meeting=meeting, now=NOW)
    meeting = meetings.convene(actor=room.joint, meeting=meeting, now=NOW)
    attendance.reply(actor=room.daxing, meeting=meeting, reply="leave", leave_reason="外出培训", now=NOW)
    at = meeting.starts_at
    for each in meeting.attendances.exclude(person=room.daxing).order_by("pk"):
        attendance.sign_in_for(actor=room.deputy, attendance=each, now=at)
    sittings.open_meeting(actor=room.joint, meeting=meeting, now=at)
    study, vote = meeting.items.order_by("position")
    row = Meeting.objects.select_related("minutes").get(pk=meeting.pk).minutes
    sittings.open_item(actor=room.joint, item=study, now=at)
    sittings.finish_item(actor=room.joint, item=study, outcome="已传达学习。", now=at)
    sittings.open_item(actor=room.joint, item=vote, now=at)
    for person, text in ((room.cast.secretary_li, "同意修。"), (room.joint, "抓紧办。")):
        seat = meeting.attendances.get(person=person)
        sittings.note_statement(actor=room.deputy, item=vote, attendance=seat, text=text, now=at)
    sittings.confirm_discussed(actor=room.joint, item=vote, now=at)
    poll = polls.open_poll(actor=room.joint, item=vote, method="recorded", now=at)
    for person in (room.joint, room.deputy, room.cast.secretary_li):
        polls.cast_ballot(actor=person, poll=poll, choice="yes", now=at)
    polls.close_poll(actor=room.joint, poll=poll, now=at)
    minutes.write_note(actor=room.deputy, minutes=row, item=study, text="传达区防指通知。", revision=0, now=at)
    minutes.write_note(actor=room.deputy, minutes=row, item=vote, text=TEXT, decision=DECISION, revision=0, now=at)
    sittings.end_meeting(actor=room.joint, meeting=meeting, now=at + timedelta(hours=2))
    resolution = resolutions.form_resolution(
        actor=room.joint, motion=vote.motion, title="关于修缮烘干房的决议", text="由明月村修缮。", scope="none", now=NOW
    )
    tasks.assign_task(
        actor=room.joint,
        resolution=resolution,
        title="修缮烘干房",
        due_on=(NOW + timedelta(days=30)).date(),
        owner=room.cast.mingyue,
        now=NOW,
    )
    row = minutes.send_minutes(actor=room.deputy, minutes=row, now=at + timedelta(hours=3))
    for seat in selectors.asked(meeting):
        amendments.agree(actor=seat.person, minutes=row, edition=1, now=OVER)
    minutes.confirm_minutes(actor=room.joint, minutes=row, edition=1, now=OVER)
    minutes.correct_minutes(
        actor=room.deputy, minutes=row, item=vote, text="“八万元”应为“七万八千元”。", reason="笔误", now=OVER
    )
    return fresh(meeting)


def fresh(meeting) -> Meeting:
    return Meeting.objects.select_related("body", "chair", "clerk").get(pk=meeting.pk)


def test_minutes_have_their_fields(room, meeting):
    document = selectors.minutes_paper(meeting)
    words, (head, duties, signing) = said(document), tables(document)
    sentence = meeting.items.get(kind="vote").polls.get().sentence
    for field in (
        "第四季度联席会议记录",
        "（2026年12月2日确认）",
        "一、学习防汛文件",
        "性质：传达学习。汇报：冯远。",
        "（一）汇报要点和讨论情况\n传达区防指通知。",
        "（二）结果\n已传达学习。",
        "二、关于修缮烘干房的议题",
        "李顺（明月村党支部）：同意修。",
        "（末位表态）：抓紧办。",
        f"采用记名投票方式。{sentence}",
        "结果\n表决通过。",
        f"议定事项\n{DECISION}",
        "更正（2026年12月2日，马福生）：“八万元”应为“七万八千元”。（原因：笔误）",
        "三、决定事项",
        "四、散会\n2026年12月1日 星期二 11:00，主持人冯远宣布散会。",
        "五、签字",
    ):
        assert field in words, field
    assert words.index("同意修。") < words.index("抓紧办。"), "the chair speaks last"
    facts_of_it = dict(head)
    assert facts_of_it["会议名称"] == "第四季度联席会议（2026年第1次会议）"
    assert facts_of_it["起止时间"] == "2026年12月1日 星期二 09:00 至 11:00"
    assert facts_of_it["地点"] == "明月村活动阵地；线上会议号 腾讯会议 123"
    assert (facts_of_it["主持人"], facts_of_it["记录人"]) == ("冯远", "马福生")
    assert facts_of_it["到会情况"] == "应到5人，实到4人，请假1人，缺席0人，列席1人"
    assert facts_of_it["缺席及原因"] == "请假：谢春梅（大兴村党支部，外出培训）"
    assert "田守成" in facts_of_it["列席人员"]
    assert duties == [
        ["序号", "决定事项", "责任单位", "完成时限"],
        ["1", "修缮烘干房", "明月村党支部", "2026年12月24日"],
    ]
    assert [row[1] for row in signing[1:]][:2] == ["冯远", "马福生"]
    assert {row[4] for row in signing[1:]} == {""}, "signed by hand"


def test_a_summary_has_its_fields_and_its_blocks_of_people(room, meeting):
    document = selectors.summary_paper(meeting)
    words = said(document)
    for field in (
        "第四季度联席会议纪要",
        "联村纪〔2026〕1号",
        "2026年12月1日，冯远在明月村活动阵地",
        "二、关于修缮烘干房的议题\n" + DECISION,
        "三、落实要求",
        "出席：冯远（",
        "请假：谢春梅（大兴村党支部）。",
        "列席：田守成（",
        "分送：各成员单位。",
        "2026年12月2日",
    ):
        assert field in words, field
    for unsaid in ("同意修。", TEXT, "外出培训"):
        assert unsaid not in words, "raw words stand in the minutes alone"
    assert tables(document)[0][1] == ["1", "修缮烘干房", "明月村党支部", "2026年12月24日"]


def test_the_blocks_of_people_are_set_as_the_standard_says(room, meeting):
    """The word in 黑体, the names in 仿宋, both 3号; one blank line above the first."""
    opened = read(io.BytesIO(documents.write(selectors.summary_paper(meeting))))
    lines = opened.paragraphs
    at = next(number for number, each in enumerate(lines) if each.text.startswith("出席："))
    label, names = lines[at].runs
    assert label.text == "出席："
    assert label._element.rPr.rFonts.get(qn("w:eastAsia")) == profile.HEITI
    assert names._element.rPr is None
    assert lines[at].style.name == "公文正文"
    style = next(each for each in profile.STYLES if each.id == "Body")
    assert (style.font, style.size, style.first) == (profile.FANGSONG, profile.THREE, 200)
    assert lines[at - 1].text == ""
    assert lines[at + 1].text.startswith("请假：")


def test_an_excerpt_says_of_one_resolution_what_the_minutes_say(room, meeting):
    resolution = Resolution.objects.select_related("poll__item__meeting__body", "poll__rule", "body").get()
    words = said(selectors.excerpt_paper(resolution))
    row = meeting.minutes
    for field in (
        "第四季度联席会议记录摘录",
        "联村〔2026〕1号",
        TEXT,
        "由明月村修缮。",
        "摘录人",
        "核对人",
        row.digest,
    ):
        assert field in words, field
    assert "传达区防指通知。" not in words, "nothing of another item"


def test_before_its_moment_there_is_no_paper(room):
    row = held(room)
    unread = Meeting.objects.get(pk=row.meeting_id)
    with refused("no_such_paper"):
        papers.issue_paper(actor=room.joint, kind="meeting_summary", subject=unread, now=NOW)
    noted(room, row)
    paper = papers.issue_paper(actor=room.joint, kind="minutes", subject=unread, now=NOW)
    assert "（待与会人员确认）" in said(selectors.minutes_paper(fresh(unread)))
    minutes.confirm_minutes(actor=room.joint, minutes=sent_out(room, row), edition=1, now=OVER)
    final = papers.issue_paper(actor=room.joint, kind="minutes", subject=unread, now=OVER)
    assert (paper.version, final.version) == (1, 2)
    again = papers.issue_paper(actor=room.deputy, kind="minutes", subject=unread, now=OVER + timedelta(days=3))
    assert again.pk == final.pk, "the same content is the same version"


def sent_out(room, row):
    return minutes.send_minutes(actor=room.deputy, minutes=row, now=NOW)


def test_papers_of_the_minutes_are_for_their_readers(room, client):
    row = confirmed(room, held(room))
    meeting = Meeting.objects.get(pk=row.meeting_id)
    paper = papers.issue_paper(actor=room.deputy, kind="minutes", subject=meeting, now=OVER)
    with pytest.raises(Forbidden):
        papers.issue_paper(actor=room.daxing, kind="minutes", subject=meeting, now=OVER)
    with time_machine.travel(OVER, tick=False):
        seen = {}
        for who in (room.daxing, room.cast.cadre_chen, room.adviser, room.cast.district_zhao):
            client.force_login(who)
            answer = client.get(f"/files/{paper.file_id}/")
            assert not answer.streaming or b"".join(answer.streaming_content).startswith(b"PK")
            seen[who.name] = answer.status_code
    assert list(seen.values()) == [200, 200, 404, 404]
    with pytest.raises(Hidden):
        selectors.paper_subject(room.adviser, "minutes", meeting.pk)
    assert [each.kind for each in selectors.minutes_shelf(room.daxing, meeting)] == ["minutes"]
    assert Paper.objects.count() == 1
    assert Presence.objects.filter(attendance__meeting=meeting, attendance__person=room.adviser).count() == 0


def test_they_open_in_an_office_on_few_pages(room, meeting, tmp_path):
    pages = {
        kind: pages_of(converted(documents.write(compose(meeting)), tmp_path))
        for kind, compose in (("minutes", selectors.minutes_paper), ("summary", selectors.summary_paper))
    }
    assert (2 <= pages["minutes"] <= 4, 1 <= pages["summary"] <= 2) == (True, True), pages
