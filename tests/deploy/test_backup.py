"""``./lian backup`` and ``./lian restore``: everything comes back, or nothing changes."""

import io
import json
import stat
import subprocess
import tarfile
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from deploy.local import backup, binaries, database, postgres
from deploy.local.state import LaunchError

pytestmark = [pytest.mark.faults, pytest.mark.database]

NOW = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)
# As the product has them: an append-only table guarded by a trigger, grants for the web role, extensions, an anchor.
SCHEMA = """
CREATE EXTENSION pg_trgm;
CREATE TABLE django_migrations (id serial PRIMARY KEY, app text, name text);
CREATE TABLE kit_anchor (chain text, number bigint, hash bytea);
CREATE TABLE ledger (id int PRIMARY KEY, note text NOT NULL);
CREATE INDEX ledger_note ON ledger USING gin (note gin_trgm_ops);
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'append only'; END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger EXECUTE FUNCTION refuse();
ALTER TABLE ledger ENABLE ALWAYS TRIGGER append_only;
GRANT SELECT, INSERT ON ledger TO liancun_web;
INSERT INTO ledger VALUES (1, '群众诉求521件'), (2, '化解321件');
INSERT INTO kit_anchor VALUES ('511902', 7, '\\x0a0b'), ('511902', 3, '\\x01'), ('audit', 1, '\\xff');
"""


@pytest.fixture(scope="module")
def cluster():
    programs = next((each for each in binaries.candidates("") if each.has("pg_dump") and each.has("psql")), None)
    if programs is None:
        pytest.skip("没有 pg_dump、psql（PostgreSQL 客户端程序）")
    with postgres.throwaway(str(programs.folder)) as running:
        yield running


@pytest.fixture
def product(cluster, tmp_path, request):
    """The environment of a product whose database and private files are empty."""
    name = f"backup_{abs(hash(request.node.name)) % 10**8}"
    with psycopg.connect(cluster.url("postgres", "postgres"), autocommit=True) as link:
        link.execute(f"CREATE DATABASE {name} OWNER liancun_owner TEMPLATE template0".encode())
    yield {
        "DATABASE_OWNER_URL": cluster.url("liancun_owner", name),
        "DATABASE_URL": cluster.url("liancun_web", name),
        "MEDIA_ROOT": str(tmp_path / "files"),
    }
    with psycopg.connect(cluster.url("postgres", "postgres"), autocommit=True) as link:
        link.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.fixture
def filled(product):
    with psycopg.connect(product["DATABASE_OWNER_URL"]) as link:
        link.execute(SCHEMA.encode())
    files = Path(product["MEDIA_ROOT"])
    (files / "ab").mkdir(parents=True)
    (files / "ab" / "会议记录.pdf").write_bytes(b"%PDF-1.7 minutes")
    return product


@pytest.fixture
def saved(filled, tmp_path) -> Path:
    (tmp_path / "backups").mkdir()
    return backup.make(filled, tmp_path / "backups", now=NOW)


def rows(product, query="SELECT id, note FROM ledger ORDER BY id", url="DATABASE_OWNER_URL"):
    with psycopg.connect(product[url]) as link:
        return link.execute(query.encode()).fetchall()


def wreck(product) -> None:
    """Lose everything that a backup holds, and add what it does not."""
    with psycopg.connect(product["DATABASE_OWNER_URL"]) as link:
        link.execute("DROP TABLE ledger")
        link.execute("CREATE TABLE later (x int)")
    files = Path(product["MEDIA_ROOT"])
    (files / "ab" / "会议记录.pdf").unlink()
    (files / "later.txt").write_text("later")


def rewrite(path: Path, change) -> None:
    """Write the archive again with `change(name, content)` applied to every entry; None drops it."""
    with tarfile.open(path) as archive:
        entries = [(entry.name, archive.extractfile(entry).read()) for entry in archive]
    with tarfile.open(path, "w") as archive:
        for name, content in entries:
            changed = change(name, content)
            if changed is not None:
                header = tarfile.TarInfo(name)
                header.size = len(changed)
                archive.addfile(header, io.BytesIO(changed))


def test_everything_comes_back(filled, saved):
    wreck(filled)
    manifest = backup.put_back(filled, saved, force=True)
    assert rows(filled) == [(1, "群众诉求521件"), (2, "化解321件")]
    assert rows(filled, "SELECT to_regclass('later')::text") == [(None,)]
    files = Path(filled["MEDIA_ROOT"])
    assert {path.relative_to(files).as_posix() for path in files.rglob("*") if path.is_file()} == {"ab/会议记录.pdf"}
    assert (files / "ab" / "会议记录.pdf").read_bytes() == b"%PDF-1.7 minutes"
    assert manifest["anchors"] == [["511902", 7, "0a0b"], ["audit", 1, "ff"]]


def test_guards_and_grants_come_back_with_the_rows(filled, saved):
    wreck(filled)
    backup.put_back(filled, saved, force=True)
    assert rows(filled, url="DATABASE_URL") == [(1, "群众诉求521件"), (2, "化解321件")]
    assert rows(filled, "SELECT tgenabled::text FROM pg_trigger WHERE tgname = 'append_only'") == [("A",)]
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        rows(filled, "DELETE FROM ledger RETURNING id", url="DATABASE_URL")
    with pytest.raises(psycopg.errors.RaiseException, match="append only"):
        rows(filled, "DELETE FROM ledger RETURNING id")


