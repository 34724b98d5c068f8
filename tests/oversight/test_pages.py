"""通知 as a page and by the API: one's own, opening the very step, counted in the header, and 催办."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kit import facts
from kit.models import Fact
from oversight.models import Notification, Nudge
from oversight.services import notifications
from oversight.subscribers import TELLER
from resources.services import demands
from tests.api.client import Caller
from tests.oversight.conftest import at, run
from tests.permission_matrix.oversight_rows import NotificationFactory

NOW = at(11, 24, 9)


@pytest.fixture
def as_(client):
    def log_in(person):
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return log_in


@pytest.fixture
def notification(cast, demand):
    """Secretary Li hears that the demand was accepted."""
    demands.accept_demand(actor=cast.cadre_chen, demand=demand, now=NOW)
    notifications.tell(actor=TELLER, fact=Fact.objects.get(event="resources.demand.accepted"), now=NOW)
    return Notification.objects.get(recipient=cast.secretary_li)


def post(client, name, *args):
    return client.post(reverse(name, args=args), {"form_key": str(uuid.uuid4())})


def test_the_page_shows_what_i_was_told_and_the_header_counts_it(cast, as_, demand, notification):
    page = as_(cast.secretary_li).get(reverse("notifications")).text
    assert demand.title in page
    assert "受理需求" in page
    assert "通知，1 条未读" in page
    assert "通知，1 条未读" in as_(cast.secretary_li).get("/").text
    other = as_(cast.entrepreneur_he).get(reverse("notifications")).text
    assert demand.title not in other
    assert "没有未读通知" in other


def test_opening_marks_it_as_read_and_leads_to_the_very_step(cast, as_, demand, notification):
    client = as_(cast.secretary_li)
    answer = post(client, "notification-open", notification.pk)
    assert answer["Location"] == reverse("demand", args=[demand.pk])
    notification.refresh_from_db()
    assert notification.read_at is not None
    assert "条未读" not in client.get("/").text
    assert demand.title in client.get(reverse("notifications"), {"show": "all"}).text
    assert demand.title not in client.get(reverse("notifications")).text


def test_marking_one_and_all(cast, as_, notification):
    client = as_(cast.secretary_li)
    NotificationFactory(recipient=cast.secretary_li, cause=uuid.uuid4())
    post(client, "notification-read", notification.pk)
    assert Notification.objects.unread().count() == 1
    answer = post(client, "notifications-read-all")
    assert "1 条通知已标为已读" in client.get(answer["Location"]).text
    assert not Notification.objects.unread().exists()


@pytest.mark.parametrize("name", ["notification-open", "notification-read"])
def test_another_persons_notification_is_not_there(cast, as_, notification, name):
    """S4: absent and somebody else's answer alike."""
    client = as_(cast.cadre_chen)
    assert post(client, name, notification.pk).status_code == 404
    assert post(client, name, uuid.uuid4()).status_code == 404
    assert Notification.objects.unread().count() == 1


@pytest.mark.parametrize("name", ["notification-open", "notification-read", "notifications-read-all"])
def test_the_verbs_answer_a_post_alone(cast, as_, notification, name):
    args = [] if name.endswith("all") else [notification.pk]
    assert as_(cast.secretary_li).get(reverse(name, args=args)).status_code == 405
    assert Notification.objects.unread().count() == 1


def test_S5_what_left_my_reach_is_not_shown_any_more(cast, as_, notification, demand):
    Notification.objects.filter(pk=notification.pk).update(path=cast.yangfan.path, body_id=None)
    client = as_(cast.secretary_li)
    page = client.get(reverse("notifications")).text
    assert demand.title not in page
    assert "已不在您的职责范围" in page
    shown = Caller(cast.secretary_li).get(f"/notifications/{notification.pk}/").json()
    assert demand.title not in str(shown)
    assert post(client, "notification-open", notification.pk)["Location"] == reverse("notifications")


