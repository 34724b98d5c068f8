"""Chains: sealed by a sweep, anchored outside, and every way to falsify them found (G3, G8)."""

import random
import threading
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from kit import audit, chain, facts, guards, verify
from kit.actors import System
from kit.ids import new_id
from kit.models import Anchor, AuditEvent, Fact, PersonalValue, Seal
from kit.services import stamp
from tests import tampering
from tests.kitapp.models import Thing

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]

ACTOR = System("tests")
NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
DISTRICT = SimpleNamespace(pk=new_id(), path="d511902/t107/")
OTHER = SimpleNamespace(pk=new_id(), path="d511903/t101/")
CHAIN = "facts/d511902"
LENGTH = 7


@pytest.fixture(autouse=True)
def anchor_file(settings, tmp_path):
    settings.ANCHOR_FILE = str(tmp_path / "anchors.txt")
    return tmp_path / "anchors.txt"


def write(count: int, org=DISTRICT) -> list[Fact]:
    with transaction.atomic():
        stamp(ACTOR)
        return [
            facts.record("kitapp.done", actor=ACTOR, org=org, subject=f"kitapp.thing:{n}", at=NOW, amount=n, 单位="元")
            for n in range(count)
        ]


def sound() -> list:
    """Findings over every chain, by the anchors held outside."""
    held = chain.read_anchor_file()
    return [finding for name in verify.chains(held) for finding in verify.verify(name, held)]


@pytest.fixture
def sealed(superuser):
    """Seven facts of one district and two of another, sealed and anchored; returns the forger."""
    write(LENGTH)
    write(2, OTHER)
    chain.seal()
    chain.anchor(now=NOW)
    assert sound() == []
    superuser.execute("SET session_replication_role = replica")
    return tampering.Tamperer(superuser, CHAIN, LENGTH)


class TestSealing:
    def test_numbers_are_gapless_per_district(self):
        write(3)
        write(2, OTHER)
        assert chain.seal() >= 5
        assert list(Seal.objects.filter(chain=CHAIN).order_by("number").values_list("number", flat=True)) == [1, 2, 3]
        assert Seal.objects.filter(chain="facts/d511903").count() == 2

    def test_a_backlog_is_sealed_in_portions(self, monkeypatch):
        monkeypatch.setattr(chain, "BATCH", 4)
        write(9)
        chain.seal()
        assert Seal.objects.filter(chain=CHAIN).count() == 9
        assert verify.verify(CHAIN, []) == []
        assert chain.seal(full=True) == 0

    def test_sealing_again_seals_only_what_is_new(self):
        write(3)
        chain.seal()
        write(1)
        assert chain.seal() == 1
        assert chain.seal() == chain.seal(full=True) == 0

    def test_a_fact_that_commits_late_is_sealed_though_later_ones_were(self):
        """Never "above the last seen": ids and instants commit out of order."""
        started, finish = threading.Event(), threading.Event()

        def slow() -> None:
            with transaction.atomic():
                facts.record("kitapp.slow", actor=ACTOR, org=DISTRICT, subject="kitapp.thing:slow", at=NOW)
                started.set()
                finish.wait(10)
            connection.close()

        thread = threading.Thread(target=slow)
        thread.start()
        started.wait(10)
        write(2)
        chain.seal()
        finish.set()
        thread.join()
        late = Fact.objects.get(event="kitapp.slow")
        above_the_last_seen = Fact.objects.filter(pk__gt=Seal.objects.order_by("-entry").first().entry)
        assert late not in above_the_last_seen, "control: the watermark on ids would have missed it"
        chain.seal()
        assert Seal.objects.get(entry=late.pk).number == 3
        chain.anchor(now=NOW)
        assert sound() == []

    def test_writers_do_not_wait_for_the_sealer(self):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"seal:{CHAIN}"])
            done = threading.Thread(target=lambda: (write(1), connection.close()))
            done.start()
            done.join(5)
            assert not done.is_alive()
            sweeps = []
            other = threading.Thread(target=lambda: (sweeps.append(chain.seal()), connection.close()))
            other.start()
            other.join(5)
            assert not Seal.objects.filter(chain=CHAIN).exists(), "the second sealer leaves the chain to the first"
        chain.seal()
        assert Seal.objects.filter(chain=CHAIN).count() == 1

    def test_eight_sealers_make_one_chain(self):
        write(40)
        barrier = threading.Barrier(8)
        failures = []

        def sweep() -> None:
            try:
                barrier.wait(10)
                chain.seal()
            except Exception as error:
                failures.append(error)
            finally:
                connection.close()

        threads = [threading.Thread(target=sweep) for _ in range(8)]
        [thread.start() for thread in threads]
        [thread.join() for thread in threads]
        chain.seal()
        assert failures == []
        assert sorted(Seal.objects.filter(chain=CHAIN).values_list("number", flat=True)) == list(range(1, 41))

    def test_audit_events_have_a_chain_of_their_own(self):
        Thing.objects.create(title="甲")
        chain.seal()
        chain.anchor(now=NOW)
        assert Seal.objects.filter(chain="audit", entry=AuditEvent.objects.latest("pk").pk).exists()
        assert sound() == []

    @pytest.mark.parametrize(("kind", "model"), [(chain.FACTS, Fact), (chain.AUDIT, AuditEvent)])
    def test_the_digest_covers_every_column(self, kind, model):
        """G8; a new column needs a new format."""
        covered = {name.lstrip("*") for name in kind.formats[kind.newest]}
        assert covered == {field.column for field in model._meta.concrete_fields}
        names = [name.lstrip("*") for name in kind.formats[kind.newest]]
        plain = kind.digest(1, ["x"] * len(names))
        for place in range(len(names)):
            assert kind.digest(1, ["x"] * place + ["y"] + ["x"] * (len(names) - place - 1)) != plain


