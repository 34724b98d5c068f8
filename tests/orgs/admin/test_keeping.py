"""What the keepers put right: messages and deliveries that did not get through, parameters."""

from datetime import timedelta
from fractions import Fraction

import pytest
from django.db import transaction
from django.utils import timezone

from kit import facts, outbox, parameters
from kit.models import DeliveryFailure, Fact, OutboxMessage, ParameterValue
from kit.models.outbox import MessageState
from orgs.admin.keeping import typed
from tests.orgs.admin.conftest import sentences


def dead_message() -> OutboxMessage:
    with transaction.atomic():
        outbox.enqueue(key="tests:1", channel="mail", payload={"to": "x"}, due_at=timezone.now())
    OutboxMessage.objects.update(state=MessageState.DEAD, last_error="邮箱不存在", attempts=9)
    return OutboxMessage.objects.get()


def test_a_dead_letter_is_shown_at_once_and_sent_again(visit, cast):
    """R10, the visible half: on the start page and in the list, with its reason."""
    message, keeper = dead_message(), visit(cast.system_admin)
    home = keeper.client.get("/admin/").context["attention"]
    assert [(card.label, card.count) for card in home] == [("发送失败的消息", 1)]
    assert "邮箱不存在" in keeper.listing("kit.outboxmessage", state="dead").content.decode()
    assert keeper.do("kit.outboxmessage", message, "again").status_code == 302
    message.refresh_from_db()
    assert (message.state, message.attempts) == (MessageState.WAITING, 0)
    assert Fact.objects.filter(subject=f"kit.outboxmessage:{message.pk}", actor=str(cast.system_admin.pk)).exists()
    assert keeper.do("kit.outboxmessage", message, "again").status_code == 409


@pytest.mark.parametrize("name", ["cadre_chen", "district_zhao", "security_admin", "audit_admin"])
def test_nobody_else_touches_the_machinery(visit, cast, name):
    message, other = dead_message(), visit(cast[name])
    assert other.do("kit.outboxmessage", message, "again").status_code == 403
    assert OutboxMessage.objects.get().state == MessageState.DEAD


def test_a_fact_given_up_is_put_back_in_line(visit, cast):
    with transaction.atomic():
        fact = facts.record(
            "tests.thing", actor=cast.cadre_chen, org=cast.mingyue, subject=cast.mingyue, at=timezone.now()
        )
    letter = DeliveryFailure.objects.create(
        subscriber="tests.listener",
        fact=fact,
        attempts=9,
        next_at=timezone.now(),
        last_error="停电",
        dead_at=timezone.now(),
    )
    keeper = visit(cast.system_admin)
    assert "停电" in keeper.listing("kit.deliveryfailure", given_up="yes").content.decode()
    assert keeper.do("kit.deliveryfailure", letter, "again").status_code == 302
    letter.refresh_from_db()
    assert letter.dead_at is None
    assert keeper.do("kit.deliveryfailure", letter, "again").status_code == 409


@pytest.fixture
def share(monkeypatch):
    monkeypatch.setattr(parameters, "_declared", dict(parameters._declared))
    return parameters.declare(
        "tests.share", parameters.Kind.RATIO, "1/2", "测试比例", "F-00", least="0", most="1", by_township=True
    )


def test_a_parameter_takes_effect_on_a_coming_day(visit, cast, share):
    keeper, today = visit(cast.district_zhao), timezone.localdate()
    values = {"name": "tests.share", "org": cast.sanjiang.pk, "value": "60%", "reason": "区委组织部通知"}
    answer = keeper.add("kit.parametervalue", **values, effective_on=f"{today:%Y/%m/%d}")
    assert "最早填" in sentences(answer)
    answer = keeper.add("kit.parametervalue", **values, effective_on=f"{today + timedelta(days=9):%Y/%m/%d}")
    assert answer.status_code == 302, sentences(answer)
    row = ParameterValue.objects.get()
    assert (row.path, row.value) == (cast.sanjiang.path, "3/5")
    assert "三江镇党委" in keeper.listing("kit.parametervalue").content.decode()
    assert visit(cast.cadre_chen).add("kit.parametervalue", **values).status_code == 403


@pytest.mark.parametrize("text, value", [("4/5", "4/5"), ("80%", "4/5"), ("12.5%", "1/8"), ("", None)])
def test_ratios_are_typed_as_people_write_them(share, text, value):
    assert typed(share, text) == value
    assert value is None or Fraction(value) == Fraction(typed(share, text))
