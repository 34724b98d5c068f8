"""Two devices save the note of one item over the revision both have read: one save stands, the other keeps its text.

With the comparison off the later save stands on top of the earlier without a word; with the lock off as well, the
unique revision is the database's last word, and off too it leaves two revisions of one number.
"""

import pytest

from deliberation import selectors
from deliberation.models import Meeting, Minutes, MinutesNote
from deliberation.services import _minutes, amendments, minutes, polls, sittings
from tests.cast import make_cast
from tests.deliberation.conftest import make_room
from tests.deliberation.test_minutes import OVER
from tests.races.crowd import ROUNDS, Crossing, counted, rush

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]

DEVICES = 4


@pytest.fixture
def room():
    return make_room(make_cast())


@pytest.fixture
def item(room):
    return room.sitting(room.accepted()).items.get()


def written(room, item, device: int, revision: int):
    """A save by the clerk or, from every other device, by the chair."""
    actor = room.joint if device % 2 else room.deputy
    row = Minutes.objects.get(meeting=item.meeting_id)
    return lambda: minutes.write_note(
        actor=actor, minutes=row, item=item, text=f"第{device}台第{revision}回写的。", revision=revision, now=room.now
    )


def together(room, item, revision: int) -> list[str]:
    return rush([written(room, item, device, revision) for device in range(DEVICES)])


def test_of_saves_at_one_moment_one_stands_and_the_others_are_told(room, item):
    for revision in range(ROUNDS):
        outcomes = together(room, item, revision)
        assert counted(outcomes) == {"done": 1, "stale_note": DEVICES - 1}
        stands = selectors.newest_note(item)
        assert (stands.revision, stands.text) == (revision + 1, f"第{outcomes.index('done')}台第{revision}回写的。")
    assert MinutesNote.objects.filter(item=item).count() == ROUNDS


def test_control_without_the_comparison_the_last_save_covers_the_others(room, item, monkeypatch):
    monkeypatch.setattr(_minutes, "refuse_stale", lambda item, last, revision: None)
    outcomes = together(room, item, 0)
    assert outcomes == ["done"] * DEVICES, "nobody hears that somebody else had saved"
    assert selectors.newest_note(item).revision == DEVICES


def test_control_without_the_lock_the_database_has_the_last_word(room, item, monkeypatch):
    """Everybody has read that there is no note yet; the unique revision takes one and refuses the others."""
    cross, newest = Crossing(DEVICES), selectors.newest_note

    def looked(item):
        found = newest(item)
        cross()
        return found

    def unlocked(meeting_id, *, numbers=False):
        return Meeting.objects.select_related("body", "chair").get(pk=meeting_id)

    monkeypatch.setattr(_minutes, "locked_meeting", unlocked)
    monkeypatch.setattr(_minutes.selectors, "newest_note", looked)
    assert counted(together(room, item, 0)) == {"done": 1, "stale_note": DEVICES - 1}
    assert MinutesNote.objects.filter(item=item).count() == 1


def sent(room, item) -> Minutes:
    """The minutes of that meeting, over and out."""
    written(room, item, 0, 0)()
    item = sittings.open_item(actor=room.joint, item=item, now=room.now)
    sittings.confirm_discussed(actor=room.joint, item=item, now=room.now)
    poll = polls.open_poll(actor=room.joint, item=item, method="recorded", now=room.now)
    polls.close_poll(actor=room.joint, poll=poll, now=room.now)
    sittings.end_meeting(actor=room.joint, meeting=item.meeting, now=item.meeting.starts_at)
    row = Minutes.objects.get(meeting=item.meeting_id)
    return minutes.send_minutes(actor=room.deputy, minutes=row, now=room.now)


def test_the_chair_confirms_while_an_amendment_is_taken_in(room, item):
    """One of the two: never minutes confirmed with words that the chair has not read."""
    row = sent(room, item)
    asked = amendments.ask_amendment(actor=room.daxing, minutes=row, item=item, text="改。", now=room.now)
    outcomes = rush(
        [
            lambda: minutes.confirm_minutes(actor=room.joint, minutes=row, edition=1, now=OVER),
            lambda: amendments.take_in(
                actor=room.deputy, minutes=row, amendment=asked, text="改过。", revision=1, now=room.now
            ),
        ]
    )
    assert outcomes[1] == "done"
    assert outcomes[0] in ("amendments_open", "minutes_changed")
    row.refresh_from_db()
    assert (row.state, row.edition) == ("circulated", 2)
