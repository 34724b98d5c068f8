"""文书 in the admin: an act issues the Word paper as the row stands, the row lists it, the file is taken away there."""

import pytest

from deliberation.models import Paper, PublicNotice
from tests.deliberation.test_resolutions import published


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def test_the_desk_issues_and_takes_away_the_papers_of_a_meeting(visit, room, at_noon):
    meeting, clerk = room.convened(room.accepted()), visit(room.cast.cadre_chen)
    for act in ("paper-meeting-notice", "paper-sign-in-sheet"):
        assert clerk.do("deliberation.meeting", meeting, act).status_code == 302
    page = clerk.open("deliberation.meeting", meeting).content.decode()
    for paper in Paper.objects.all():
        assert f"/files/{paper.file_id}/" in page
        answer = clerk.client.get(f"/files/{paper.file_id}/")
        assert b"".join(answer.streaming_content if answer.streaming else [answer.content]).startswith(b"PK")
    assert {paper.kind for paper in Paper.objects.all()} == {"meeting_notice", "sign_in_sheet"}
    # Names and the contact's telephone: for those invited and for the desk.
    reader = visit(room.cast.entrepreneur_he)
    assert meeting.attendances.filter(person=room.cast.entrepreneur_he).exists()
    assert "第 1 版" in reader.open("deliberation.meeting", meeting).content.decode()
    meeting.attendances.filter(person=room.cast.entrepreneur_he).delete()
    assert "第 1 版" not in visit(room.cast.entrepreneur_he).open("deliberation.meeting", meeting).content.decode()


def test_a_paper_is_offered_only_when_the_row_is_ready_for_it(visit, room, at_noon):
    clerk, meeting = visit(room.cast.cadre_chen), room.plan()
    offered = {act.name for act, _ in clerk.open("deliberation.meeting", meeting).context["acts"]}
    assert "paper-meeting-notice" not in offered
    assert clerk.do("deliberation.meeting", meeting, "paper-meeting-notice").status_code == 409
    assert not Paper.objects.exists()


def test_resolution_and_notice_have_their_papers(visit, room, at_noon):
    notice, clerk = published(room), visit(room.cast.cadre_chen)
    assert clerk.do("deliberation.resolution", notice.resolution, "paper-resolution").status_code == 302
    assert clerk.do("deliberation.publicnotice", notice, "paper-public-notice").status_code == 302
    assert [paper.kind for paper in Paper.objects.order_by("kind")] == ["public_notice", "resolution"]
    assert "下载 Word" in clerk.open("deliberation.publicnotice", PublicNotice.objects.get()).content.decode()
    assert (
        visit(room.cast.secretary_li).do("deliberation.resolution", notice.resolution, "paper-resolution").status_code
        == 403
    )
