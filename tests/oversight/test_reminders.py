"""R1–R9 of the engine, each with the control that shows what would go wrong."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from deliberation.services import meetings
from kit import clock, jobs
from kit import reminders as registry
from kit.services import stamp
from orgs.choices import Role
from oversight.models import Notification, Reminder
from oversight.services import reminders
from resources.services import demands
from tests.deliberation.conftest import room  # noqa: F401 - a fixture
from tests.factories import MAKER, PostingFactory
from tests.oversight.conftest import at, only, rewritten, run, states, told, unguarded
from tests.oversight.due import waiting

BEFORE, TODAY, RED, ABOVE = "还有1个工作日到期", "今天到期", "已超期", "超期多日，请督促"
DAYS = [at(11, day) for day in (24, 25, 26, 27, 28, 29, 30)] + [at(12, day) for day in range(1, 9)]
# Each day on which a step is due, the eve on which it is written, and one day on which nothing happens.
TURNS = [at(11, day) for day in (25, 26, 27, 28, 30)] + [at(12, day) for day in (3, 4, 7)]
# What the rule asks of each demand, both when it writes and when it tells.
STILL_OPEN = '"resources_demand"."state" = %s'
EVERYTHING = [("陈立", BEFORE), ("陈立", TODAY), ("陈立", RED), ("罗书记", ABOVE)]


def test_each_step_goes_to_whoever_has_the_item(cast, boss, demand):
    """F-11: one working day before, on the day, red the day after, and after five red days to the posting above."""
    for moment in DAYS:
        run(moment)
    assert told() == EVERYTHING
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


def test_R4_control_who_does_not_ask_for_the_hour_tells_a_day_early(cast, demand):
    with unguarded("due_at <= %s"):
        run(at(11, 25, 9))
    assert told() == [("陈立", BEFORE)]


def test_R5_after_an_outage_the_stale_ones_are_marked_and_the_rest_is_sent(cast, boss, demand):
    """Nobody ticked from Tuesday to Wednesday of the next week."""
    run(at(12, 2))
    assert told() == [("陈立", RED)]
    assert states() == {"before_1": "stale", "at": "stale", "overdue": "sent"}


def test_R5_control_without_the_mark_three_ring_at_once(cast, boss, demand):
    with unguarded("m.stale_at > %s"):
        run(at(12, 2))
    assert sorted(told()) == sorted(EVERYTHING[:3])
    assert set(states().values()) == {"sent"}


def test_R6_what_was_handled_between_writing_and_sending_is_not_sent(cast, demand):
    handled_before_it_is_told(cast, demand)
    run(at(11, 26))
    assert told() == []
    assert states() == {"before_1": "cancelled"}


def test_R6_control_who_sends_what_was_written_tells_people_of_what_is_over(cast, demand):
    handled_before_it_is_told(cast, demand)
    with unguarded(STILL_OPEN):
        run(at(11, 26))
    assert told() == [("陈立", BEFORE)]


def handled_before_it_is_told(cast, demand):
    reminders.schedule(now=at(11, 25, 9))
    assert Reminder.objects.get().state == "waiting"
    demands.accept_demand(actor=cast.cadre_chen, demand=demand, now=at(11, 25, 10))


def test_R6_a_meeting_called_off_asks_nobody_for_a_reply(room, monkeypatch):  # noqa: F811
    only(monkeypatch, "deliberation.invitation")
    meeting = room.convened(room.accepted())
    run(at(11, 29))
    asked = Notification.objects.filter(topic="deliberation.invitation").count()
    assert asked > 0
    meetings.cancel(actor=room.joint, meeting=meeting, reason="防汛", now=at(11, 29, 9))
    run(at(11, 30))
    assert Notification.objects.filter(topic="deliberation.invitation").count() == asked
    assert not Reminder.objects.filter(rule="deliberation.invitation", state="sent", step="before_1").exists()


@pytest.mark.parametrize("step", ["return", "wait"])
def test_the_clock_stands_still_and_nothing_is_sent(cast, boss, demand, step, monkeypatch):
    """待补正、等外部答复."""
    only(monkeypatch, "resources.demand_accept", "resources.demand_answer")
    if step == "return":
        demands.return_demand(actor=cast.cadre_chen, demand=demand, reason="请写明数量。", now=at(11, 24, 10))
    else:
        demands.accept_demand(actor=cast.cadre_chen, demand=demand, now=at(11, 24, 10))
        demands.wait_demand(actor=cast.cadre_chen, demand=demand, reason="等水务站答复。", now=at(11, 24, 11))
    for moment in DAYS:
        run(moment)
    assert told() == []


@pytest.mark.parametrize("jump", [timedelta(days=1), timedelta(days=-1)], ids=["ahead", "behind"])
def test_R7_a_clock_that_jumps_by_a_day_and_back_repeats_nothing(cast, boss, demand, jump):
    for moment in TURNS:
        run(moment)
        run(moment + jump)
    assert sorted(told()) == sorted(EVERYTHING)


@pytest.mark.parametrize(("jump", "count"), [(0, 2), (1, 5), (-1, 3)], ids=["no jump", "ahead", "behind"])
def test_R7_control_an_engine_that_forgets_what_it_told_repeats_it(cast, demand, jump, count):
    """While the clock is right so is it: only a jump shows what the kept rows are for."""
    for moment in TURNS[:3]:
        for now in dict.fromkeys((moment, moment + timedelta(days=jump))):
            run(now)
            Reminder.objects.exclude(state="waiting").delete()
    assert len(told()) == count


def test_R7_a_day_that_the_clock_leaves_out_is_made_up_for(cast, demand):
    """From Wednesday to Friday, a minute before the next step is due."""
    leave_out_thursday()
    assert told() == [("陈立", BEFORE), ("陈立", TODAY)]


def test_R7_control_who_asks_what_is_due_today_skips_it(cast, demand):
    day = "date_trunc('day', {}, 'Asia/Shanghai')"
    with rewritten("due_at <= %s", f"{day.format('due_at')} = {day.format('%s::timestamptz')}"):
        leave_out_thursday()
    assert told() == [("陈立", TODAY)]


def leave_out_thursday():
    for moment in (at(11, 25), at(11, 27, 7, 59), at(11, 27)):
        run(moment)


# The escalation of 4 December is written on the 3rd.
before_and_after_it_is_written = pytest.mark.parametrize(
    ("accepted", "left"),
    [(at(12, 1, 9), None), (at(12, 3, 9), "cancelled")],
    ids=["before it is written", "when it stands ready"],
)


@before_and_after_it_is_written
def test_R9_escalation_ends_with_completion(cast, boss, demand, accepted, left):
    goes_red_and_is_accepted(cast, demand, accepted)
    run_on(accepted)
    assert told(boss) == []
    assert states().get("escalated") == left


@before_and_after_it_is_written
def test_R9_control_who_does_not_ask_again_tells_those_above(cast, boss, demand, accepted, left):
    goes_red_and_is_accepted(cast, demand, accepted)
    with unguarded(STILL_OPEN):
        run_on(accepted)
    assert told(boss) == [("罗书记", ABOVE)]


def goes_red_and_is_accepted(cast, demand, accepted):
    for moment in TURNS:
        if moment < accepted:
            run(moment)
    demands.accept_demand(actor=cast.cadre_chen, demand=demand, now=accepted)


def run_on(accepted):
    for moment in TURNS:
        if moment > accepted:
            run(moment)


def test_it_never_goes_up_to_the_person_who_has_it(cast, boss, demand):
    """The township's secretary also sits at the desk: then it goes to the organization department."""
    PostingFactory(person=boss, role=Role.TOWNSHIP_OFFICER)
    for moment in TURNS:
        run(moment)
    assert (boss.name, ABOVE) not in told(boss)
    assert told(cast.district_zhao) == [("赵启明", ABOVE)]