class TestAnchors:
    def test_the_file_grows_and_is_never_rewritten(self, anchor_file):
        write(1)
        chain.seal()
        chain.anchor(now=NOW)
        first = anchor_file.read_text()
        chain.anchor(now=NOW)
        assert anchor_file.read_text() == first
        write(1)
        chain.seal()
        chain.anchor(now=NOW)
        assert anchor_file.read_text().startswith(first)
        assert chain.read_anchor_file()[-1].number in (2, Seal.objects.filter(chain=CHAIN).count())

    def test_a_line_torn_by_a_crash_stops_nothing(self, anchor_file):
        write(1)
        chain.seal()
        chain.anchor(now=NOW)
        whole = anchor_file.read_text()
        anchor_file.write_text(whole + "facts/d511902 2 0badc0")
        write(1)
        chain.seal()
        chain.anchor(now=NOW)
        assert [each.number for each in chain.read_anchor_file() if each.chain == CHAIN] == [1, 2]
        assert sound() == []

    def test_publishers_get_what_is_new(self, monkeypatch):
        carried = []
        monkeypatch.setattr(chain, "_publishers", [carried.extend])
        write(2)
        chain.seal()
        chain.anchor(now=NOW)
        assert CHAIN in [anchor.chain for anchor in carried]
        assert Anchor.objects.filter(chain=CHAIN).count() == 1


class TestTampering:
    """G3: as superuser with the triggers asleep."""

    @pytest.mark.parametrize(
        ("name", "at"),
        [
            *((name, 4) for name in tampering.KINDS),
            *((name, at) for name in ("edit actor", "delete", "insert", "cut tail") for at in (1, LENGTH)),
        ],
    )
    def test_found_and_the_first_bad_entry_named(self, sealed, name, at):
        places = tampering.KINDS[name](sealed, at, random.Random(1))
        found = sound()
        assert found, name
        assert found[0].chain == CHAIN
        assert found[0].number in places, found

    @pytest.mark.parametrize("name", sorted(tampering.NEEDS_ANCHOR))
    def test_control_without_an_anchor_outside_nothing_is_found(self, sealed, name):
        """The chain alone proves nothing about its tail: 0 of all cut tails found; with an anchor, all."""
        tampering.KINDS[name](sealed, 4, random.Random(1))
        sealed.run("DELETE FROM kit_anchor")
        assert [finding for each in verify.chains() for finding in verify.verify(each, [])] == []
        assert sound() != []

    @pytest.mark.parametrize(
        "edit",
        [
            "UPDATE kit_auditevent SET actor = 'db:nobody'",
            "UPDATE kit_auditevent SET session_role = 'postgres'",
            """UPDATE kit_auditevent SET after = after || '{"title": "改"}'""",
            """UPDATE kit_auditevent SET before = '{}'""",
            "UPDATE kit_auditevent SET tx = tx + 1",
            "UPDATE kit_auditevent SET recorded_at = recorded_at + interval '1 microsecond'",
            "UPDATE kit_auditevent SET table_name = 'kitapp_loaded'",
            "UPDATE kit_auditevent SET op = 'update'",
            "DELETE FROM kit_auditevent",
        ],
    )
    def test_the_audit_trail_too(self, superuser, edit):
        thing = Thing.objects.create(title="甲")
        chain.seal()
        chain.anchor(now=NOW)
        number = Seal.objects.get(entry=AuditEvent.objects.get(row_id=str(thing.pk)).pk).number
        superuser.execute("SET session_replication_role = replica")
        superuser.execute(f"{edit} WHERE row_id = '{thing.pk}'")
        assert [(finding.chain, finding.number) for finding in sound()][:1] == [("audit", number)]

    def test_a_guard_put_to_sleep_and_left_so_is_found_too(self, superuser):
        superuser.execute("ALTER TABLE kit_fact DISABLE TRIGGER liancun_keep_rows")
        try:
            assert any("liancun_keep_rows" in sentence for sentence in verify.verify_guards())
        finally:
            superuser.execute("ALTER TABLE kit_fact ENABLE TRIGGER liancun_keep_rows")


