"""F-29: versions of papers, their right moment, who issues and who takes them away, two at once."""

import hashlib
import io
import threading
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.urls import reverse
from docx import Document as read

from deliberation import selectors
from deliberation.models import Paper, PublicNotice, Resolution
from deliberation.services import meetings, notices, papers, resolutions
from kit import facts
from kit.errors import DomainError, Forbidden, Hidden
from kit.files.storing import location
from kit.ids import new_id
from kit.models import Fact
from tests.deliberation.conftest import NOW
from tests.deliberation.test_resolutions import published


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"


def issue(room, kind, subject, actor=None, now=None) -> Paper:
    return papers.issue_paper(actor=actor or room.joint, kind=kind, subject=subject, now=now or room.now)


def content(paper: Paper) -> bytes:
    return location(paper.sha256).read_bytes()


def taken(client, path) -> int:
    answer = client.get(path)
    assert not answer.streaming or b"".join(answer.streaming_content)
    return answer.status_code


def test_the_same_content_is_the_same_version(room):
    meeting = room.convened(room.accepted())
    first = issue(room, "meeting_notice", meeting)
    again = issue(room, "meeting_notice", meeting, actor=room.deputy, now=room.now + timedelta(days=2))
    assert (again.pk, first.version) == (first.pk, 1)
    assert Paper.objects.count() == 1
    assert facts.trail(meeting).filter(event="deliberation.paper.issued").count() == 1
    assert hashlib.sha256(content(first)).hexdigest() == first.sha256


def test_new_content_is_a_new_version_and_the_old_one_stays(room):
    meeting = room.convened(room.accepted())
    first = issue(room, "meeting_notice", meeting)
    meetings.add_item(actor=room.joint, meeting=meeting, kind="briefing", title="通报防火", now=room.now)
    second = issue(room, "meeting_notice", meeting)
    assert (second.version, second.sha256 == first.sha256) == (2, False)
    assert "通报防火（后加）" not in read(io.BytesIO(content(first))).element.xml
    assert "通报防火（后加）" in read(io.BytesIO(content(second))).element.xml
    (shown,) = [each for each in selectors.shelf(room.joint, meeting) if each.kind == "meeting_notice"]
    assert shown.latest == second


def test_each_kind_counts_for_itself_and_is_named_for_the_cabinet(room):
    meeting = room.convened(room.accepted())
    kinds = ("meeting_notice", "sign_in_sheet")
    assert [issue(room, kind, meeting).version for kind in kinds] == [1, 1]
    names = [each.file.name for each in Paper.objects.order_by("pk")]
    body = room.body.name
    assert names == [f"{body}_会议通知_20261124_第1版.docx", f"{body}_签到表_20261201_第1版.docx"]


def test_the_fact_names_nobody(room):
    issue(room, "sign_in_sheet", room.convened(room.accepted()))
    fact = Fact.objects.get(event="deliberation.paper.issued")
    assert set(fact.details) == {"kind", "version", "sha256"}


# --- the right moment ------------------------------------------------------------------------------------------------


def refused(code="no_such_paper"):
    return pytest.raises(DomainError, check=lambda error: error.code == code)


@pytest.mark.parametrize("kind", ["meeting_notice", "sign_in_sheet"])
def test_no_notice_before_it_was_sent_or_after_the_meeting_was_put_off(room, kind):
    meeting = room.plan()
    with refused():
        issue(room, kind, meeting)
    meeting = room.convened(room.accepted())
    later = meeting.starts_at + timedelta(days=7)
    meetings.postpone(actor=room.joint, meeting=meeting, reason="防汛", starts_at=later, now=room.now)
    with refused():
        issue(room, kind, meeting)
    assert Paper.objects.count() == 0


def test_no_paper_of_a_notice_taken_down_or_a_resolution_ended(room):
    notice = published(room)
    notices.take_down_notice(actor=room.cast.cadre_chen, notice=notice, reason="有误", now=room.now)
    with refused():
        issue(room, "public_notice", notice)
    resolution = notice.resolution
    issue(room, "resolution", resolution)
    resolutions.terminate_resolution(actor=room.joint, resolution=resolution, reason="情况变化", now=room.now)
    with refused():
        issue(room, "resolution", resolution)
    (left,) = selectors.shelf(room.joint, Resolution.objects.get(pk=resolution.pk))
    assert (left.may_issue, left.latest.version) == (False, 1), "what was filed stays to be taken away"


def test_a_paper_is_only_of_its_own_kind_of_subject(room):
    meeting = room.convened(room.accepted())
    with refused():
        issue(room, "resolution", meeting)


# --- who -------------------------------------------------------------------------------------------------------------


def test_only_the_desk_of_the_body_issues(room):
    meeting = room.convened(room.accepted())
    assert issue(room, "meeting_notice", meeting, actor=room.cast.cadre_chen).version == 1
    with pytest.raises(Forbidden):
        issue(room, "sign_in_sheet", meeting, actor=room.daxing)
    with pytest.raises(Hidden):
        issue(room, "sign_in_sheet", meeting, actor=room.cast.secretary_sun)