def test_without_a_posting_above_the_next_level_hears(cast, demand):
    for moment in TURNS:
        run(moment)
    assert told(cast.district_zhao) == [("赵启明", ABOVE)]


def test_a_person_without_a_login_or_disabled_is_not_counted_on(cast, boss, demand):
    with transaction.atomic():
        stamp(MAKER)
        cast.cadre_chen.is_active = False
        cast.cadre_chen.save()
    for moment in TURNS:
        run(moment)
    assert told() == [("罗书记", ABOVE)]


def test_a_step_that_lay_before_the_beginning_is_no_reminder(cast):
    """A task given today for tomorrow was never due a week ago."""
    rule = registry.rule("deliberation.task")
    table = reminders._timetable(rule, at(11, 24).date())["before_5"]
    assert [each.due_at for each in table if each.last == at(11, 27).date()] == [at(11, 20)]


@pytest.fixture
def broken(cast, demand, monkeypatch):
    """A rule whose query fails, first of all in order, with a reminder from when it still worked, due before all."""

    def fails(on):
        raise RuntimeError("broken")

    rule = registry.rule("resources.demand_accept")
    monkeypatch.setitem(registry._rules, "a.first", replace(rule, name="a.first", title="坏的规则", subjects=fails))
    monkeypatch.setattr(clock, "database_now", lambda: at(11, 26))
    return Reminder.objects.create(
        rule="a.first",
        step="at",
        subject_id=demand.pk,
        period=at(11, 26).date(),
        recipient=cast.cadre_chen,
        due_at=at(11, 25),
    )


