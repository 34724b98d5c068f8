"""F-29: 表决票, 计票单 and 公示结果报告: what stands in them, when there are any, and that no objector is named."""

import io
import zipfile
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from deliberation import selectors
from deliberation.models import PublicNotice
from deliberation.services import meetings, notices, papers, resolutions
from kit.actors import System
from kit.errors import DomainError
from tests.deliberation.test_papers import said, tables
from tests.deliberation.test_resolutions import published

WORDS = "选址没有和三社的住户商量过。"


def issue(room, kind, subject):
    return papers.issue_paper(actor=room.joint, kind=kind, subject=subject, now=room.now)


def test_slips_look_all_the_same_and_name_nobody(room):
    meeting = room.convened(room.accepted())
    document = selectors.ballot_paper(meeting)
    slip = [["议题", "关于修缮烘干房的议题"], ["您的选择", "□ 赞成　　□ 反对　　□ 弃权"]]
    assert tables(document) == [slip] * 4
    words = said(document)
    assert "不编号、不署名" in words
    for person in (room.joint, room.daxing, room.cast.secretary_li):
        assert person.name not in words
    assert issue(room, "ballot", meeting).title == "第四季度联席会议表决票"


def test_a_tally_sheet_has_two_rows_for_every_vote(room):
    meeting = room.convened(room.accepted())
    document = selectors.tally_paper(meeting)
    ((head, first, second),) = tables(document)
    assert head == ["计票人", "发出", "收回", "赞成", "反对", "弃权", "空白", "无效"]
    assert (first[0], second[0], set(first[1:] + second[1:])) == ("甲", "乙", {""})
    assert "一、关于修缮烘干房的议题" in said(document)
    assert issue(room, "tally_sheet", meeting).version == 1


def test_a_meeting_without_a_vote_has_neither(room):
    meeting = room.plan()
    meetings.add_item(actor=room.joint, meeting=meeting, kind="study", title="学习", now=room.now)
    meetings.freeze_agenda(actor=room.joint, meeting=meeting, now=room.now)
    meeting = meetings.convene(actor=room.joint, meeting=meeting, now=room.now)
    for kind in ("ballot", "tally_sheet"):
        with pytest.raises(DomainError, match="议程里有表决事项的"):
            issue(room, kind, meeting)


def effective(room, notice):
    after = room.now + timedelta(days=20)
    resolutions.make_effective(actor=room.joint, resolution=notice.resolution, now=after)
    return PublicNotice.objects.select_related("resolution__body__parent").get(pk=notice.pk)


def test_a_notice_without_objections_took_effect(room):
    notice = published(room)
    with pytest.raises(DomainError, match="公示期满"):
        issue(room, "notice_result", notice)
    notice = effective(room, notice)
    words = said(selectors.notice_result_paper(notice))
    assert "公示期内没有收到异议。" in words
    assert "没有成立的异议，决议自2026年12月14日起生效" in words
    assert notice.resolution.number in words
    assert issue(room, "notice_result", notice).title.endswith("结果报告")


def answered(room, notice, upheld):
    objection = notices.file_objection(actor=System("visitor"), notice=notice, text=WORDS, now=room.now)
    draft = notices.answer_objection(
        actor=room.joint, objection=objection, upheld=upheld, answer="选址经户代表会讨论。", now=room.now
    )
    return notices.confirm_answer(
        actor=room.cast.cadre_chen, objection=draft, drafted_at=draft.drafted_at, now=room.now
    )


def test_what_became_of_an_objection_is_told_and_its_words_are_not(room):
    notice = published(room)
    answered(room, notice, upheld=False)
    notice = effective(room, notice)
    document = selectors.notice_result_paper(notice)
    assert "收到异议1件，其中成立0件、不成立1件" in said(document)
    assert tables(document)[0][1] == ["1", "2026年11月24日", "异议不成立", "2026年11月24日"]
    assert WORDS not in said(document)
    assert "户代表会" not in said(document)


def test_an_upheld_objection_sends_the_resolution_back(room):
    notice = published(room)
    answered(room, notice, upheld=True)
    notice = PublicNotice.objects.select_related("resolution__body__parent").get(pk=notice.pk)
    assert "异议成立，决议退回重新审议" in said(selectors.notice_result_paper(notice))
    assert issue(room, "notice_result", notice).version == 1


def test_a_meetings_folder_holds_what_each_person_may_take_away(room, client, settings, tmp_path):
    """整卷下载: the newest version of everything issued, also of what was decided; nothing of what one may not read."""
    settings.MEDIA_ROOT = tmp_path
    notice = published(room)
    meeting = notice.resolution.poll.item.meeting
    address = reverse("meeting-folder", args=[meeting.pk])
    with time_machine.travel(room.now, tick=False):
        client.force_login(room.joint)
        assert (client.get(address).status_code, "还没有生成过文书" in client.get(address).text) == (409, True)
        for kind, subject in (
            ("meeting_notice", meeting),
            ("ballot", meeting),
            ("resolution", notice.resolution),
            ("public_notice", notice),
        ):
            issue(room, kind, subject)
        names = {who: packed(client, who, address) for who in (room.joint, room.daxing, room.cast.district_zhao)}
        client.force_login(room.cast.secretary_sun)
        assert client.get(address).status_code == 404
    whole = ["会议通知", "表决票", "决议", "公示"]
    assert names[room.joint] == names[room.daxing] == whole
    assert names[room.cast.district_zhao] == whole[2:], "not invited: nothing with names and telephones"


def packed(client, person, address) -> list[str]:
    client.force_login(person)
    answer = client.get(address)
    assert answer["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as bundle:
        assert bundle.testzip() is None
        return [name.split("_")[1] for name in bundle.namelist()]
