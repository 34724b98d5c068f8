"""Periodic work: one run a period, whoever ticks; crashes taken over; missed periods caught up."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit import jobs
from kit.errors import RuleBroken
from kit.models import JobRun
from kit.services import request_id
from tests.kitapp.models import Effect

NOW = datetime(2026, 11, 23, 6, 0, 7, tzinfo=UTC)  # 14:00:07 in Shanghai
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LONG_AGO = NOW - timedelta(days=400)

pytestmark = pytest.mark.django_db


@pytest.fixture
def register(monkeypatch):
    """An empty registry; ``register(every, …)`` declares a job ``t`` that notes its periods and fails as told."""
    monkeypatch.setattr(jobs, "_jobs", {})

    def declare(every=HOUR, *, kind=jobs.job, name="t", **options):
        def run(*, period, now):
            run.seen.append(period)
            Effect.objects.create(subscriber=name, fact=uuid4())
            if run.fault:
                raise run.fault

        run.seen, run.fault = [], None
        return kind(name, every=every, **options)(run)

    return declare


def hours(run):
    return [period.start.astimezone(jobs.SHANGHAI).hour for period in run.seen]


def test_a_period_is_run_once(register):
    run = register()
    assert jobs.tick(now=NOW) == ["t 2026-11-23T06:00:00Z"]
    assert jobs.tick(now=NOW + timedelta(minutes=59)) == []
    assert jobs.tick(now=NOW + HOUR) == ["t 2026-11-23T07:00:00Z"]
    assert hours(run) == [14, 15]
    assert Effect.objects.count() == 2


def test_an_idle_tick_costs_two_queries(register, django_assert_num_queries):
    for number in range(20):
        register(name=f"t{number}")
    jobs.tick(now=NOW)
    with django_assert_num_queries(2):
        jobs.tick(now=NOW)


def test_missed_periods_are_caught_up_in_order(register):
    """R5: after an outage every period has its run, the oldest first."""
    run = register()
    jobs.tick(now=NOW)
    assert len(jobs.tick(now=NOW + 5 * HOUR)) == 5
    assert hours(run) == [14, 15, 16, 17, 18, 19]


def test_a_long_outage_is_caught_up_in_bounded_steps(register, monkeypatch):
    monkeypatch.setattr(jobs, "MOST_AT_ONCE", 3)
    run = register()
    jobs.tick(now=NOW)
    for _ in range(3):
        jobs.tick(now=NOW + 7 * HOUR)
    assert hours(run) == [14, 15, 16, 17, 18, 19, 20, 21]


def test_a_new_job_starts_with_the_present_period(register):
    run = register(DAY, offset=2 * HOUR)
    jobs.tick(now=NOW)
    ((period,)) = run.seen
    assert period.start.astimezone(jobs.SHANGHAI).isoformat() == "2026-11-23T02:00:00+08:00"
    assert period.end - period.start == DAY


@given(
    at=st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)), every=st.integers(1, 10**6), back=st.integers(0, 50)
)
def test_every_moment_lies_in_one_period_and_none_is_missed(at, every, back):
    each = jobs.Job("t", None, timedelta(seconds=every), timedelta(), True, True, HOUR)
    now = at.replace(tzinfo=UTC)
    period = each.period_at(now)
    assert period.start <= now < period.end
    assert each.period_at(period.end).start == period.end
    earlier = each.period_at(period.start - back * each.every)
    missed = each.missed_since(earlier.key, now)
    assert [p.start for p in missed] == [earlier.start + n * each.every for n in range(1, back + 1)]


@pytest.mark.parametrize("jump", [DAY, -DAY])
def test_a_clock_that_jumps_and_returns_neither_skips_nor_repeats(register, jump):
    """R7: the clock goes wrong by a day for one tick; afterwards every hour has run exactly once."""
    run = register()
    jobs.tick(now=NOW)
    jobs.tick(now=NOW + jump)
    for hour in range(1, 27):
        jobs.tick(now=NOW + hour * HOUR)
    starts = [period.start for period in run.seen]
    assert len(starts) == len(set(starts))
    assert sorted(starts) == [starts[0] + n * HOUR for n in range(27)]


def test_a_failed_run_rolls_back_rests_and_comes_again(register, caplog):
    run = register()
    run.fault = RuleBroken("x", "数据不全，暂不能生成。")
    assert jobs.tick(now=NOW) == []
    assert not Effect.objects.exists()
    row = JobRun.objects.get()
    assert (row.state, row.last_error, list(jobs.failed())) == ("failed", "数据不全，暂不能生成。", [row])
    assert jobs.tick(now=NOW) == []  # resting
    assert len(run.seen) == 1
    JobRun.objects.update(leased_until=LONG_AGO)
    run.fault = None
    assert jobs.tick(now=NOW) == ["t 2026-11-23T06:00:00Z"]
    row.refresh_from_db()
    assert (row.state, row.attempts, row.last_error) == ("done", 2, "")
    assert Effect.objects.count() == 1
    assert "jobs: t" in caplog.text


def test_a_failure_never_shows_what_the_driver_said(register):
    """G6: a driver's message may quote personal data."""
    run = register()
    run.fault = ValueError("Key (phone)=(13900000000) already exists")
    jobs.tick(now=NOW)
    assert JobRun.objects.get().last_error == "ValueError"


def test_later_periods_wait_for_an_earlier_one_and_other_jobs_do_not(register):
    run, other = register(), register(name="other")
    jobs.tick(now=NOW)
    run.fault = ValueError("x")
    jobs.tick(now=NOW + 3 * HOUR)
    assert hours(run) == [14, 15]
    assert hours(other) == [14, 15, 16, 17]