class TestPersonalValues:
    """G7."""

    @pytest.fixture
    def thing(self):
        thing = Thing.objects.create(title="甲", holder="张三", phone="13900010000")
        chain.seal()
        chain.anchor(now=NOW)
        assert verify.verify_personal() == []
        return thing

    def test_erased_by_the_service_the_chain_stays_valid(self, thing):
        with transaction.atomic():
            Thing.objects.update(holder="", phone="")
            audit.erase_personal(rows=[thing], actor=ACTOR, org=DISTRICT, at=NOW, ground="本人申请")
        chain.seal()
        assert not PersonalValue.objects.exists()
        assert verify.verify_personal() == []
        assert sound() == []

    def test_deleted_behind_the_service_it_is_found(self, thing):
        PersonalValue.objects.filter(column="phone").delete()
        (found,) = verify.verify_personal()
        assert "phone" in found
        assert "没有删除的记录" in found

    @pytest.mark.parametrize("edit", ["value = '\"李四\"'", "salt = 'x'", "side = 'before'", "\"column\" = 'title'"])
    def test_changed_it_is_found(self, thing, superuser, edit):
        superuser.execute("SET session_replication_role = replica")
        superuser.execute(f"UPDATE kit_personalvalue SET {edit} WHERE \"column\" = 'holder'")
        assert any("holder" in sentence or "title" in sentence for sentence in verify.verify_personal())

    def test_an_erasure_excuses_only_what_was_written_before_it(self, thing):
        with transaction.atomic():
            audit.erase_personal(rows=[thing], actor=ACTOR, org=DISTRICT, at=NOW, ground="本人申请")
        Thing.objects.update(holder="李四")
        assert verify.verify_personal() == []
        PersonalValue.objects.all().delete()
        assert len(verify.verify_personal()) == 2


class TestTheNightlyCommand:
    def test_says_so_when_all_stands(self, sealed, capsys, monkeypatch):
        monkeypatch.setattr(verify, "released", lambda: guards.telling(verify.standing()))
        call_command("verify")
        assert "核对通过" in capsys.readouterr().out

    def test_names_the_first_bad_entry_and_fails(self, sealed, capsys, monkeypatch):
        monkeypatch.setattr(verify, "released", lambda: guards.telling(verify.standing()))
        tampering.KINDS["edit actor"](sealed, 3, random.Random(1))
        with pytest.raises(CommandError, match="1 处"):
            call_command("verify")
        assert f"{CHAIN} 第3条" in capsys.readouterr().out

    def test_takes_anchors_kept_elsewhere(self, sealed, tmp_path, anchor_file, monkeypatch):
        """Restored to a point: the anchor printed before it decides."""
        monkeypatch.setattr(verify, "released", lambda: guards.telling(verify.standing()))
        copy = tmp_path / "copy.txt"
        copy.write_text(anchor_file.read_text())
        anchor_file.unlink()
        tampering.KINDS["cut tail"](sealed, 5, random.Random(1))
        call_command("verify")
        with pytest.raises(CommandError):
            call_command("verify", anchors=copy)