def test_a_rule_that_fails_does_not_stop_the_others(cast, broken, caplog):
    """Neither where it writes nor where it tells; what it wrote waits until it works again (R2)."""
    with pytest.raises(reminders.RuleFailed, match="坏的规则"):
        reminders.schedule(now=at(11, 26))
    with pytest.raises(reminders.RuleFailed, match="坏的规则"):
        reminders.drain(seconds=15)
    assert told() == [("陈立", BEFORE)]
    assert caplog.text.count("rule a.first failed") == 2
    broken.refresh_from_db()
    assert broken.state == "waiting"


def test_control_a_batch_that_does_not_leave_it_out_tells_nobody(cast, broken):
    with pytest.raises(reminders.RuleFailed):
        reminders.schedule(now=at(11, 26))
    for _ in range(3):
        with pytest.raises(reminders.RuleFailed):
            reminders.send_due(now=at(11, 26))
    assert told() == []


def test_R10_a_rule_that_fails_is_on_the_keepers_screen_at_the_first_look(cast, broken, client, monkeypatch):
    monkeypatch.setattr(
        jobs, "_jobs", {name: jobs._jobs[name] for name in ("oversight.schedule", "oversight.remind_1")}
    )
    jobs.tick(now=at(11, 26))
    client.force_login(cast.system_admin, backend="django.contrib.auth.backends.ModelBackend")
    cards = client.get("/admin/").context["attention"]
    assert [(card.label, card.count) for card in cards] == [("失败的作业", 2)]
    page = client.get("/admin/kit/jobrun/", {"state": "failed"}).text
    assert page.count("提醒规则“坏的规则”出错") == 2


def test_a_rule_that_is_declared_no_more_is_cancelled(cast, demand, monkeypatch):
    reminders.schedule(now=at(11, 25, 9))
    monkeypatch.delitem(registry._rules, "resources.demand_accept")
    assert run(at(11, 26)) == 1
    assert states() == {"before_1": "cancelled"}


def test_a_hundred_take_as_many_statements_as_one(cast, demand, django_assert_max_num_queries):
    waiting(cast, 99, since=at(11, 24, 9), until=at(11, 27).date())
    reminders.schedule(now=at(11, 26))
    with django_assert_max_num_queries(6):
        assert reminders.send_due(now=at(11, 26)).outcomes == {"sent": 100}
