"""R1–R9 of the engine, each with the control that shows what would go wrong."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from deliberation.services import meetings
from kit import reminders as registry
from kit.services import stamp
from orgs.choices import Role
from oversight.models import Notification, Reminder
from oversight.services import reminders
from resources.services import demands
from tests.deliberation.conftest import room  # noqa: F401 - a fixture
from tests.factories import MAKER, PostingFactory
from tests.oversight.conftest import at, run, states, told
from tests.resources.test_demands import submitted

BEFORE, TODAY, RED, ABOVE = "还有1个工作日到期", "今天到期", "已超期", "超期多日，请督促"
DAYS = [at(11, day) for day in (24, 25, 26, 27, 28, 29, 30)] + [at(12, day) for day in range(1, 9)]


def test_each_step_goes_to_whoever_has_the_item(cast, boss, demand):
    """F-11: one working day before, on the day, red the day after, and after five red days to the posting above."""
    for moment in DAYS:
        run(moment)
    assert told() == [("陈立", BEFORE), ("陈立", TODAY), ("陈立", RED), ("罗书记", ABOVE)]
    last = Notification.objects.get(recipient=boss, topic="resources.demand_accept")
    assert (last.heading, last.title, last.light, last.page, last.key) == (
        "受理需求",
        demand.title,
        "red",
        "demand",
        demand.pk,
    )
    assert timezone.localtime(last.told_at) == at(12, 4)


def test_R1_each_due_reminder_is_made_once(cast, demand):
    for _ in range(3):
        for moment in DAYS[:6]:
            run(moment)
    assert told() == [("陈立", BEFORE), ("陈立", TODAY)]
    assert Reminder.objects.filter(rule="resources.demand_accept").count() == 3  # the next day's stands ready


def test_R4_never_early_and_at_once_when_due(cast, demand):
    assert run(at(11, 26, 7, 59)) == 0
    assert told() == []
    assert run(at(11, 26)) == 1


def test_R5_after_an_outage_the_stale_ones_are_marked_and_the_rest_is_sent(cast, boss, demand):
    """Nobody ticked from Tuesday to Wednesday of the next week."""
    run(at(12, 2))
    assert told() == [("陈立", RED)]
    assert states() == {"before_1": "stale", "at": "stale", "overdue": "sent"}


def test_R6_what_was_handled_between_writing_and_sending_is_not_sent(cast, demand):
    reminders.schedule(now=at(11, 25, 9))
    assert Reminder.objects.get().state == "waiting"
    demands.accept_demand(actor=cast.cadre_chen, demand=demand, now=at(11, 25, 10))
    run(at(11, 26))
    assert told() == []
    assert states() == {"before_1": "cancelled"}


def test_R6_control_who_sends_what_was_written_tells_people_of_what_is_over(cast, demand):
    reminders.schedule(now=at(11, 25, 9))
    demands.accept_demand(actor=cast.cadre_chen, demand=demand, now=at(11, 25, 10))
    due = Reminder.objects.filter(state="waiting", due_at__lte=at(11, 26))
    assert due.count() == 1  # the list alone still says so


def test_R6_a_meeting_called_off_asks_nobody_for_a_reply(room):  # noqa: F811
    meeting = room.convened(room.accepted())
    run(at(11, 29))
    asked = Notification.objects.filter(topic="deliberation.invitation").count()
    assert asked > 0
    meetings.cancel(actor=room.joint, meeting=meeting, reason="防汛", now=at(11, 29, 9))
    run(at(11, 30))
    assert Notification.objects.filter(topic="deliberation.invitation").count() == asked
    assert not Reminder.objects.filter(rule="deliberation.invitation", state="sent", step="before_1").exists()


@pytest.mark.parametrize("step", ["return", "wait"])
def test_the_clock_stands_still_and_nothing_is_sent(cast, boss, demand, step):
    """待补正、等外部答复."""
    if step == "return":
        demands.return_demand(actor=cast.cadre_chen, demand=demand, reason="请写明数量。", now=at(11, 24, 10))
    else:
        demands.accept_demand(actor=cast.cadre_chen, demand=demand, now=at(11, 24, 10))
        demands.wait_demand(actor=cast.cadre_chen, demand=demand, reason="等水务站答复。", now=at(11, 24, 11))
    for moment in DAYS:
        run(moment)
    assert told() == []


@pytest.mark.parametrize("jump", [timedelta(days=1), timedelta(days=-1)])
def test_R7_a_clock_that_jumps_by_a_day_neither_skips_nor_repeats(cast, boss, demand, jump):
    for number, moment in enumerate(DAYS):
        run(moment)
        if number % 3 == 1:
            run(moment + jump)
    assert sorted(told()) == sorted([("陈立", BEFORE), ("陈立", TODAY), ("陈立", RED), ("罗书记", ABOVE)])


def test_R9_escalation_ends_with_completion(cast, boss, demand):
    for moment in DAYS[:8]:
        run(moment)
    demands.accept_demand(actor=cast.cadre_chen, demand=demand, now=at(12, 1, 9))
    for moment in DAYS[8:]:
        run(moment)
    assert told(boss) == []


def test_it_never_goes_up_to_the_person_who_has_it(cast, boss, demand):
    """The township's secretary also sits at the desk: then it goes to the organization department."""
    PostingFactory(person=boss, role=Role.TOWNSHIP_OFFICER)
    for moment in DAYS:
        run(moment)
    assert (boss.name, ABOVE) not in told(boss)
    assert told(cast.district_zhao) == [("赵启明", ABOVE)]


def test_without_a_posting_above_the_next_level_hears(cast, demand):
    for moment in DAYS:
        run(moment)
    assert told(cast.district_zhao) == [("赵启明", ABOVE)]


def test_a_person_without_a_login_or_disabled_is_not_counted_on(cast, boss, demand):
    with transaction.atomic():
        stamp(MAKER)
        cast.cadre_chen.is_active = False
        cast.cadre_chen.save()
    for moment in DAYS:
        run(moment)
    assert told() == [("罗书记", ABOVE)]


def test_a_step_that_lay_before_the_beginning_is_no_reminder(cast):
    """A task given today for tomorrow was never due a week ago."""
    rule = registry.rule("deliberation.task")
    table = reminders._timetable(rule, at(11, 24).date())["before_5"]
    assert [each.due_at for each in table if each.last == at(11, 27).date()] == [at(11, 20)]


def test_a_rule_that_fails_does_not_stop_the_others(cast, demand, monkeypatch, caplog):
    def broken(on):
        raise RuntimeError("broken")

    rule = registry.rule("resources.demand_answer")
    monkeypatch.setitem(registry._rules, "a.first", replace(rule, name="a.first", subjects=broken))
    run(at(11, 26))
    assert told() == [("陈立", BEFORE)]
    assert "a.first" in caplog.text


def test_a_rule_that_is_declared_no_more_is_cancelled(cast, demand, monkeypatch):
    reminders.schedule(now=at(11, 25, 9))
    monkeypatch.delitem(registry._rules, "resources.demand_accept")
    assert run(at(11, 26)) == 1
    assert states() == {"before_1": "cancelled"}


def test_a_hundred_take_as_many_statements_as_one(cast, demand, django_assert_max_num_queries):
    for number in range(99):
        submitted(cast, title=f"第{number}处渠道")
    reminders.schedule(now=at(11, 26))
    with django_assert_max_num_queries(6):
        assert reminders.send_due(now=at(11, 26)).outcomes == {"sent": 100}
