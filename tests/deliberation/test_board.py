"""公开栏: what anybody reads without a login, and an objection from there under nobody's name (F-28, F-57)."""

import hashlib
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from deliberation import selectors
from deliberation.models import Motion, Objection, Resolution
from deliberation.services import notices, resolutions
from kit import facts, throttling, tickets
from kit.ids import new_id
from kit.models import AuditEvent, IdempotencyRecord, ThrottleWindow
from kit.visitors import ANYBODY, TRAP
from orgs.models import Person
from tests.deliberation.conftest import NOW
from tests.deliberation.test_resolutions import SWEEP, answered, formed

TITLE = "关于烘干房修缮的公示"
TEXT = "烘干房由明月村牵头修缮，\n十二月底前完工。"
WORDS = "选址没有和三社的住户商量过，请重新商量。"


def published(room, scope="public", day=NOW, **changes):
    return notices.publish_notice(
        actor=room.cast.cadre_chen,
        resolution=formed(room, scope=scope),
        now=day,
        **{"title": TITLE, "text": TEXT, **changes},
    )


pytestmark = pytest.mark.usefixtures("clock")


def page(name, notice):
    return reverse(name, args=[notice.pk])


def object_to(client, notice, text=WORDS, key=None, **more):
    values = {"form_key": str(key or new_id()), "text": text, TRAP: "", **more}
    return client.post(page("notice-object", notice), values)


def ticket_of(answer) -> str:
    return re.search(r'class="ticket num">([^<]+)<', answer.text)[1]


def look_up(client, ticket):
    return client.post(reverse("ticket-lookup"), {"ticket": ticket})


# --- reading ----------------------------------------------------------------------------------------------------------


def test_anybody_reads_a_public_notice(room, client):
    notice = published(room)
    board = client.get(reverse("public-board")).text
    assert TITLE in board
    assert "还剩 7 天" in board
    shown = client.get(page("public-notice", notice)).text
    for words in (TITLE, "由明月村牵头修缮", room.body.name, "三江镇党委", "2026年11月24日", "2026年11月30日"):
        assert words in shown
    assert shown.count('<svg class="qr"') == 1


@pytest.mark.parametrize("scope", ["members", "party"])
def test_no_other_scope_is_on_the_board(room, client, scope):
    notice = published(room, scope=scope)
    for person in (None, room.cast.secretary_li):
        if person:
            client.force_login(person)
        assert TITLE not in client.get(reverse("public-board")).text
        for name in ("public-notice", "public-notice-text"):
            assert client.get(page(name, notice)).status_code == 404


def test_nothing_comes_out_but_the_reviewed_fields(room, client):
    """No name of a person of the case, nothing of the vote, the motion, the number or the text of the resolution."""
    notice = published(room)
    object_to(client, notice)
    answer = answered(room, Objection.objects.get())
    resolution = notice.resolution
    never = {*Person.objects.values_list("name", flat=True), *Person.objects.values_list("work_phone", flat=True)}
    never |= {resolution.number, resolution.title, resolution.text, resolution.motion.title, resolution.poll.sentence}
    never |= {answer.text, answer.answer, answer.ticket}
    anonymous = Client()
    for name in ("public-board", "public-notice", "public-notice-text", "notice-object"):
        shown = anonymous.get(reverse(name, args=[] if name == "public-board" else [notice.pk])).text
        assert not {words for words in never if words and words in shown}, name
    client.force_login(room.cast.cadre_chen)
    inside = client.get(reverse("resolution", args=[resolution.pk])).text
    assert {resolution.number, resolution.text, room.cast.cadre_chen.name} <= {w for w in never if w and w in inside}


def test_a_notice_is_not_there_before_its_first_day(room, client, clock):
    notice = published(room, from_on=(NOW + timedelta(days=2)).date())
    assert TITLE not in client.get(reverse("public-board")).text
    assert client.get(page("public-notice", notice)).status_code == 404
    clock.move_to(NOW + timedelta(days=2))
    assert client.get(page("public-notice", notice)).status_code == 200


