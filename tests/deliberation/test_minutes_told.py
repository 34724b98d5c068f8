"""Who is reminded of minutes that wait, and who hears of which step."""

from datetime import timedelta

import pytest

from deliberation.models import Minutes
from deliberation.selectors import reminders as due
from deliberation.services import amendments, minutes
from kit import facts
from oversight import selectors as oversight
from tests.deliberation.conftest import NOW
from tests.deliberation.test_minutes import OVER, asked_by, held, sent

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def row(room) -> Minutes:
    return sent(room, held(room))


def to_agree() -> set[str]:
    return {seat.person.name for seat in due.minutes_to_agree(NOW.date()).select_related("person")}


def test_whoever_was_there_is_reminded_until_they_agreed_or_wait_for_an_answer(room, row):
    """Not the clerk, not the chair, not 田守成, who stayed away."""
    assert to_agree() == {"李顺", "谢春梅", "何兴农"}
    amendments.agree(actor=room.cast.secretary_li, minutes=row, edition=1, now=NOW)
    amendment = asked_by(room, row)
    assert to_agree() == {"何兴农"}
    (waiting,) = due.amendments_to_answer(NOW.date())
    assert (waiting.remind_by, waiting.remind_key) == (row.confirm_by_on, row.meeting_id)
    amendments.take_in(actor=room.deputy, minutes=row, amendment=amendment, text="改过。", revision=1, now=NOW)
    assert to_agree() == {"李顺", "谢春梅", "何兴农"}, "there is another edition"
    assert not due.amendments_to_answer(NOW.date()).exists()


def test_the_chair_is_reminded_when_the_time_is_over_and_nothing_waits(room, row):
    over = OVER.date()
    assert not due.minutes_to_confirm(over - timedelta(days=1)).exists()
    assert [each.pk for each in due.minutes_to_confirm(over)] == [row.pk]
    amendment = asked_by(room, row)
    assert not due.minutes_to_confirm(over).exists()
    amendments.decline(actor=room.deputy, minutes=row, amendment=amendment, reason="会上是这样说的。", now=NOW)
    minutes.confirm_minutes(actor=room.joint, minutes=row, edition=1, now=OVER)
    assert not due.minutes_to_confirm(over).exists()
    assert to_agree() == set()


def heard(person) -> list[str]:
    facts.deliver_pending(now=NOW)
    told = oversight.notifications(person).filter(page="minutes")
    return sorted(told.values_list("heading", flat=True))


def test_each_step_is_heard_by_those_concerned(room, row):
    amendment = asked_by(room, row)
    assert heard(room.deputy) == ["提出修改意见"]
    amendments.decline(actor=room.deputy, minutes=row, amendment=amendment, reason="会上是这样说的。", now=NOW)
    assert heard(room.daxing) == ["不采纳修改意见", "会议记录送确认"]
    assert heard(room.cast.secretary_li) == ["会议记录送确认"]
    minutes.confirm_minutes(actor=room.joint, minutes=row, edition=1, now=OVER)
    minutes.correct_minutes(
        actor=room.deputy, minutes=row, item=row.meeting.items.get(), text="更正。", reason="笔误", now=OVER
    )
    assert heard(room.cast.secretary_li) == ["会议记录送确认", "更正会议记录", "确认会议记录"]
    assert heard(room.adviser) == [], "was not there"
