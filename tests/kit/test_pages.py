"""The page bases: login, refusals at field and status, a form sent twice, drafts."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from kit import drafts
from kit.ids import new_id
from kit.models import FormDraft, IdempotencyRecord
from tests.kitapp.models import Thing

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.pages_site")]

# The page class declares this too, but only once a first request has loaded the addresses.
drafts.declare("test-thing")


@pytest.fixture
def page(client, secretary_li) -> Client:
    client.force_login(secretary_li)
    return client


def send(page, title="修渠", key=None, **more):
    return page.post("/new/", {"title": title, "form_key": str(key or new_id()), **more})


def test_nobody_gets_in_without_a_login(client):
    answer = client.get("/new/?a=1")
    assert answer.status_code == 302
    assert "next=%2Fnew%2F%3Fa%3D1" in answer["Location"]


def test_a_script_is_told_by_401_that_the_session_ended(client):
    answer = client.post("/new/", {"title": "修渠"}, headers={"X-Form": "1"})
    assert answer.status_code == 401
    assert not Thing.objects.exists()


def test_no_posting_no_page(client, outsider):
    client.force_login(outsider)
    answer = client.get("/plain/")
    assert answer.status_code == 403
    assert "还没有任职" in answer.content.decode()


@pytest.mark.parametrize("refuse, sentence", [("404", "没有找到"), ("409", "只有“进行中”时才能")])
def test_a_refusal_is_a_page_with_its_status_and_a_way_on(page, refuse, sentence):
    answer = page.get(f"/plain/?refuse={refuse}")
    assert answer.status_code == int(refuse)
    assert sentence in answer.content.decode()
    assert "回工作台" in answer.content.decode()


def test_unknown_addresses_get_our_own_page(page):
    answer = page.get("/nowhere/")
    assert answer.status_code == 404
    assert "可以这样办" in answer.content.decode()


def test_pages_behind_the_login_are_kept_by_nobody_on_the_way(page):
    assert page.get("/plain/")["Cache-Control"] == "private, no-cache"


def test_an_action_answers_what_happened_and_who_has_it_now_once(page):
    answer = send(page)
    assert answer.status_code == 302
    shown = page.get(answer["Location"]).content.decode()
    assert "已上报：修渠" in shown
    assert "三江镇党委 · 陈立" in shown
    assert "已上报" not in page.get(answer["Location"]).content.decode()


def test_sending_a_form_twice_is_sending_it_once(page):
    """Without the key the second would make a second row: that is the control."""
    key = new_id()
    first, second = send(page, key=key), send(page, key=key)
    assert first["Location"] == second["Location"]
    assert Thing.objects.count() == 1
    send(page, key=new_id())
    assert Thing.objects.count() == 2


def test_the_repeated_answer_still_tells_what_happened(page):
    """The line dropped after the effect and before the answer: the retry must not end in silence."""
    key = new_id()
    send(page, key=key)
    session = page.session
    session.pop("confirmation")
    session.save()
    assert "已上报" in page.get(send(page, key=key)["Location"]).content.decode()


def test_the_same_key_with_other_content_is_refused_and_the_text_stays(page):
    key = new_id()
    send(page, key=key)
    answer = send(page, title="修路", key=key)
    shown = answer.content.decode()
    assert answer.status_code == 409
    assert "刚才已经提交过" in shown
    assert 'value="修路"' in shown
    fresh = re.search(r'name="form_key" value="([^"]+)"', shown.partition('<main id="main"')[2])[1]
    assert fresh != str(key)
    assert send(page, title="修路", key=fresh).status_code == 302
    assert Thing.objects.count() == 2


def test_another_persons_same_key_is_another_key(page, client, secretary_wang):
    key = new_id()
    send(page, key=key)
    other = Client()
    other.force_login(secretary_wang)
    send(other, key=key)
    assert Thing.objects.count() == 2


def test_a_form_without_its_key_is_refused(page):
    assert page.post("/new/", {"title": "修渠"}).status_code == 400
    assert not Thing.objects.exists()


def test_a_wrong_value_stands_by_its_field_and_keeps_key_and_text(page):
    key = new_id()
    answer = send(page, title="重名", key=key, words="原话")
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert re.search(r'id="id_title_error".*这个名称本季度已经有了', shown, re.S)
    assert 'aria-invalid="true"' in shown
    assert str(key) in shown
    assert "原话</textarea>" in shown
    assert not IdempotencyRecord.objects.exists()


def test_a_missing_value_stands_by_its_field(page):
    answer = send(page, title="")
    assert answer.status_code == 422
    assert 'id="id_title_error"' in answer.content.decode()


def test_a_wrong_moment_stands_above_the_form(page):
    answer = send(page, title="太晚")
    assert answer.status_code == 409
    assert "截止" in answer.content.decode()


def test_when_two_race_the_second_hears_it_on_the_form_and_nothing_is_saved(page):
    answer = send(page, title="抢先")
    assert answer.status_code == 409
    assert "冲突" in answer.content.decode()
    assert not Thing.objects.exists()


def test_while_the_database_is_away_the_answer_is_503_with_retry_after(page):
    page.raise_request_exception = False
    answer = send(page, title="断线")
    assert answer.status_code == 503
    assert int(answer["Retry-After"]) > 0
    assert "草稿" in answer.content.decode()


@pytest.mark.parametrize("address", ["/things/?search=%00", "/plain/%00", "/drafts/test-thing/?subject=%00"])
def test_a_nul_in_an_address_is_refused(page, address):
    answer = page.get(address)
    assert answer.status_code == 400
    assert "Content-Security-Policy" in answer


def test_half_a_character_is_left_out_of_a_draft(page):
    body = '{"fields": [["title", "\\ud800"], ["words", "好"]]}'
    assert page.put("/drafts/test-thing/", body, content_type="application/json").status_code == 204
    assert page.get("/drafts/test-thing/").json()["fields"] == [["words", "好"]]


def test_a_script_gets_the_way_on_in_a_header(page):
    answer = page.post("/new/", {"title": "修渠", "form_key": str(new_id())}, headers={"X-Form": "1"})
    assert answer.status_code == 204
    assert answer["X-Location"].startswith("/plain/?thing=")


def test_a_verb_that_needs_a_reason_asks_for_it(page):
    assert "意见" in page.get("/return/").content.decode()
    assert page.post("/return/", {"form_key": str(new_id())}).status_code == 422
    assert page.post("/return/", {"form_key": str(new_id()), "reason": "缺照片"}).status_code == 302


# Registers.


def walk(page, address: str, way: str) -> list[str]:
    """The titles on every page from here on, by the buttons of the pager."""
    seen = []
    while address:
        answer = page.get(address)
        seen += [row["title"] for row in answer.context["rows"]]
        address = getattr(answer.context["pages"], way)
    return seen


def test_a_register_is_walked_forth_and_back_without_a_gap_and_keeps_its_filter(page):
    Thing.objects.bulk_create(Thing(title=f"第{n:03}项") for n in range(45))
    Thing.objects.create(title="别的")
    forth = walk(page, "/things/?limit=20&search=第", "next")
    assert forth == [f"第{n:03}项" for n in range(45)]
    last = page.get(page.get("/things/?limit=20&search=第").context["pages"].next).context["pages"].next
    back = [row["title"] for row in page.get(page.get(last).context["pages"].previous).context["rows"]]
    assert back == forth[20:40]
    assert page.get(last).context["pages"].next == ""


@pytest.mark.parametrize("query", ["cursor=abc", "cursor=", "limit=7", "limit=x"])
def test_a_page_made_up_by_hand_is_refused_in_words(page, query):
    answer = page.get(f"/things/?{query}&cursor=zzz")
    assert answer.status_code == 400
    assert "可以这样办" in answer.content.decode()


# Drafts.


def test_keeping_needs_no_script_and_sending_throws_the_draft_away(page, secretary_li):
    page.post(
        "/new/", {"title": "修", "words": "浇不上水", "kinds": ["a", "b"], "keep": "1", "form_key": str(new_id())}
    )
    assert not Thing.objects.exists()
    shown = page.get("/new/").content.decode()
    assert "浇不上水" in shown
    assert shown.count("checked") == 2
    send(page, title="修渠")
    assert not FormDraft.objects.exists()


def test_a_draft_of_the_script_is_private_and_holds_no_secret(page, secretary_li, secretary_wang):
    body = {"fields": [["title", "修渠"], ["csrfmiddlewaretoken", "x"], ["password", "x"], ["form_key", "x"]]}
    assert page.put("/drafts/test-thing/", body, content_type="application/json").status_code == 204
    assert page.get("/drafts/test-thing/").json()["fields"] == [["title", "修渠"]]
    other = Client()
    other.force_login(secretary_wang)
    assert other.get("/drafts/test-thing/").json()["fields"] is None
    other.delete("/drafts/test-thing/")
    assert FormDraft.objects.count() == 1


@pytest.mark.parametrize(
    "body",
    ["", "[]", "{}", '{"fields": "title"}', '{"fields": [["a"]]}', '{"fields": [["a", 1]]}', '{"fields": {"a": "b"}}'],
)
def test_a_draft_that_is_none_is_refused(page, body):
    answer = page.put("/drafts/test-thing/", body, content_type="application/json")
    assert answer.status_code in (400, 422)
    assert not FormDraft.objects.exists()


def test_drafts_have_bounds(page, secretary_li, monkeypatch):
    long = {"fields": [["words", "长" * 30_000]]}
    assert page.put("/drafts/test-thing/", long, content_type="application/json").status_code == 422
    monkeypatch.setattr(drafts, "MOST_PER_PERSON", 1)
    small = {"fields": [["words", "短"]]}
    assert page.put("/drafts/test-thing/?subject=1", small, content_type="application/json").status_code == 204
    assert page.put("/drafts/test-thing/?subject=2", small, content_type="application/json").status_code == 422
    assert page.put("/drafts/test-thing/?subject=1", small, content_type="application/json").status_code == 204


def test_a_form_that_keeps_no_drafts_keeps_none(page):
    assert page.put("/drafts/ballot/", {"fields": []}, content_type="application/json").status_code == 404
    assert page.get("/drafts/test-thing/?subject=" + "x" * 81).status_code == 404


def test_drafts_need_a_login(client):
    assert client.get("/drafts/test-thing/").status_code == 401


def test_an_older_draft_never_overwrites_a_newer_one(secretary_li):
    now = timezone.now()
    later = now + timedelta(seconds=5)
    drafts.save(person=secretary_li, form="test-thing", fields=[["a", "新"]], now=later)
    drafts.save(person=secretary_li, form="test-thing", fields=[["a", "旧"]], now=now)
    assert drafts.read(person=secretary_li, form="test-thing", now=later).fields == [("a", "新")]


def test_drafts_expire(secretary_li):
    now = timezone.now()
    drafts.save(person=secretary_li, form="test-thing", fields=[["a", "b"]], now=now)
    after = now + drafts.KEPT
    assert drafts.read(person=secretary_li, form="test-thing", now=after) is None
    assert drafts.purge(now=now + timedelta(days=29)) == 0
    assert drafts.purge(now=after) == 1


# 大字版 and the way back.


def test_large_type_works_as_a_plain_form_and_stays_on_the_site(client):
    answer = client.post("/large-type/", {"large": "1", "next": "/styleguide/"})
    assert answer["Location"] == "/styleguide/"
    assert '<html lang="zh-Hans" class="large">' in client.get("/styleguide/").content.decode()
    answer = client.post("/large-type/", {"large": "0", "next": "https://elsewhere.example/"})
    assert answer["Location"] == "/"
    assert '<html lang="zh-Hans">' in client.get("/styleguide/").content.decode()


def test_still_here_says_who_is_signed_in(client, page, secretary_li):
    assert page.get("/still-here/").json()["person"] == str(secretary_li.pk)
    assert Client().get("/still-here/").json()["person"] is None


def test_a_stale_protection_token_is_explained_and_named_for_the_script(secretary_li):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(secretary_li)
    answer = strict.post("/new/", {"title": "修渠", "form_key": str(new_id())})
    assert answer.status_code == 403
    assert answer["X-Refused"] == "csrf"
    assert "打开得太久" in answer.content.decode()


def test_the_frame_names_the_reader_s_own_posts_whatever_the_page_calls_its_own(page):
    shown = page.get("/plain/").content.decode()
    assert "明月村党支部 · " in shown
    assert "别人的任职" not in shown
    assert "done-card" not in shown


def test_the_frame_reads_nothing_but_the_red_count(page, django_assert_max_num_queries):
    """Session, person, postings, bodies, unread notifications: nothing more for menu, posts and size of type."""
    with django_assert_max_num_queries(5):
        page.get("/plain/")
