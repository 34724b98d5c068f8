"""What follows the confirmation of minutes: the meeting is filed, and the signed sheet is kept with its hash."""

import hashlib
from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from deliberation import selectors
from deliberation.models import Meeting, Minutes, Resolution
from deliberation.services import minutes, resolutions
from kit.calendar import Quarter
from kit.errors import Forbidden, RuleBroken
from tests.deliberation.conftest import NOW
from tests.deliberation.test_minutes import OVER, confirmed, held
from tests.deliberation.test_resolutions import refused

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def ended(room) -> Minutes:
    return held(room)


# --- filing -----------------------------------------------------------------------------------------------------------


def test_a_meeting_is_filed_with_its_resolution_or_a_reason(room, ended):
    with refused("illegal_move"):
        minutes.archive_meeting(actor=room.deputy, minutes=ended, now=NOW)
    row = confirmed(room, ended)
    with pytest.raises(
        RuleBroken, match="还没有形成决议：“关于修缮烘干房的议题”", check=lambda e: "reason" in e.errors
    ):
        minutes.archive_meeting(actor=room.deputy, minutes=row, now=OVER)
    assert Meeting.objects.get(pk=row.meeting_id).state == "minutes_confirmed"
    motion = row.meeting.items.get().motion
    resolutions.form_resolution(
        actor=room.joint, motion=motion, title="修缮烘干房", text="由明月村负责。", scope="none", now=OVER
    )
    done = minutes.archive_meeting(actor=room.deputy, minutes=row, reason="不用写", now=OVER)
    assert (Meeting.objects.get(pk=row.meeting_id).state, done.archive_reason) == ("archived", "")
    with refused("illegal_move"):
        minutes.archive_meeting(actor=room.deputy, minutes=row, now=OVER)


def test_or_with_the_reason_why_there_is_none(room, ended):
    row = confirmed(room, ended)
    with pytest.raises(Forbidden):
        minutes.archive_meeting(actor=room.daxing, minutes=row, reason="撤回", now=OVER)
    done = minutes.archive_meeting(actor=room.deputy, minutes=row, reason="并入县级项目，不另行决议。", now=OVER)
    assert done.archive_reason == "并入县级项目，不另行决议。"
    assert Resolution.objects.count() == 0
    # What is wrong is still put right beneath.
    minutes.correct_minutes(
        actor=room.joint, minutes=row, item=row.meeting.items.get(), text="更正。", reason="笔误", now=OVER
    )


def test_a_filed_meeting_still_counts_for_its_quarter(room, ended):
    row = confirmed(room, ended)
    minutes.archive_meeting(actor=room.deputy, minutes=row, reason="不另行决议。", now=OVER)
    home = selectors.meeting_home(room.daxing, row.meeting_id)
    assert (home.present, home.meeting.state) == (5, "archived")
    (body,) = selectors.bodies_in_quarter(Quarter.parse(row.meeting.quarter)).filter(pk=room.body.pk)
    assert body.conference == row.meeting_id


# --- the signed copy --------------------------------------------------------------------------------------------------

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"


def scanned(room, row, *, data=PDF, name="会议记录签字.pdf", signed_on=None, by=None):
    return minutes.register_signed_copy(
        actor=by or room.deputy,
        minutes=row,
        file=SimpleUploadedFile(name, data),
        signed_on=signed_on or OVER.date(),
        now=OVER,
    )


def test_a_signed_copy_is_kept_with_its_hash_for_readers_of_the_minutes(room, ended, media, client):
    with refused("not_confirmed"):
        scanned(room, ended)
    row = confirmed(room, ended)
    copy = scanned(room, row)
    assert copy.sha256 == copy.file.sha256 == hashlib.sha256(PDF).hexdigest()
    address, seen = reverse("file", args=[copy.file_id]), {}
    for who in (room.daxing, room.cast.cadre_chen, room.adviser, room.cast.district_zhao, room.cast.secretary_sun):
        client.force_login(who)
        answer = client.get(address)
        seen[who.name] = answer.status_code
        if answer.streaming:
            assert b"".join(answer.streaming_content) == PDF
    assert list(seen.values()) == [200, 200, 404, 404, 404]
    with time_machine.travel(OVER, tick=False):
        client.force_login(room.daxing)
        assert copy.sha256 in client.get(reverse("minutes", args=[row.meeting_id])).text


@pytest.mark.parametrize(
    "values, field, said",
    [
        ({"data": b"", "name": "a.pdf"}, "file", "文件是空的"),
        ({"data": b"MZ\x90", "name": "a.pdf"}, "file", "不能上传程序文件"),
        ({"data": "签字".encode(), "name": "a.txt"}, "file", "只收 PDF 和 JPG、PNG"),
        ({"signed_on": NOW.date() - timedelta(days=1)}, "signed_on", "签字日期须在"),
        ({"signed_on": OVER.date() + timedelta(days=1)}, "signed_on", "签字日期须在"),
    ],
)
def test_what_is_no_signed_copy_is_refused_at_its_field(room, ended, media, values, field, said):
    row = confirmed(room, ended)
    with pytest.raises(RuleBroken) as refusal:
        scanned(room, row, **values)
    assert said in refusal.value.errors[field][0]
    assert row.copies.count() == 0
