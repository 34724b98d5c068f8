"""通知 with rows of every kind, at both sizes: accessible, light, within the policy, the very step one press away."""

import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.browser.test_every_page import look
from tests.permission_matrix.oversight_rows import NotificationFactory

pytestmark = [pytest.mark.django_db(transaction=True)]


def test_rows_of_every_kind_and_the_way_to_the_step(page, live_server, cast, sign_in, axe, weigh, screen):
    for kind, light, read in (("reminder", "red", None), ("nudge", "yellow", None), ("fact", "blue", timezone.now())):
        NotificationFactory(
            recipient=cast.secretary_li,
            cause=uuid.uuid4(),
            kind=kind,
            light=light,
            note="已超期" if kind == "reminder" else "",
            read_at=read,
            page="deliberation",
        )
    sign_in(cast.secretary_li)
    for query in ("", "?show=all"):
        look(page, axe, weigh, live_server.url + reverse("notifications") + query)
    page.goto(live_server.url + reverse("notifications"))
    assert page.locator("article.todo").count() == 2
    page.get_by_role("button", name="去办").first.click()
    page.wait_for_url(live_server.url + reverse("deliberation"))
    assert page.get_by_label("通知，1 条未读").count() == 1