def test_of_a_notice_taken_down_nothing_is_left_but_that_it_was(room, client):
    notice = published(room)
    notices.take_down_notice(actor=room.cast.cadre_chen, notice=notice, reason="金额有误", now=NOW)
    assert TITLE not in client.get(reverse("public-board")).text
    for name in ("public-notice", "public-notice-text", "notice-object"):
        answer = client.get(page(name, notice))
        assert answer.status_code == 410, name
        assert "这条公示已经撤下" in answer.text
        assert not any(words in answer.text for words in (TITLE, "烘干房", "金额有误", room.body.name))


@pytest.mark.parametrize(
    "days, shown",
    [
        (0, "7 天"),
        (5, "2 天"),
        (6, "今天最后一天"),
        (7, "公示期满，没有收到异议，决议等待生效。"),
    ],
)
def test_the_days_that_are_left(room, client, clock, days, shown):
    notice = published(room)
    clock.move_to(NOW + timedelta(days=days))
    assert shown in client.get(page("public-notice", notice)).text


def test_days_are_counted_in_shanghai_also_before_eight_in_the_morning(room, client, clock):
    notice = published(room)
    clock.move_to((NOW + timedelta(days=7)).replace(hour=0, minute=5))
    assert "公示期满" in client.get(page("public-notice", notice)).text
    assert object_to(client, notice).status_code == 409


def test_the_result_after_the_end(room, client, clock):
    notice = published(room)
    object_to(client, notice)
    assert "已收到异议 1 件，其中 1 件正在答复" in client.get(page("public-notice", notice)).text
    later = NOW + timedelta(days=8)
    clock.move_to(later)
    assert "还没有答复，决议没有生效" in client.get(page("public-notice", notice)).text
    answered(room, Objection.objects.get(), now=later)
    resolutions.effect_ended_notices(actor=SWEEP, now=later)
    assert "公示期满，收到异议 1 件，均已答复，决议已生效。" in client.get(page("public-notice", notice)).text


def test_current_notices_come_first_and_are_found_by_place_and_words(room, client, clock):
    published(room, title="早先的公示")
    clock.move_to(NOW + timedelta(days=20))
    published(room, day=NOW + timedelta(days=20), title="现在的公示")
    board = reverse("public-board")
    shown = client.get(board).text
    assert shown.index("正在公示") < shown.index("现在的公示") < shown.index("已经结束") < shown.index("早先的公示")
    for query, found in (
        ("q=早先", ["早先的公示"]),
        ("q=十二月底", ["现在的公示", "早先的公示"]),
        (f"q={room.body.name}", ["现在的公示", "早先的公示"]),
        (f"at={room.body.pk}", ["现在的公示", "早先的公示"]),
        (f"at={room.cast.sanjiang.pk}", ["现在的公示", "早先的公示"]),
        (f"at={room.cast.zengkou.pk}", []),
        (f"at={new_id()}", []),
        ("q=没有这回事", []),
    ):
        text = client.get(f"{board}?{query}").text
        assert [title for title in ("现在的公示", "早先的公示") if f">{title}</a>" in text] == found, query
    assert client.get(f"{board}?at=x").status_code == 400


def test_the_board_costs_the_same_with_more_notices(room, client, django_assert_max_num_queries):
    published(room)
    with django_assert_max_num_queries(3) as few:
        client.get(reverse("public-board"))
    for number in range(18):
        notices.publish_notice(
            actor=room.cast.cadre_chen, resolution=formed(room), title=f"第{number}件", text=TEXT, now=NOW
        )
    with django_assert_max_num_queries(len(few)):
        assert client.get(reverse("public-board")).text.count("<h3>") == 19


def test_the_digest_shown_is_that_of_the_plain_text_and_of_the_sealed_fact(room, client):
    notice = published(room, text="第一行\r\n第二行")
    plain = client.get(page("public-notice-text", notice))
    digest = hashlib.sha256(plain.content).hexdigest()
    assert plain["Content-Type"].startswith("text/plain")
    assert plain.text == f"{TITLE}\n第一行\n第二行\n2026-11-24 2026-11-30\n"
    assert digest in client.get(page("public-notice", notice)).text
    fact = facts.trail(notice.resolution).get(event="deliberation.notice.published")
    assert fact.details["digest"] == digest