def test_the_text_to_copy_names_nobody_and_nothing(cast, as_, boss, demand):
    run(at(11, 26))
    page = as_(cast.cadre_chen).get(reverse("notifications")).text
    text = page.split("<textarea", 1)[1].split("</textarea>", 1)[0]
    assert "您有1件待办，请登录联村管理系统查看" in text
    assert "受理需求 1 件，最近期限 11月27日" in text
    assert demand.title not in text
    assert cast.cadre_chen.name not in text


def test_the_red_count_costs_one_statement_and_ends_at_99(cast, as_):
    client = as_(cast.secretary_li)
    for _ in range(120):
        NotificationFactory(recipient=cast.secretary_li, cause=uuid.uuid4())
    client.get("/how-to/")
    with CaptureQueriesContext(connection) as found:
        page = client.get("/how-to/").text
    assert sum("oversight_notification" in q["sql"] for q in found) == 1
    assert "99+ 条未读" in page


def test_the_page_costs_the_same_at_2_and_at_40_rows(cast, as_):
    client = as_(cast.secretary_li)

    def cost():
        with CaptureQueriesContext(connection) as found:
            client.get(reverse("notifications"))
        return len(found)

    NotificationFactory(recipient=cast.secretary_li, cause=uuid.uuid4(), path=cast.mingyue.path)
    client.get(reverse("notifications"))
    few = cost()
    for _ in range(40):
        NotificationFactory(recipient=cast.secretary_li, cause=uuid.uuid4(), path=cast.mingyue.path)
    assert cost() == few <= 8


# --- the API ---------------------------------------------------------------------------------------------------------


def test_a_program_reads_its_owners_notifications(cast, demand, notification):
    caller = Caller(cast.secretary_li)
    (row,) = caller.get("/notifications/?unread=true").json()["results"]
    assert (row["what"], row["heading"], row["kind"], row["light"]) == (demand.title, "受理需求", "fact", "blue")
    assert row["page"] == reverse("demand", args=[demand.pk])
    (action,) = row["actions"]
    read = caller.post(action["href"].removeprefix("/api/v1"), {}).json()
    assert read["read_at"] is not None
    assert read["actions"] == []
    assert caller.get("/notifications/?unread=true").json()["results"] == []


def test_reminders_are_seen_by_who_looks_after_their_subject(cast, boss, demand):
    run(at(11, 26))
    seen = {
        who: [(r["rule_label"], r["state"]) for r in Caller(cast[who]).get("/reminders/?state=sent").json()["results"]]
        for who in ("cadre_chen", "district_zhao", "secretary_li", "secretary_sun", "discipline_wu", "outsider")
    }
    assert seen["cadre_chen"] == seen["district_zhao"] == [("受理需求", "sent")]
    assert not any(seen[who] for who in ("secretary_li", "secretary_sun", "discipline_wu", "outsider"))


# --- nudging ---------------------------------------------------------------------------------------------------------


def test_the_unit_nudges_from_the_demands_page(cast, as_, demand):
    client = as_(cast.secretary_li)
    address = reverse("nudge", args=[facts.subject_label(demand)])
    assert address in client.get(reverse("demand", args=[demand.pk])).text
    assert "两个工作日内只催办一次" in client.get(address).text
    answer = client.post(address, {"form_key": str(uuid.uuid4())})
    assert answer["Location"] == reverse("demand", args=[demand.pk])
    assert "已催办" in client.get(answer["Location"]).text
    again = client.post(address, {"form_key": str(uuid.uuid4())})
    assert again.status_code == 409
    assert "两个工作日内只催办一次" in again.text
    assert Nudge.objects.count() == 1
    assert f"{cast.secretary_li.name}催办" in as_(cast.cadre_chen).get(reverse("notifications")).text


def test_who_does_not_wait_is_not_offered_it_and_may_not(cast, as_, demand):
    address = reverse("nudge", args=[facts.subject_label(demand)])
    for who, status in (("cadre_chen", 403), ("entrepreneur_he", 403), ("secretary_wang", 404), ("secretary_sun", 404)):
        client = as_(cast[who])
        assert address not in client.get(reverse("demand", args=[demand.pk])).text
        assert client.post(address, {"form_key": str(uuid.uuid4())}).status_code == status, who
    assert not Nudge.objects.exists()