def test_who_takes_a_papers_file_away(room, client):
    """The names and the telephone of a meeting for the invited and the desk alone; a resolution for its readers."""
    notice = published(room)
    meeting = notice.resolution.poll.item.meeting
    paths = {
        kind: reverse("file", args=[issue(room, kind, subject).file_id])
        for kind, subject in (
            ("meeting_notice", meeting),
            ("resolution", notice.resolution),
            ("public_notice", PublicNotice.objects.get(pk=notice.pk)),
        )
    }
    seen = {}
    for who in (room.daxing, room.cast.cadre_chen, room.cast.district_zhao, room.cast.secretary_sun):
        client.force_login(who)
        seen[who.name] = [taken(client, path) for path in paths.values()]
    client.logout()
    seen["—"] = [taken(client, path) for path in paths.values()]
    assert seen == {
        room.daxing.name: [200, 200, 200],
        room.cast.cadre_chen.name: [200, 200, 200],
        room.cast.district_zhao.name: [404, 200, 200],
        room.cast.secretary_sun.name: [404, 404, 404],
        "—": [302, 302, 302],
    }


def test_the_file_goes_out_as_an_attachment_named_in_chinese(room, client):
    paper = issue(room, "sign_in_sheet", room.convened(room.accepted()))
    client.force_login(room.joint)
    answer = client.get(reverse("file", args=[paper.file_id]))
    assert answer["Content-Disposition"].startswith("attachment;")
    assert "wordprocessingml" in answer["Content-Type"]
    assert b"".join(answer.streaming_content) == content(paper)


# --- the page --------------------------------------------------------------------------------------------------------


def press(client, kind, subject, key=None):
    return client.post(reverse("paper", args=[kind, subject.pk]), {"form_key": key or str(new_id())})


def test_one_press_issues_and_hands_over(room, client):
    with time_machine.travel(NOW, tick=False):
        meeting = room.convened(room.accepted())
        client.force_login(room.joint)
        page = client.get(reverse("meeting", args=[meeting.pk])).text
        assert page.count("下载 Word") == 4
        assert "还没有生成过" in page
        answer = press(client, "meeting_notice", meeting)
        paper = Paper.objects.get()
        assert answer.headers["Location"] == reverse("file", args=[paper.file_id])
        assert taken(client, answer.headers["Location"]) == 200
        assert paper.sha256 in client.get(reverse("meeting", args=[meeting.pk])).text


def test_who_only_reads_sees_the_newest_version_and_no_button(room, client):
    with time_machine.travel(NOW, tick=False):
        meeting = room.convened(room.accepted())
        client.force_login(room.daxing)
        assert "下载 Word" not in client.get(reverse("meeting", args=[meeting.pk])).text
        assert press(client, "meeting_notice", meeting).status_code == 403
        paper = issue(room, "meeting_notice", meeting)
        page = client.get(reverse("meeting", args=[meeting.pk])).text
        assert reverse("file", args=[paper.file_id]) in page
        assert reverse("paper", args=["meeting_notice", meeting.pk]) not in page


def test_the_resolution_page_offers_resolution_and_notice(room, client):
    with time_machine.travel(NOW, tick=False):
        notice = published(room)
        client.force_login(room.joint)
        page = client.get(reverse("resolution", args=[notice.resolution_id])).text
        assert reverse("paper", args=["resolution", notice.resolution_id]) in page
        assert reverse("paper", args=["public_notice", notice.pk]) in page
        assert press(client, "public_notice", notice).status_code == 302
        assert press(client, "no-such-kind", notice).status_code == 404


def test_before_its_moment_the_page_says_why(room, client):
    with time_machine.travel(NOW, tick=False):
        meeting = room.plan()
        client.force_login(room.joint)
        answer = press(client, "meeting_notice", meeting)
        assert answer.status_code == 409
        assert "发出通知以后，才有会议通知和签到表。" in answer.text


# --- two at once -----------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_at_once_make_one_version(room):
    meeting, found = room.convened(room.accepted()), []
    both = threading.Barrier(2, timeout=20)

    def press_too(actor):
        try:
            both.wait()
            found.append(issue(room, "meeting_notice", meeting, actor=actor).version)
        finally:
            connection.close()

    threads = [threading.Thread(target=press_too, args=[each]) for each in (room.joint, room.deputy)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(30)
    assert found == [1, 1]
    assert Paper.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_control_without_the_lock_two_at_once_meet_in_the_database(room, monkeypatch):
    """Control of the test above: both compute version 1, and the unique version refuses the second."""
    meeting, found = room.convened(room.accepted()), []
    both = threading.Barrier(2, timeout=20)
    real = selectors.latest_paper

    def looked(kind, subject):
        last = real(kind, subject)
        both.wait()
        return last

    monkeypatch.setattr(papers, "_locked", lambda subject: subject)
    monkeypatch.setattr(papers.selectors, "latest_paper", looked)

    def press_too(actor):
        try:
            issue(room, "meeting_notice", meeting, actor=actor)
            found.append("made")
        except Exception as error:
            found.append(type(error).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=press_too, args=[each]) for each in (room.joint, room.deputy)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(30)
    assert sorted(found) != ["made", "made"]
    assert Paper.objects.count() == 1
