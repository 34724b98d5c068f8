"""Chainable row words of 议事协调. A row is in reach by its unit or by its body; a draft only by its unit."""

from datetime import date
from typing import Any, Self

from django.db.models import Case, CharField, F, Func, Q, QuerySet, Value, When
from django.db.models.functions import TruncDate

from deliberation.choices import OPEN_OBJECTION, ChecklistState, Outcome
from kit import scoping
from kit.calendar import SHANGHAI, WorkingDays
from kit.lights import due_days


class _BodyQuerySet(QuerySet):
    """Rows that belong to a body alone."""

    def visible_to(self, person) -> Self:
        standing = scoping.standing_of(person)
        return self.filter(scoping.within(standing, path="body__path", body="body_id"))

    def locked(self) -> Self:
        return self.select_for_update(of=("self",)).order_by("pk")


class MotionQuerySet(QuerySet):
    def visible_to(self, person) -> Self:
        """Motions of units and bodies in reach that were ever submitted; before, the own unit alone sees its draft."""
        standing = scoping.standing_of(person)
        own_units = [post.org_id for post in standing.posts]
        return self.filter(scoping.within(standing), Q(submitted_at__isnull=False) | Q(unit_id__in=own_units))

    def locked(self) -> Self:
        return self.select_for_update(of=("self",)).order_by("pk")


class MeetingQuerySet(_BodyQuerySet):
    def visible_to(self, person) -> Self:
        """Meetings of bodies in reach, and those one is invited to."""
        standing = scoping.standing_of(person)
        reach = scoping.within(standing, path="body__path", body="body_id")
        invited = self.model._default_manager.filter(attendances__person=getattr(person, "pk", None)).values("pk")
        return self.filter(reach | Q(pk__in=invited))


class MinutesQuerySet(QuerySet):
    def due(self, on: date) -> Self:
        """Circulated, and the last day to confirm them is over."""
        return self.filter(state="circulated", confirm_by_on__lt=on)


class AttendanceQuerySet(QuerySet):
    def here(self) -> Self:
        """Those in the room now."""
        return self.filter(presences__isnull=False, presences__left_at__isnull=True)

    def voting(self) -> Self:
        return self.filter(capacity="voting")


class ResolutionQuerySet(_BodyQuerySet):
    pass


def _with_outcome(rows: Any, *, due: str, done: Any, waiting: Q, on: date, last_yellow: date | None) -> Any:
    """Annotate ``outcome`` (choices.Outcome) and ``quarter``, the one its deadline falls into (``2026Q4``)."""
    outcome = Case(
        When(Q(done_on__isnull=False, done_on__lte=F(due)), then=Value(Outcome.ON_TIME)),
        When(done_on__isnull=False, then=Value(Outcome.LATE)),
        When(waiting, then=Value(Outcome.WAITING)),
        When(Q(**{f"{due}__lt": on}), then=Value(Outcome.OVERDUE)),
        When(Q(**{f"{due}__lte": last_yellow}), then=Value(Outcome.SOON)),
        default=Value(Outcome.RUNNING),
        output_field=CharField(),
    )
    quarter = Func(F(due), Value('YYYY"Q"Q'), function="to_char", output_field=CharField())
    return rows.annotate(done_on=done, due=F(due), quarter=quarter).annotate(outcome=outcome)


class ObjectionQuerySet(QuerySet):
    def open(self) -> Self:
        """Without an answer that was reviewed and given: those of which a resolution waits."""
        return self.filter(state__in=OPEN_OBJECTION)

    def lit(self, colour: str, *, on: date, calendar: WorkingDays) -> Self:
        """Whose light has this colour: the twin of the light shown beside each."""
        if colour == "blue":
            return self.none()
        first, last = due_days(colour, on=on, calendar=calendar)
        bounds = {"answer_due_on__gte": first, "answer_due_on__lte": last}
        unanswered = Q(state__in=OPEN_OBJECTION)
        waiting = unanswered & Q(**{name: day for name, day in bounds.items() if day is not None})
        return self.filter(waiting | ~unanswered if colour == "green" else waiting)

    def with_outcome(self, *, on: date, last_yellow: date | None) -> Self:
        done, nobody = TruncDate("answered_at", tzinfo=SHANGHAI), Q(pk__in=[])
        return _with_outcome(self, due="answer_due_on", done=done, waiting=nobody, on=on, last_yellow=last_yellow)


class NoticeQuerySet(QuerySet):
    def live(self) -> Self:
        return self.filter(taken_down_at__isnull=True)

    def public(self) -> Self:
        """What anybody may read without login."""
        return self.live().filter(scope="public")

    def begun(self, on: date) -> Self:
        return self.filter(from_on__lte=on)


class ChecklistQuerySet(QuerySet):
    def refused(self) -> Self:
        return self.filter(state=ChecklistState.REFUSED)

    def unfinished(self) -> Self:
        """Something is still to be entered, before the resolution takes effect or after it was carried out."""
        return self.filter(state__in=[ChecklistState.RUNNING, ChecklistState.DECIDED])

    def visible_to(self, person) -> Self:
        """By the body of the resolution, and by the village."""
        standing = scoping.standing_of(person)
        led = scoping.within(standing, path="resolution__body__path", body="resolution__body_id")
        return self.filter(led | scoping.within(standing, path="village__path", body=None))

    def lit(self, colour: str, *, on: date, calendar: WorkingDays) -> Self:
        """Whose light has this colour: the twin of ``line.checklist_light``."""
        if colour == "blue":
            return self.none()
        first, last = due_days(colour, on=on, calendar=calendar)
        bounds = {"due_on__gte": first, "due_on__lte": last}
        running = Q(state="running", **{name: day for name, day in bounds.items() if day is not None})
        return self.filter(running | Q(decided_on__isnull=False) if colour == "green" else running)

    def locked(self) -> Self:
        return self.select_for_update(of=("self",)).order_by("pk")


class TaskQuerySet(QuerySet):
    def in_force(self) -> Self:
        """Without the tasks of resolutions that were terminated: nobody owes those any more."""
        return self.exclude(resolution__state="terminated")

    def with_outcome(self, *, on: date, last_yellow: date | None) -> Self:
        done, waiting = F("finished_on"), Q(state="waiting")
        return _with_outcome(self, due="due_on", done=done, waiting=waiting, on=on, last_yellow=last_yellow)

    def open(self) -> Self:
        return self.filter(state__in=["assigned", "waiting", "reported"])

    def overdue(self, on: date) -> Self:
        return self.filter(state__in=["assigned", "reported"], due_on__lt=on)

    def lit(self, colour: str, *, on: date, calendar: WorkingDays) -> Self:
        """Rows whose light is this colour on a day; the twin of ``line.task_light``. Conditions on dates only."""
        if colour == "blue":
            return self.filter(state="waiting", finished_on=None)
        first, last = due_days(colour, on=on, calendar=calendar)
        bounds = {"due_on__gte": first, "due_on__lte": last}
        due = Q(finished_on=None, **{name: day for name, day in bounds.items() if day is not None})
        finished = Q(finished_on__isnull=False) if colour == "green" else Q(pk__in=[])
        return self.filter(due & ~Q(state="waiting") | finished)

    def visible_to(self, person) -> Self:
        standing = scoping.standing_of(person)
        led = scoping.within(standing, path="resolution__body__path", body="resolution__body_id")
        return self.filter(led | scoping.within(standing, path="owner__path", body=None))

    def locked(self) -> Self:
        return self.select_for_update(of=("self",)).order_by("pk")
