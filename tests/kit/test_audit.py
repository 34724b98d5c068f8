"""Audit: one event per changed row, whichever way the change came (G1–G7)."""

import json

import psycopg
import pytest
from django.apps import apps
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from kit import audit, events, facts
from kit.actors import System
from kit.env import ROOT
from kit.errors import RuleBroken
from kit.models import AuditEvent, Fact, PersonalValue
from kit.services import request_id, service, stamp
from tests.kitapp.models import Loaded, Thing

pytestmark = [pytest.mark.database, pytest.mark.django_db]

ACTOR = System("tests")


def log():
    """Events of the test's own tables; what seeds left is there too."""
    return AuditEvent.objects.filter(table_name__startswith="kitapp_").order_by("pk")


def trail() -> list[tuple[str, str]]:
    return [(event.op, event.row_id) for event in log()]


@service
def make_thing(*, actor, title: str, fail: bool = False) -> Thing:
    thing = Thing.objects.create(title=title)
    if fail:
        raise ZeroDivisionError
    return thing


class TestEveryWayLeavesOneEventPerRow:
    """G1."""

    @pytest.fixture
    def things(self):
        stamp(ACTOR)
        made = Thing.objects.bulk_create([Thing(title=f"物{n}", count=n) for n in range(5)])
        assert log().count() == 5
        return made

    def changes(self) -> list[tuple[str, str]]:
        return sorted(trail()[5:])

    def test_save(self, things):
        things[0].title = "改"
        things[0].save()
        assert self.changes() == [("update", str(things[0].pk))]

    def test_queryset_update(self, things):
        Thing.objects.filter(count__gte=2).update(count=F("count") + 1)
        assert self.changes() == sorted(("update", str(thing.pk)) for thing in things[2:])

    def test_bulk_update(self, things):
        for thing in things:
            thing.title = "同"
        Thing.objects.bulk_update(things, ["title"])
        assert len(self.changes()) == 5

    def test_delete(self, things):
        Thing.objects.filter(count__lt=2).delete()
        assert self.changes() == sorted(("delete", str(thing.pk)) for thing in things[:2])

    def test_raw_sql(self, things):
        with connection.cursor() as cursor:
            cursor.execute("UPDATE kitapp_thing SET count = 99 WHERE count = 0")
        assert self.changes() == [("update", str(things[0].pk))]

    def test_upsert(self, things):
        Thing.objects.bulk_create(
            [Thing(pk=things[0].pk, title="新"), Thing(title="另")],
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=["title"],
        )
        assert sorted(op for op, _ in self.changes()) == ["insert", "update"]

    def test_two_changes_of_one_table_in_one_statement(self, things):
        with connection.cursor() as cursor:
            cursor.execute(
                "WITH a AS (UPDATE kitapp_thing SET title = 'a' WHERE count = 0 RETURNING 1),"
                " b AS (UPDATE kitapp_thing SET title = 'b' WHERE count = 1 RETURNING 1)"
                " DELETE FROM kitapp_thing WHERE count = 2"
            )
        assert sorted(op for op, _ in self.changes()) == ["delete", "update", "update"]

    def test_copy(self, things):
        with connection.cursor() as cursor, cursor.copy("COPY kitapp_loaded (code, name) FROM STDIN") as copy:
            copy.write("1\t甲\n2\t乙\n")
        assert sorted(self.changes()) == [("insert", "1"), ("insert", "2")]

    def test_a_changed_key_leaves_and_arrives(self, things):
        loaded = Loaded.objects.create(code="1", name="甲")
        Loaded.objects.filter(pk=loaded.pk).update(code="2")
        assert self.changes() == [("delete", "1"), ("insert", "1"), ("insert", "2")]

    def test_nothing_changed_is_no_event(self, things):
        Thing.objects.update(title=F("title"))
        Thing.objects.update(touched_at=timezone.now())
        assert self.changes() == []


def test_the_event_tells_what_changed_from_what_to_what():
    stamp(ACTOR)
    thing = Thing.objects.create(title="旧", count=1)
    Thing.objects.filter(pk=thing.pk).update(title="新", count=1)
    event = log().get(op="update")
    assert (event.before, event.after) == ({"title": "旧"}, {"title": "新"})
    assert log().get(op="insert").after["title"] == "旧"


