"""P6: counts kept beside the demands equal the live count whatever changed them: services, bulk, raw SQL, moves."""

import contextlib
import random
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.models import F

from kit import summaries
from kit.actors import System
from kit.errors import DomainError
from kit.services import stamp
from orgs.models import Organization
from orgs.services import organizations
from resources.models import DEMAND, Demand, DemandCount, DemandDelta
from resources.services import demands
from tests.resources.test_demands import NOW, submitted

MAKER = System("tests", verbs=frozenset({"organization.move"}))
STATES = [state for state in DEMAND.states.values if state not in ("draft", "returned", "closed", "waiting")]
SUMMARY = "resources.Demand"


def a_demand(cast, rng: random.Random) -> Demand:
    """A row as raw SQL would leave it, in any state."""
    unit, body = rng.choice(
        [(cast.mingyue, cast.tianma), (cast.daxing, cast.tianma), (cast.yangfan, cast.zengkou_joint)]
    )
    at = NOW - timedelta(days=rng.randrange(300))
    return Demand(
        unit=unit,
        body=body.organization,
        author=cast.secretary_li,
        category="water",
        title="提灌站维修",
        text="水泵老化。",
        state=rng.choice(STATES),
        created_at=at,
        submitted_at=at,
        accept_by_on=(at + timedelta(days=3)).date(),
        answer_by_on=(at + timedelta(days=rng.randrange(4, 9))).date(),
    )


def walk(cast, seed: int, steps: int) -> None:
    """Change demands in every way there is, folding now and then; the figure is right after each step."""
    rng = random.Random(seed)

    def add() -> None:
        Demand.objects.bulk_create(a_demand(cast, rng) for _ in range(rng.randrange(1, 6)))

    def by_service() -> None:
        row = submitted(cast)
        verb = rng.choice([demands.accept_demand, demands.return_demand, demands.withdraw_demand])
        actor = cast.secretary_li if verb is demands.withdraw_demand else cast.cadre_chen
        reason = {} if verb is demands.accept_demand else {"reason": "请写明面积。"}
        verb(actor=actor, demand=row, now=NOW, **reason)

    def in_bulk() -> None:
        some = Demand.objects.order_by("pk")[: rng.randrange(1, 9)].values("pk")
        Demand.objects.filter(pk__in=some).update(
            state=rng.choice(STATES), answer_by_on=F("answer_by_on") + timedelta(days=1)
        )

    def raw() -> None:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE resources_demand SET title = title || '。'")
            cursor.execute(
                "UPDATE resources_demand SET unit_id = %s, body_id = %s WHERE id IN"
                " (SELECT id FROM resources_demand ORDER BY id DESC LIMIT 2)",
                [cast.daxing.pk, cast.tianma.pk],
            )

    def rolled_back() -> None:
        sid = transaction.savepoint()
        add()
        transaction.savepoint_rollback(sid)

    def delete() -> None:
        Demand.objects.filter(pk__in=Demand.objects.order_by("pk")[:1].values("pk")).delete()

    def move() -> None:
        unit = Organization.objects.get(pk=rng.choice([cast.daxing.pk, cast.yangfan.pk]))
        there = rng.choice([cast.sanjiang, cast.zengkou])
        with contextlib.suppress(DomainError):  # it is there already
            organizations.move_organization(actor=MAKER, organization=unit, parent=there, reason="区划调整", now=NOW)

    for _ in range(steps):
        with transaction.atomic():
            stamp(MAKER)
            rng.choice([add, add, by_service, in_bulk, raw, rolled_back, delete, move])()
        if rng.random() < 0.3:
            summaries.of(SUMMARY).fold()
        assert summaries.of(SUMMARY).differences() == []


@pytest.mark.parametrize("seed", range(3))
def test_the_figure_equals_the_live_count_after_every_change(cast, seed):
    walk(cast, seed, 40)
    assert Demand.objects.submitted().count() == _total() > 0


def _total() -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT sum(number) FROM ({summaries.of(SUMMARY).current()}) x")
        return cursor.fetchone()[0]


def test_drafts_and_what_was_withdrawn_as_a_draft_are_not_counted(cast):
    row = submitted(cast)
    assert _total() == 1
    with transaction.atomic():
        stamp(MAKER)
        Demand.objects.filter(pk=row.pk).update(state="withdrawn", submitted_at=None)
    assert summaries.of(SUMMARY).differences() == []
    assert Demand.objects.submitted().count() == 0
    assert _total() == 0


def test_folding_keeps_the_figure_and_leaves_no_delta(cast):
    submitted(cast)
    assert DemandDelta.objects.exists()
    assert not DemandCount.objects.exists()
    assert summaries.fold_all() == DemandDelta.objects.count() + 1
    assert not DemandDelta.objects.exists()
    assert DemandCount.objects.get().home_id == cast.sanjiang.pk
    assert summaries.fold_all() == 0


def test_a_moved_village_takes_its_demands_along_and_a_moved_township_changes_nothing(cast):
    """Half of them folded, half not."""
    submitted(cast)
    summaries.fold_all()
    submitted(cast)
    organizations.move_organization(
        actor=MAKER, organization=cast.mingyue, parent=cast.zengkou, reason="区划调整", now=NOW
    )
    assert summaries.of(SUMMARY).differences() == []
    summaries.fold_all()
    assert {(row.home_id, row.number) for row in DemandCount.objects.filter(number__gt=0)} == {(cast.zengkou.pk, 2)}


def test_a_wrong_count_is_found_and_set_right(cast, superuser):
    submitted(cast)
    summaries.fold_all()
    with transaction.atomic():
        DemandCount.objects.update(number=7)
    found = list(summaries.compare())
    assert len(found) == 1
    assert found[0].startswith("需求汇总与台账不符：三江镇党委")
    assert "多了 6" in found[0]
    summaries.recount_all(now=NOW)
    assert list(summaries.compare()) == []


def test_nobody_but_the_triggers_writes_a_delta(cast):
    with pytest.raises(Exception, match="permission denied"), transaction.atomic():
        DemandDelta.objects.create(unit=cast.mingyue, body=cast.tianma.organization, state="submitted", number=1)
