"""The township kept beside each demand is the one above its unit, whatever was written or moved; reach follows it."""

import random
import threading

import pytest
from django.db import connection, transaction

from kit import homes
from kit.models.audit import AuditEvent
from kit.scoping import standing_of, within
from kit.services import stamp
from orgs.services import organizations
from resources import selectors
from resources.models import Demand
from tests.cast import make_cast
from tests.resources.test_demands import NOW, submitted, written
from tests.resources.test_summaries import MAKER, a_demand

KEPT = "resources.Demand"


def move(unit, place) -> None:
    organizations.move_organization(actor=MAKER, organization=unit, parent=place, reason="区划调整", now=NOW)


def test_a_demand_stands_at_its_units_township(cast):
    assert Demand.objects.get(pk=submitted(cast).pk).home_id == cast.sanjiang.pk


def test_a_moved_village_takes_its_demands_along_without_a_trail_of_its_own(cast):
    row, other = submitted(cast), submitted(cast, unit=cast.mingyue)
    trail = AuditEvent.objects.filter(table_name="resources_demand").count()
    move(cast.mingyue, cast.zengkou)
    assert set(Demand.objects.filter(pk__in=[row.pk, other.pk]).values_list("home_id", flat=True)) == {cast.zengkou.pk}
    assert AuditEvent.objects.filter(table_name="resources_demand").count() == trail


def _version(row: Demand) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT xmin::text || ctid::text FROM resources_demand WHERE id = %s", [row.pk])
        return cursor.fetchone()[0]


def test_a_township_under_another_path_changes_no_demand(cast):
    """Ids are kept, not paths: only the tree's own rows change."""
    row = submitted(cast)
    before = _version(row)
    with connection.cursor() as cursor, transaction.atomic():
        stamp(MAKER)
        cursor.execute("UPDATE orgs_organization SET path = path || 't999/' WHERE id = %s", [cast.sanjiang.pk])
    assert _version(row) == before
    move(cast.mingyue, cast.zengkou)
    assert _version(row) != before


def test_nobody_but_the_database_decides_the_home(cast):
    row = submitted(cast)
    with transaction.atomic():
        stamp(MAKER)
        Demand.objects.filter(pk=row.pk).update(home=cast.zengkou)
        forged = a_demand(cast, random.Random(1))
        forged.unit, forged.home = cast.mingyue, cast.zengkou
        Demand.objects.bulk_create([forged])
    assert set(Demand.objects.values_list("home_id", flat=True)) == {cast.sanjiang.pk}
    with transaction.atomic():
        stamp(MAKER)
        Demand.objects.filter(pk=row.pk).update(unit=cast.yangfan)
    assert Demand.objects.get(pk=row.pk).home_id == cast.yangfan.parent_id != cast.sanjiang.pk


def test_a_wrong_home_is_found_and_set_right(cast, superuser):
    submitted(cast)
    with transaction.atomic(), connection.cursor() as cursor:
        stamp(MAKER)
        cursor.execute("SELECT set_config('liancun.homes', 'on', true)")
        cursor.execute("UPDATE resources_demand SET home_id = %s", [cast.zengkou.pk])
    (found,) = homes.compare()
    assert "的所属乡镇与组织树不符" in found
    homes.set_right(now=NOW)
    assert list(homes.compare()) == []


@pytest.mark.parametrize(
    "who",
    ["secretary_li", "cadre_chen", "district_zhao", "secretary_wang", "secretary_sun", "entrepreneur_he", "outsider"],
)
def test_reach_by_home_is_the_reach_by_path(cast, who):
    """The twin conditions open the same rows to everybody."""
    rng = random.Random(5)
    with transaction.atomic():
        stamp(MAKER)
        Demand.objects.bulk_create(a_demand(cast, rng) for _ in range(40))
    written(cast)
    person = getattr(cast, who)
    by_path = Demand.objects.filter(within(standing_of(person))).exclude(state="draft").values_list("pk", flat=True)
    assert set(selectors.demands(person).exclude(state="draft").values_list("pk", flat=True)) == set(by_path)


@pytest.mark.races
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("first", ["move", "write"])
def test_a_demand_written_while_its_village_moves_stands_at_the_new_township(first):
    """Whoever comes second waits for the row of the village and sees what the first has done."""
    cast = make_cast()
    begun, other_started = threading.Event(), threading.Event()
    raised: list[BaseException] = []

    def run(mine, is_first: bool) -> None:
        try:
            if not is_first:
                begun.wait(20)
                other_started.set()
            with transaction.atomic():
                mine()
                if is_first:
                    begun.set()
                    other_started.wait(20)
                    # The second is now asking for the row we hold.
                    with connection.cursor() as cursor:
                        cursor.execute("SELECT pg_sleep(0.2)")
        except BaseException as error:
            raised.append(error)
        finally:
            connection.close()

    def write() -> None:
        stamp(MAKER)
        row = a_demand(cast, random.Random(1))
        row.unit = cast.mingyue
        row.save(force_insert=True)

    tasks = [(lambda: move(cast.mingyue, cast.zengkou), first == "move"), (write, first == "write")]
    threads = [threading.Thread(target=run, args=task) for task in tasks]
    [thread.start() for thread in threads]
    [thread.join(60) for thread in threads]
    assert raised == []
    assert Demand.objects.get().home_id == cast.zengkou.pk
    assert list(homes.compare()) == []