def test_an_ungoverned_table_is_the_control():
    """Without triggers the same change leaves nothing: the events above come from the triggers."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO kitapp_effect (subscriber, fact) VALUES ('x', gen_random_uuid())")
    assert not log().exists()


@pytest.mark.django_db(transaction=True)
def test_event_and_change_commit_together():
    """G2: rolled back → neither; committed → both, in one transaction."""
    with pytest.raises(ZeroDivisionError):
        make_thing(actor=ACTOR, title="不留", fail=True)
    assert (Thing.objects.count(), log().count()) == (0, 0)
    make_thing(actor=ACTOR, title="留")
    assert (Thing.objects.count(), log().count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
class TestWhoActed:
    """G4: never null."""

    def test_the_stamped_actor_and_request(self):
        token = request_id.set("req-1")
        try:
            make_thing(actor=ACTOR, title="甲")
        finally:
            request_id.reset(token)
        event = log().get()
        assert (event.actor, event.request_id) == ("system:tests", "req-1")

    def test_the_stamp_ends_with_the_transaction(self):
        make_thing(actor=ACTOR, title="甲")
        Thing.objects.update(title="乙")
        assert log().get(op="update").actor == f"db:{connection.settings_dict['USER']}"

    def test_raw_sql_by_the_owner_names_the_owner(self, owner):
        owner.execute("INSERT INTO kitapp_effect (subscriber, fact) VALUES ('x', gen_random_uuid())")
        make_thing(actor=ACTOR, title="甲")
        owner.execute("UPDATE kitapp_thing SET title = '乙'")
        assert log().get(op="update").actor == f"db:{owner.info.user}"

    def test_a_service_without_an_actor_does_nothing(self):
        with pytest.raises(ValueError, match="actor"):
            make_thing(actor=None, title="甲")
        assert not Thing.objects.exists()


class TestAppendOnly:
    @pytest.mark.parametrize("table", ["kit_fact", "kit_delivery", "kit_seal", "kit_anchor", "kit_auditevent"])
    @pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
    def test_nobody_rewrites(self, owner, superuser, table, statement):
        """L7's way for the trail: refused for the web role, for the owner, and for a superuser with triggers on."""
        with pytest.raises(Exception, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement.format(table))
        for role in (owner, superuser):
            with pytest.raises(psycopg.errors.RestrictViolation, match="what was written stays"):
                role.execute(statement.format(table))

    def test_the_web_role_writes_no_events_of_its_own(self):
        with pytest.raises(Exception, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("INSERT INTO kit_auditevent SELECT * FROM kit_auditevent")

    def test_the_web_role_changes_no_kept_value(self):
        with pytest.raises(Exception, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE kit_personalvalue SET value = '1'")

    def test_a_governed_table_cannot_be_emptied_behind_the_trail(self, owner):
        with pytest.raises(psycopg.errors.RestrictViolation):
            owner.execute("TRUNCATE kitapp_thing")


class TestSecretAndPersonal:
    def stored(self) -> str:
        return json.dumps(list(log().values("before", "after")), ensure_ascii=False)

    def test_a_secret_is_never_stored(self):
        """G6."""
        thing = Thing.objects.create(title="甲", secret="hunter2")
        Thing.objects.update(secret="hunter3")
        assert log().get(op="update").after == {"secret": "***"}
        with connection.cursor() as cursor:
            cursor.execute("SELECT string_agg(t::text, '') FROM kit_auditevent t")
            assert "hunter" not in cursor.fetchone()[0]
            cursor.execute("SELECT count(*) FROM kit_personalvalue p WHERE p::text LIKE '%%hunter%%'")
            assert cursor.fetchone()[0] == 0
        assert audit.history(thing)[1].after == {"secret": "***"}

    def test_a_personal_value_stands_apart_from_the_event(self):
        thing = Thing.objects.create(title="甲", holder="张三", phone="13900010000")
        Thing.objects.update(holder="李四")
        assert "张三" not in self.stored()
        assert "李四" not in self.stored()
        assert PersonalValue.objects.count() == 4
        hidden, shown = audit.history(thing)[1], audit.history(thing, reveal=True)[1]
        assert (hidden.before, hidden.after) == ({"holder": "***"}, {"holder": "***"})
        assert (shown.before, shown.after) == ({"holder": "张三"}, {"holder": "李四"})

    def test_equal_values_have_unequal_digests(self):
        """The salt is per value: digests of a common name betray nothing."""
        Thing.objects.bulk_create([Thing(title="甲", holder="张三"), Thing(title="乙", holder="张三")])
        first, second = (event.after["holder"]["salted_sha256"] for event in log())
        assert first != second

    def test_erasing(self):
        """G7: value and salt go, the events stay as they were, and the erasure itself is on record."""
        thing = Thing.objects.create(title="甲", holder="张三", phone="13900010000")
        other = Thing.objects.create(title="乙", holder="王五")
        before = self.stored()
        count = audit.erase_personal(rows=[thing], actor=ACTOR, org=None, at=timezone.now(), ground="本人申请")
        assert (count, PersonalValue.objects.count()) == (2, 1)
        assert self.stored() == before
        assert audit.history(thing, reveal=True)[0].after["holder"] == audit.ERASED
        assert audit.history(other, reveal=True)[0].after["holder"] == "王五"
        fact = Fact.objects.get(event=events.PERSONAL_ERASED)
        assert fact.details == {"rows": [f"kitapp_thing:{thing.pk}"], "values": 2, "ground": "本人申请"}


class TestLoads:
    def test_a_load_is_one_event_with_its_source(self):
        """G1's exception: a division load is one event with the file's hash."""
        with transaction.atomic(), audit.load("villages.csv sha256:abc"):
            stamp(ACTOR)
            Loaded.objects.bulk_create([Loaded(code=str(n), name="村") for n in range(100)])
        event = log().get()
        assert (event.op, event.actor) == ("load", "system:tests")
        assert event.after == {"source": "villages.csv sha256:abc", "operation": "insert", "rows": 100}

    def test_only_declared_tables_take_loads(self):
        """Control: the setting hides nothing on another table."""
        with transaction.atomic(), audit.load("x"):
            Thing.objects.bulk_create([Thing(title="甲"), Thing(title="乙")])
        assert [op for op, _ in trail()] == ["insert", "insert"]

    def test_after_the_load_every_row_counts_again(self):
        with transaction.atomic(), audit.load("x"):
            Loaded.objects.create(code="1", name="甲")
        Loaded.objects.update(name="乙")
        assert [op for op, _ in trail()] == ["load", "update"]


class TestBulkReading:
    """G5."""

    def test_is_a_fact(self):
        facts.record_reading(actor=ACTOR, org=None, what="people", count=40, at=timezone.now())
        assert Fact.objects.get().details == {"what": "people", "count": 40, "ground": ""}

    def test_an_export_is_another(self):
        facts.record_reading(actor=ACTOR, org=None, what="people", count=40, at=timezone.now(), exported="xlsx")
        assert Fact.objects.get().event == events.EXPORTED

    def test_many_rows_need_a_ground(self):
        with pytest.raises(RuleBroken, match="501条"):
            facts.record_reading(actor=ACTOR, org=None, what="people", count=501, at=timezone.now())
        facts.record_reading(actor=ACTOR, org=None, what="people", count=501, at=timezone.now(), ground="换届核对")
        facts.record_reading(actor=ACTOR, org=None, what="people", count=500, at=timezone.now())


def test_a_wrong_column_is_a_wiring_fault():
    wrong = audit.Governed("kitapp.Thing", personal=("no_such",), secret=(), ignore=(), loads=False)
    with pytest.raises(LookupError, match="no_such"):
        list(wrong.triggers())


def test_every_model_of_the_product_is_declared():
    """The list of governed tables is complete: governed, append-only, or exempt for a written reason."""
    product = [config.label for config in apps.get_app_configs() if (ROOT / config.label).is_dir()]
    assert {"kit", "orgs"} <= set(product)
    assert audit.undeclared([*product, "kitapp"]) == []


def test_control_an_undeclared_model_shows(monkeypatch):
    monkeypatch.setattr(audit, "_governed", {})
    assert "kitapp.Thing" in audit.undeclared(["kitapp"])
