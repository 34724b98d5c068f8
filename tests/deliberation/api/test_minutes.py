"""Minutes through the API: what a stale save and foreign ids get, and what each of the readers may do next."""

from datetime import timedelta

import pytest

from deliberation.models import Minutes
from tests.deliberation.test_minutes import TEXT, asked_by, held, noted, sent


@pytest.fixture
def row(room) -> Minutes:
    return held(room)


def offered(caller, row) -> list[str]:
    return [each["verb"] for each in caller.get(f"/minutes/{row.pk}/").json()["actions"]]


def test_a_stale_save_is_a_conflict_with_a_sentence_and_overwrites_nothing(room, row, api):
    item, clerk = row.meeting.items.get(), api(room.deputy)
    note = {"agenda_item": item.pk, "text": TEXT, "revision": 0}
    shown = clerk.post(f"/minutes/{row.pk}/note/", note).json()
    assert [(each["revision"], each["text"]) for each in shown["notes"]] == [(1, TEXT)]
    refused = clerk.post(f"/minutes/{row.pk}/note/", note | {"text": "晚到的。"})
    problem = refused.json()
    assert (refused.status_code, problem["code"]) == (409, "stale_note")
    assert "马福生已经存了第1次修订，您改的是第0次，没有覆盖" in problem["detail"]
    assert clerk.get(f"/minutes/{row.pk}/").json()["notes"][0]["text"] == TEXT


def test_an_item_or_an_amendment_of_another_meeting_is_refused(room, row, api):
    noted(room, row)
    other = sent(room, held(room, title="关于修桥的议题"))
    asked_by(room, other)
    foreign = other.amendments.get()
    clerk = api(room.deputy)
    answer = clerk.post(
        f"/minutes/{row.pk}/note/", {"agenda_item": other.meeting.items.get().pk, "text": "改。", "revision": 0}
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "other_meeting")
    out = clerk.post(f"/minutes/{row.pk}/send/", {})
    assert out.status_code == 200, out.text
    asked_by(room, Minutes.objects.get(pk=row.pk))
    answer = clerk.post(f"/minutes/{row.pk}/decline/", {"amendment": foreign.pk, "reason": "不改"})
    assert (answer.status_code, answer.json()["code"]) == (422, "other_meeting")
    foreign.refresh_from_db()
    assert foreign.state == "open"


@pytest.mark.parametrize(
    "body, field",
    [
        ({"text": "", "revision": 0}, "text"),
        ({"text": "改。"}, "revision"),
        ({"text": "改。", "revision": -1}, "revision"),
        ({"text": "改。", "revision": "0"}, "revision"),
        ({"text": "长" * 8001, "revision": 0}, "text"),
    ],
)
def test_a_malformed_note_is_refused_at_its_field(room, row, api, body, field):
    answer = api(room.deputy).post(f"/minutes/{row.pk}/note/", {"agenda_item": row.meeting.items.get().pk, **body})
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [field]


def test_each_reader_is_offered_the_own_steps(room, row, api, clock):
    assert offered(api(room.deputy), row) == ["note"], "an item has no note yet"
    sent(room, row)
    assert offered(api(room.deputy), row) == ["recall"]
    assert offered(api(room.daxing), row) == ["agree", "amend"]
    assert offered(api(room.joint), row) == ["recall", "amend"], "the chair confirms when the time is over"
    clock.move_to(room.now + timedelta(days=8))
    assert "confirm" in offered(api(room.joint), row)
    assert api(room.daxing).get(f"/timeline/?subject=deliberation.minutes:{row.pk}").status_code == 200
    assert api(room.cast.district_zhao).get(f"/timeline/?subject=deliberation.minutes:{row.pk}").status_code == 404