def test_a_crashed_run_is_taken_over_after_its_lease(register):
    """A process that dies leaves a claim; until the lease ends nobody touches it, then the next tick does it."""
    run = register()
    assert jobs._claim("t", jobs._jobs["t"].period_at(NOW).key, HOUR)
    assert jobs.tick(now=NOW) == []
    JobRun.objects.update(leased_until=LONG_AGO)
    assert jobs.tick(now=NOW) == ["t 2026-11-23T06:00:00Z"]
    assert len(run.seen) == 1


def test_a_run_that_lost_its_claim_leaves_no_effect(register):
    """A zombie: it slept past its lease before it began, another process has done the work."""
    with jobs.once("t", "2026Q4") as claim:
        assert claim
    JobRun.objects.update(state="running", leased_until=LONG_AGO)
    row = JobRun.objects.get()
    zombie = jobs.Claim(row.pk, uuid4(), HOUR)
    assert not zombie._hold()
    with pytest.raises(jobs.LostClaim):
        zombie.extend()
    with pytest.raises(jobs.LostClaim):
        zombie._finish()


def test_once_is_once_for_ever():
    ran = []
    for _ in range(3):
        with jobs.once("quarterly", "2026Q4") as claim:
            if claim:
                ran.append(request_id.get())
    assert ran == ["job:quarterly"]
    assert request_id.get() == ""
    with jobs.once("quarterly", "2027Q1") as claim:
        assert claim


def test_a_body_that_raises_is_not_done():
    with pytest.raises(ZeroDivisionError), jobs.once("quarterly", "2026Q4"):
        raise ZeroDivisionError
    with jobs.once("quarterly", "2026Q4") as claim:
        assert claim is None  # resting
    JobRun.objects.update(leased_until=LONG_AGO)
    with jobs.once("quarterly", "2026Q4") as claim:
        assert claim


def test_a_sweep_runs_often_and_leaves_one_row(register):
    run = register(timedelta(seconds=5), kind=jobs.sweep)
    for second in range(0, 60, 5):
        jobs.tick(now=NOW + timedelta(seconds=second))
    assert len(run.seen) == 12
    jobs.tick(now=NOW + HOUR)
    assert len(run.seen) == 13  # an hour's silence is not made up for
    assert JobRun.objects.count() == 1


@pytest.mark.parametrize("jump", [DAY, -DAY])
def test_a_sweep_goes_on_at_once_after_a_clock_that_jumped(register, jump):
    """R7, R4: or nothing would be sent, told or sealed until the clock gets there again."""
    run = register(HOUR, kind=jobs.sweep)
    for now in (NOW, NOW + jump, NOW + HOUR, NOW + HOUR, NOW + 2 * HOUR):
        jobs.tick(now=now)
    assert [period.start for period in run.seen] == [
        jobs._jobs["t"].period_at(now).start for now in (NOW, NOW + jump, NOW + HOUR, NOW + 2 * HOUR)
    ]
    assert JobRun.objects.count() == 1
    assert jobs.late(now=NOW + 2 * HOUR) == []


def test_R7_control_a_sweep_that_counts_like_a_job_stands_still_for_a_day(register):
    run = register(HOUR, kind=jobs.sweep)
    jobs._jobs["t"] = replace(jobs._jobs["t"], catch_up=True)
    for now in (NOW, NOW + DAY):
        jobs.tick(now=now)
    before = len(run.seen)
    jobs.tick(now=NOW + HOUR)
    jobs.tick(now=NOW + 23 * HOUR)
    assert len(run.seen) == before


def test_a_failing_sweep_goes_on_with_the_next_time(register):
    run = register(timedelta(seconds=5), kind=jobs.sweep)
    run.fault = ValueError("x")
    jobs.tick(now=NOW)
    run.fault = None
    assert len(jobs.tick(now=NOW + timedelta(seconds=5))) == 1
    assert JobRun.objects.get().state == "done"


def test_a_slow_sweep_is_not_started_beside_itself(register):
    run = register(timedelta(seconds=5), kind=jobs.sweep)
    assert jobs._claim("t", jobs._jobs["t"].period_at(NOW).key, HOUR)  # under way elsewhere
    assert jobs.tick(now=NOW + timedelta(seconds=5)) == []
    JobRun.objects.update(leased_until=LONG_AGO)  # it died
    assert len(jobs.tick(now=NOW + timedelta(seconds=10))) == 1
    assert len(run.seen) == 1
    assert JobRun.objects.get().state == "done"


def test_a_ticker_that_is_away_can_be_seen(register):
    register()
    assert jobs.late(now=NOW) == ["t"]
    jobs.tick(now=NOW)
    assert jobs.late(now=NOW + HOUR) == []
    assert jobs.late(now=NOW + HOUR + timedelta(minutes=3)) == ["t"]


def test_old_runs_are_forgotten_but_never_the_last(register):
    register()
    jobs.tick(now=NOW)
    jobs.tick(now=NOW + HOUR)
    JobRun.objects.update(finished_at=NOW)
    assert jobs.forget_old(now=NOW + jobs.KEPT) == 0
    assert jobs.forget_old(now=NOW + jobs.KEPT + DAY) == 1
    assert jobs.tick(now=NOW + 2 * HOUR) == ["t 2026-11-23T08:00:00Z"]


def test_declarations_are_checked(register):
    register()
    with pytest.raises(ValueError, match="twice"):
        register()
    with pytest.raises(ValueError, match="whole seconds"):
        register(timedelta(milliseconds=1500), name="u")
