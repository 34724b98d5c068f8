"""Accounts on the person's page: the separated administrators only, the temporary password shown once, never kept."""

import re

import pytest
from django.utils import timezone

from kit import sessions
from orgs.models import Person


@pytest.fixture
def fresh(client):
    """This browser proved its password so many minutes ago."""

    def prove(minutes: int = 0) -> None:
        session = client.session
        session[sessions.PROVED] = int(timezone.now().timestamp()) - 60 * minutes
        session.save()

    return prove


def test_an_account_is_opened_and_its_password_shown_once(visit, cast, fresh):
    """The password is in this one answer, marked not to be stored, and in no message, session or later page."""
    Person.objects.filter(pk=cast.outsider.pk).update(username=None)
    keeper = visit(cast.system_admin)
    fresh()
    answer = keeper.do("person", cast.outsider, "open", username="qianluguo")
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    password = re.search(r"<dt>临时密码</dt>\s*<dd>([^<]+)</dd>", answer.content.decode())[1]
    row = Person.objects.get(pk=cast.outsider.pk)
    assert row.username == "qianluguo"
    assert row.check_password(password)
    assert password not in keeper.open("person", row).content.decode()
    assert password not in str(dict(keeper.client.session))


def test_a_step_on_an_account_asks_for_the_own_password_again(visit, cast, fresh):
    """A browser left open must not open accounts."""
    keeper = visit(cast.system_admin)
    fresh(11)
    answer = keeper.do("person", cast.secretary_li, "reset")
    assert answer.status_code in (302, 303)
    assert answer["Location"].startswith("/confirm/")
    assert not Person.objects.get(pk=cast.secretary_li.pk).must_change_password


def test_accounts_are_disabled_with_a_reason_and_enabled_again(visit, cast, fresh):
    keeper = visit(cast.system_admin)
    fresh()
    assert keeper.do("person", cast.secretary_li, "disable", reason="").status_code == 422
    assert keeper.do("person", cast.secretary_li, "disable", reason="调离").status_code == 302
    assert not Person.objects.get(pk=cast.secretary_li.pk).is_active
    assert keeper.do("person", cast.secretary_li, "enable").status_code == 302
    assert Person.objects.get(pk=cast.secretary_li.pk).is_active


@pytest.mark.parametrize("name", ["cadre_chen", "district_zhao", "security_admin", "secretary_li"])
@pytest.mark.parametrize("step", ["open", "unlock", "reset", "enable", "disable"])
def test_nobody_else_keeps_accounts(visit, cast, fresh, name, step):
    other = visit(cast[name])
    fresh()
    assert other.do("person", cast.secretary_li, step, reason="x", username="y").status_code == 403


def test_the_offered_steps_follow_the_state_of_the_account(visit, cast):
    offered = {act.name for act, _ in visit(cast.system_admin).open("person", cast.secretary_li).context["acts"]}
    assert offered == {"reset", "disable"}
    assert not visit(cast.cadre_chen).open("person", cast.secretary_li).context["acts"]