def test_reading_is_counted_by_address(room, client, settings):
    settings.PUBLIC_RATES = {**settings.PUBLIC_RATES, "read": 3}
    board = reverse("public-board")
    answers = [client.get(board) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert int(answers[3]["Retry-After"]) > 0
    assert client.get(board, REMOTE_ADDR="10.1.1.9").status_code == 200


# --- objecting --------------------------------------------------------------------------------------------------------


def test_an_objection_without_login_and_its_answer_by_the_ticket(room, client, clock):
    notice = published(room)
    assert client.get(page("notice-object", notice)).status_code == 200
    answer = object_to(client, notice)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    ticket = ticket_of(answer)
    assert Objection.objects.get().ticket == tickets.read(ticket)
    found = look_up(client, ticket).text
    assert "待答复" in found
    assert "2026年12月8日" in found
    answered(room, Objection.objects.get())
    found = look_up(client, f" {ticket.lower().replace('-', ' ')} ").text
    assert "异议不成立" in found
    assert "选址经户代表会讨论。" in found
    assert WORDS not in found
    assert room.joint.name not in found


def test_an_upheld_objection_goes_the_whole_way_back(room, client):
    notice = published(room)
    ticket = ticket_of(object_to(client, notice))
    inside = Client()
    inside.force_login(room.joint)
    assert "答复异议" in inside.get(reverse("workbench")).text
    address = reverse("objection-answer", args=[Objection.objects.get().pk])
    values = {"form_key": str(new_id()), "upheld": "yes", "answer": "造价重新核对后再议。"}
    assert inside.post(address, values).status_code == 302
    inside.force_login(room.cast.cadre_chen)
    assert "审核异议答复" in inside.get(reverse("workbench")).text
    drafted_at = Objection.objects.get().drafted_at.isoformat()
    address = reverse("objection-review", args=[Objection.objects.get().pk])
    assert inside.post(address, {"form_key": str(new_id()), "drafted_at": drafted_at}).status_code == 302
    resolution = Resolution.objects.get(pk=notice.resolution_id)
    assert (resolution.state, resolution.motion.state) == ("sent_back", "accepted")
    assert client.get(page("public-notice", notice)).status_code == 410
    assert Motion.objects.get(pk=resolution.motion_id) in selectors.schedulable(room.plan(days=20))
    found = look_up(client, ticket).text
    assert "异议成立" in found
    assert "造价重新核对后再议。" in found
    assert TITLE not in found
    events = list(facts.trail(resolution).values_list("event", flat=True))
    assert events[-2:] == ["deliberation.resolution.sent_back", "deliberation.objection.answered"]


def test_the_same_form_twice_is_one_objection_with_one_ticket(room, client):
    notice = published(room)
    key = new_id()
    first, again = (object_to(client, notice, key=key) for _ in range(2))
    assert ticket_of(first) == ticket_of(again)
    assert Objection.objects.count() == 1
    other = object_to(client, notice, text="又发现一处：工期也太紧了。", key=key)
    assert other.status_code == 409
    assert object_to(client, notice).status_code == 200
    assert Objection.objects.count() == 2


@pytest.mark.parametrize(
    "text, says",
    [
        ("太短了", "至少10个字"),
        ("", "必填"),
        ("有事请打 139 1234 5678 找我，我在三社。", "手机号码（139****5678）"),
        ("身份证 11010519491231002X 的那个人说不行。", "身份证号"),
        ("钱打到 6222 0000 0000 0000 004 这张卡上了。", "银行卡号"),
        ("长" * 1001, "1000"),
    ],
)
def test_what_may_not_be_kept_is_refused_at_the_field(room, client, text, says):
    answer = object_to(client, published(room), text=text)
    assert answer.status_code == 422
    assert says in answer.text
    assert not Objection.objects.exists()


def test_programs_fill_in_what_people_do_not_see(room, client):
    notice = published(room)
    answer = object_to(client, notice, **{TRAP: "http://spam.example"})
    assert answer.status_code == 422
    assert WORDS in answer.text
    assert "spam" not in answer.text
    assert not Objection.objects.exists()


def test_after_the_period_it_says_so(room, client, clock):
    notice = published(room)
    clock.move_to(NOW + timedelta(days=7))
    for answer in (client.get(page("notice-object", notice)), object_to(client, notice)):
        assert answer.status_code == 409
        assert "公示期已过，不能再提异议" in answer.text
    assert not Objection.objects.exists()


def test_writing_is_counted_by_address_and_nothing_typed_is_lost(room, client, settings, monkeypatch):
    monkeypatch.setattr(throttling, "window_now", lambda: (60, 30.0))
    notice = published(room)
    answers = [object_to(client, notice) for _ in range(settings.PUBLIC_RATES["write"] + 1)]
    assert [answer.status_code for answer in answers] == [200] * 6 + [429]
    assert answers[-1]["Retry-After"] == "31"
    assert WORDS in answers[-1].text
    assert Objection.objects.count() == 6
    kept = {"form_key": str(new_id()), "text": WORDS}
    assert client.post(page("notice-object", notice), kept, REMOTE_ADDR="10.1.1.9").status_code == 200


def test_an_hour_is_counted_too(room, client, settings, monkeypatch):
    settings.PUBLIC_RATES = {**settings.PUBLIC_RATES, "write_hour": 3}
    minute = [60]
    monkeypatch.setattr(throttling, "window_now", lambda: (minute[0], 30.0))
    notice = published(room)
    for minute[0], status in ((60, 200), (61, 200), (62, 200), (119, 429), (120, 200)):
        assert object_to(client, notice).status_code == status


def test_the_kept_count_names_no_address(room, client):
    object_to(client, published(room), REMOTE_ADDR="10.9.8.7")
    assert not [key for key in ThrottleWindow.objects.values_list("key", flat=True) if "10.9" in key or "127.0" in key]


def test_a_foreign_site_cannot_object_for_a_visitor(room):
    notice = published(room)
    assert object_to(Client(enforce_csrf_checks=True), notice).status_code == 403
    assert not Objection.objects.exists()


def test_whoever_is_signed_in_is_written_down_nowhere(room):
    """Not in trail, audit, kept answers of forms or session. Control: another verb names its actor."""
    notice = published(room)
    client = Client()
    client.force_login(room.cast.secretary_li)
    assert page("notice-object", notice) in client.get(reverse("resolution", args=[notice.resolution_id])).text
    ticket = ticket_of(object_to(client, notice))
    fact = facts.trail(notice.resolution).get(event="deliberation.objection.received")
    assert (fact.actor, fact.actor_id, fact.request_id) == ("system:visitor", None, "")
    assert "text" not in fact.details
    rows = AuditEvent.objects.filter(row_id=Objection.objects.get().pk)
    assert set(rows.values_list("actor", "request_id")) == {("system:visitor", "")}
    assert not [row for row in rows if tickets.read(ticket) in str((row.before, row.after))]
    assert not IdempotencyRecord.objects.filter(person_id=room.cast.secretary_li.pk).exists()
    assert IdempotencyRecord.objects.get().person_id == ANYBODY.pk
    assert tickets.read(ticket) not in str(dict(client.session)).replace("-", "")
    published_by = facts.trail(notice.resolution).get(event="deliberation.notice.published")
    assert published_by.actor_id == room.cast.cadre_chen.pk


def test_members_object_to_what_only_they_may_read(room, client):
    notice = published(room, scope="members")
    assert object_to(client, notice).status_code == 404
    client.force_login(room.cast.secretary_sun)
    assert client.get(page("notice-object", notice)).status_code == 404
    client.force_login(room.cast.secretary_li)
    assert object_to(client, notice).status_code == 200
    fact = facts.trail(notice.resolution).get(event="deliberation.objection.received")
    assert fact.actor == "system:visitor"


# --- tickets ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["ABCDEFGHJKMN", "abc", "' OR ''='", "%"])
def test_a_ticket_that_was_never_given_shows_nothing(room, client, typed):
    object_to(client, published(room))
    answer = look_up(client, typed)
    assert answer.status_code == 422
    assert "没有查到" in answer.text


def test_tickets_cannot_be_tried_out(room, client, settings, monkeypatch):
    """After ten a minute even the right one is refused. Control: with a rate that lets it through, it is found."""
    monkeypatch.setattr(throttling, "window_now", lambda: (60, 30.0))
    ticket = ticket_of(object_to(client, published(room)))
    for _ in range(settings.PUBLIC_RATES["lookup"]):
        assert look_up(client, tickets.new_ticket()).status_code == 422
    refused = look_up(client, ticket)
    assert refused.status_code == 429
    assert "待答复" not in refused.text
    settings.PUBLIC_RATES = {**settings.PUBLIC_RATES, "lookup": 1000, "lookup_hour": 1000}
    assert "待答复" in look_up(client, ticket).text
