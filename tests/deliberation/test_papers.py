"""F-29: what stands in notice, sign-in sheet, resolution and public notice, and what never does."""

import io
import re
from datetime import timedelta

from docx import Document as read

from deliberation import rules, selectors
from deliberation.choices import Capacity
from deliberation.models import Attendance, Meeting
from deliberation.services import meetings, notices, sittings, tasks
from kit import documents
from tests.deliberation.conftest import NOW
from tests.deliberation.test_resolutions import formed
from tests.factories import PersonFactory
from tests.office import converted, pages_of, text_of


def said(document) -> str:
    """Everything that stands in the file, its tables too."""
    opened = read(io.BytesIO(documents.write(document)))
    cells = [cell.text for table in opened.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(each.text for each in opened.paragraphs), *cells])


def tables(document) -> list[list[list[str]]]:
    opened = read(io.BytesIO(documents.write(document)))
    return [[[cell.text for cell in row.cells] for row in table.rows] for table in opened.tables]


def test_a_meeting_notice_has_its_fields(room):
    room.deputy.work_phone = "13900000021"
    room.deputy.save(update_fields=["work_phone"])
    meeting = room.plan(online_number="腾讯会议 123 456 789", requirements="请提前十分钟到会。\n请带材料。")
    meetings.add_item(
        actor=room.joint,
        meeting=meeting,
        kind="vote",
        motion=room.accepted(),
        reporter="李顺",
        minutes_allotted=20,
        now=room.now,
    )
    meetings.freeze_agenda(actor=room.joint, meeting=meeting, now=room.now)
    meeting = meetings.convene(actor=room.joint, meeting=meeting, now=room.now)
    document = selectors.meeting_notice_paper(meeting)
    words = said(document)
    for field in (
        "关于召开第四季度联席会议的通知",
        "明月村党支部",
        "经研究，定于2026年12月1日召开第四季度联席会议",
        "一、会议时间\n2026年12月1日（星期二）09:00。",
        "二、会议地点\n明月村活动阵地。\n线上会议号：腾讯会议 123 456 789。",
        "三、会议议题",
        "四、参会人员\n出席",
        "冯远",
        "列席1人：田守成",
        "五、有关要求\n请提前十分钟到会。\n请带材料。",
        "六、联系人\n马福生，电话：13900000021。",
        "附件：会议回执",
        "2026年11月24日",
    ):
        assert field in words, field
    agenda, slip = tables(document)
    assert agenda == [
        ["序号", "议题", "汇报单位", "汇报人", "时长"],
        ["1", "关于修缮烘干房的议题", "明月村党支部", "李顺", "20分钟"],
    ]
    assert [row[0] for row in slip] == [
        *("会议名称", "会议时间", "单位", "姓名", "职务", "能否参加", "请假原因", "填写日期")
    ]


def test_an_ad_hoc_notice_says_why(room):
    meeting = room.plan(days=1, ad_hoc_reason="防汛抢险")
    meetings.add_item(actor=room.joint, meeting=meeting, kind="study", title="学习", now=room.now)
    meetings.freeze_agenda(actor=room.joint, meeting=meeting, now=room.now)
    meeting = meetings.convene(actor=room.joint, meeting=meeting, now=room.now)
    assert "因防汛抢险，定于2026年11月25日临时召开第四季度联席会议" in said(selectors.meeting_notice_paper(meeting))


def test_a_sign_in_sheet_is_blank_before_and_counted_after_the_meeting(room):
    meeting = room.sitting(room.accepted(), absent=[room.daxing])
    before = said(selectors.sign_in_sheet(meeting))
    voting = meeting.attendances.filter(capacity=Capacity.VOTING).count()
    assert f"应到{voting}人　实到＿＿＿人　请假＿＿＿人　缺席＿＿＿人　列席＿＿＿人" in before
    item = meeting.items.get()
    sittings.defer_item(actor=room.joint, item=item, reason="改日", now=meeting.starts_at)
    ended = sittings.end_meeting(actor=room.joint, meeting=meeting, now=meeting.starts_at + timedelta(hours=1))
    document = selectors.sign_in_sheet(Meeting.objects.get(pk=ended.pk))
    assert f"应到{voting}人　实到{voting - 1}人　请假0人　缺席1人　列席1人" in said(document)
    (sheet,) = tables(document)
    assert sheet[0] == ["序号", "姓名", "单位", "职务", "身份", "签名", "时间", "备注"]
    by_name = {row[1]: row for row in sheet[1:]}
    assert by_name["冯远"][4:] == ["出席", "", "09:00", ""]
    assert by_name["谢春梅"][4:] == ["出席", "", "", "缺席"]
    assert by_name["田守成"][4] == "列席"
    assert list(by_name)[-1] == "田守成", "those who only observe stand last"