def test_database_that_is_not_empty_is_left_alone_without_force(filled, saved):
    wreck(filled)
    with pytest.raises(LaunchError, match="数据库不是空的"):
        backup.put_back(filled, saved, force=False)
    assert rows(filled, "SELECT to_regclass('later')::text") == [("later",)]
    assert (Path(filled["MEDIA_ROOT"]) / "later.txt").exists()


def test_empty_database_needs_no_force(filled, saved):
    with psycopg.connect(filled["DATABASE_OWNER_URL"]) as link:
        link.execute("DROP OWNED BY liancun_owner CASCADE")
    backup.put_back(filled, saved, force=False)
    assert len(rows(filled)) == 2


@pytest.mark.parametrize("name", [backup.DUMP, "files/ab/会议记录.pdf"])
def test_one_changed_byte_is_found_before_anything_is_touched(filled, saved, name):
    rewrite(saved, lambda entry, content: content[:-1] + bytes([content[-1] ^ 1]) if entry == name else content)
    wreck(filled)
    with pytest.raises(LaunchError, match="校验和不符"):
        backup.put_back(filled, saved, force=True)
    assert rows(filled, "SELECT to_regclass('later')::text") == [("later",)]


def test_missing_entry_and_foreign_file_are_refused(filled, saved, tmp_path):
    rewrite(saved, lambda entry, content: None if entry == backup.DUMP else content)
    with pytest.raises(LaunchError, match="读不出备份"):
        backup.put_back(filled, saved, force=True)
    (tmp_path / "note.tar").write_text("no archive")
    with pytest.raises(LaunchError, match="读不出备份"):
        backup.put_back(filled, tmp_path / "note.tar", force=True)


def test_name_that_climbs_out_of_the_folder_is_refused(filled, saved):
    def climb(entry, content):
        if entry != backup.MANIFEST:
            return content
        manifest = json.loads(content)
        manifest["sha256"]["../outside"] = "0" * 64
        return json.dumps(manifest).encode()

    rewrite(saved, climb)
    with pytest.raises(LaunchError, match="路径不合法"):
        backup.put_back(filled, saved, force=True)


def test_failure_in_the_middle_changes_nothing(filled, saved, monkeypatch):
    """The dump names a role that this server lacks: the whole restore is rolled back, dropped tables included."""
    real = database.run

    def spoiled(command, variables, what):
        real(command, variables, what)
        if "--use-list" in map(str, command):
            body = Path(command[command.index("--file") + 1])
            body.write_text(
                body.read_text(encoding="utf-8") + "\nGRANT SELECT ON public.ledger TO nobody_here;\n", encoding="utf-8"
            )

    monkeypatch.setattr(database, "run", spoiled)
    wreck(filled)
    with pytest.raises(LaunchError, match="nobody_here"):
        backup.put_back(filled, saved, force=True)
    assert rows(filled, "SELECT to_regclass('later')::text") == [("later",)]
    assert (Path(filled["MEDIA_ROOT"]) / "later.txt").exists()


def test_restore_waits_for_nobody_who_uses_the_database(filled, saved):
    with psycopg.connect(filled["DATABASE_URL"]), pytest.raises(LaunchError, match="1 个连接"):
        backup.put_back(filled, saved, force=True)


def test_backup_of_a_later_version_is_refused(filled, saved):
    def later(entry, content):
        if entry != backup.MANIFEST:
            return content
        manifest = json.loads(content)
        manifest["migrations"].append(["orgs", "9999_from_the_future"])
        return json.dumps(manifest).encode()

    rewrite(saved, later)
    with pytest.raises(LaunchError, match="9999_from_the_future"):
        backup.put_back(filled, saved, force=True)


def test_cut_chain_is_found_by_the_anchor_of_the_manifest(filled, saved):
    """A restored database that lost its newest anchor does not pass for the one that was saved."""
    manifest = backup.put_back(filled, saved, force=True)
    with database.connect(filled["DATABASE_OWNER_URL"]) as link:
        assert database.missing_anchors(link, manifest["anchors"]) == []
        link.execute("DELETE FROM kit_anchor WHERE number = 7")
        assert database.missing_anchors(link, manifest["anchors"]) == [["511902", 7, "0a0b"]]


def test_backup_is_readable_by_its_user_alone_and_leaves_no_scraps(saved):
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600
    assert [path.name for path in saved.parent.iterdir()] == ["liancun-20261123-063000.tar"]


def test_failed_backup_leaves_nothing(filled, tmp_path, monkeypatch):
    (tmp_path / "backups").mkdir()
    monkeypatch.setattr(backup, "private_files", lambda folder: iter([folder / "vanished"]))
    with pytest.raises(LaunchError, match="备份没有完成"):
        backup.make(filled, tmp_path / "backups", now=NOW)
    assert list((tmp_path / "backups").iterdir()) == []


def test_password_is_not_on_the_command_line(filled, tmp_path, monkeypatch):
    commands = []
    real = subprocess.run
    monkeypatch.setattr(
        database.subprocess, "run", lambda command, **rest: commands.append(command) or real(command, **rest)
    )
    (tmp_path / "backups").mkdir()
    backup.put_back(filled, backup.make(filled, tmp_path / "backups", now=NOW), force=True)
    password = filled["DATABASE_OWNER_URL"].split(":")[2].split("@")[0]
    assert len(commands) >= 4
    assert password not in str(commands)


def test_empty_database_has_nothing_to_back_up(product, tmp_path):
    with pytest.raises(LaunchError, match="数据库是空的"):
        backup.make(product, tmp_path, now=NOW)