def test_a_resolution_has_its_fields(room):
    resolution = formed(room)
    tasks.assign_task(
        actor=room.joint,
        resolution=resolution,
        title="修缮烘干房",
        due_on=(NOW + timedelta(days=30)).date(),
        owner=room.cast.mingyue,
        now=room.now,
    )
    document = selectors.resolution_paper(resolution)
    words = said(document)
    for field in (
        "关于修缮烘干房的决议",
        "联村〔2026〕1号",
        "（2026年12月1日第四季度联席会议通过）",
        "一、决议依据\n本议题由明月村党支部提出，经会议充分讨论，按《",
        "二、决议事项\n由明月村负责修缮。",
        "三、表决情况\n采用记名投票方式。按《",
        resolution.poll.sentence,
        "四、执行主体和时限",
        "五、监督\n由联村党组织书记、副书记核对办理情况，明月村党支部作为提出单位确认结果",
        "六、附条件\n本决议按“社会公开”的范围公示",
    ):
        assert field in words, field
    assert tables(document) == [
        [["序号", "任务", "牵头单位", "完成时限"], ["1", "修缮烘干房", "明月村党支部", "2026年12月24日"]]
    ]
    assert not [name for name in ("冯远", "马福生", "谢春梅") if name in words], "no vote and no person is named"


def test_a_public_notice_says_only_what_was_reviewed(room):
    resolution = formed(room)
    notice = notices.publish_notice(
        actor=room.cast.cadre_chen,
        resolution=resolution,
        title="关于修缮烘干房的公示",
        text="烘干房由明月村修缮。\n今年完成。",
        now=room.now,
    )
    document = selectors.public_notice_paper(notice)
    words = said(document)
    for field in (
        "关于修缮烘干房的公示",
        "决议（联村〔2026〕1号）",
        "二、公示期限\n2026年11月24日至11月30日，共7天（含起止日）。",
        "三、反映渠道\n1.在联村系统公开栏的本公示下提出",
        f"2.向{resolution.body.parent.name}反映",
        "四、说明\n",
        "10个工作日内答复",
        rules.notice_digest(notice.title, notice.text, notice.from_on, notice.to_on),
    ):
        assert field in words, field
    (facts_of_it,) = tables(document)
    assert facts_of_it[-2] == ["具体内容", "烘干房由明月村修缮。\n今年完成。"]
    motion, meeting = resolution.motion, resolution.poll.item.meeting
    unreviewed = [resolution.title, resolution.text, motion.title, motion.text, meeting.title, meeting.place_text]
    unreviewed += [each.person.name for each in meeting.attendances.select_related("person")]
    unreviewed += [resolution.poll.sentence, "赞成"]
    assert [each for each in unreviewed if each in words] == []


def test_60_people_and_long_names_stay_on_their_sheets(room, tmp_path):
    meeting = room.convened(room.accepted())
    Attendance.objects.bulk_create(
        Attendance(
            meeting=meeting,
            person=PersonFactory(name=f"欧阳{'阿卜杜拉' * (number % 4)}{number}", organization=room.cast.mingyue),
            unit=room.cast.mingyue,
            post="曾口三产融合发展片区联合党委办公室负责人",
            capacity=Capacity.OBSERVING,
        )
        for number in range(55)
    )
    many = meeting.attendances.count()
    assert many >= 59
    words = said(selectors.meeting_notice_paper(meeting))
    assert "（明月村党支部）" not in words, "of many only the names"
    (sheet,) = tables(selectors.sign_in_sheet(meeting))
    assert [row[0] for row in sheet[1:]] == [str(number) for number in range(1, many + 1)]
    pdf = converted(documents.write(selectors.sign_in_sheet(meeting)), tmp_path)
    shown = text_of(pdf)
    assert shown.count("签名") == pages_of(pdf) > 2, "the head of the table stands on every page"
    assert len(re.findall(r"—\s?\d+\s?—", shown)) == pages_of(pdf)
