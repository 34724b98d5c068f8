"""What backup and restore ask of a PostgreSQL server: a few reads, ``pg_dump`` and a one-transaction restore."""

import itertools
import os
import re
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import psycopg
import psycopg.conninfo

from deploy.local import binaries
from deploy.local.state import stop_with

Link = psycopg.Connection[tuple[Any, ...]]


def connect(url: str) -> Link:
    try:
        return psycopg.connect(url, autocommit=True, connect_timeout=10)
    except psycopg.OperationalError as error:
        return stop_with(f"连不上数据库：{error}")


def major(link: Link) -> int:
    return link.info.server_version // 10000


def tables(link: Link) -> int:
    """How many tables of ours the database holds."""
    query = "SELECT count(*) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
    return int(one(link, query))


def migrations(link: Link) -> list[list[str]]:
    if not one(link, "SELECT to_regclass('django_migrations') IS NOT NULL"):
        return []
    return [list(row) for row in link.execute("SELECT app, name FROM django_migrations ORDER BY app, name").fetchall()]


def anchors(link: Link) -> list[list[Any]]:
    """The last published anchor of every chain: chain, number, hash in hex."""
    if not one(link, "SELECT to_regclass('kit_anchor') IS NOT NULL"):
        return []
    rows = link.execute("SELECT DISTINCT ON (chain) chain, number, hash FROM kit_anchor ORDER BY chain, number DESC")
    return [[chain, number, hexed(value)] for chain, number, value in rows.fetchall()]


def missing_anchors(link: Link, wanted: list[list[Any]]) -> list[list[Any]]:
    present = {chain: (number, value) for chain, number, value in anchors(link)}
    return [[chain, number, value] for chain, number, value in wanted if present.get(chain) != (number, value)]


def hexed(value: Any) -> str:
    return value.hex() if isinstance(value, bytes | memoryview) else str(value)


def other_connections(link: Link, *, patience: float = 3.0) -> int:
    """How many other clients still use this database after `patience` seconds; one that hangs up needs a moment."""
    # What kind of session it is stays hidden from the owner; the server's own workers have no user name.
    query = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        " AND usename IS NOT NULL"
    )
    deadline = time.monotonic() + patience
    while (count := int(one(link, query))) and time.monotonic() < deadline:
        time.sleep(0.1)
    return count


def one(link: Link, query: str) -> Any:
    row = link.execute(query.encode()).fetchone()
    return row[0] if row else None


# --- programs ---


def client_programs(server: int) -> Path:
    """The folder of pg_dump, pg_restore and psql of at least the server's version. Raises LaunchError."""
    found = [shutil.which(name) for name in ("pg_dump", "pg_restore", "psql")]
    if all(path and client_major(Path(path)) >= server for path in found):
        return Path(str(found[0])).parent
    suitable = [each for each in binaries.candidates("") if each.major >= server and each.has("pg_dump")]
    if suitable:
        return min(suitable, key=lambda each: each.major).folder
    return stop_with(
        f"没有找到 PostgreSQL {server} 或更新的 pg_dump、pg_restore、psql（Debian：apt install postgresql-client）。"
    )


def client_major(program: Path) -> int:
    shown = subprocess.run([program, "--version"], capture_output=True, text=True).stdout
    found = re.search(r"\) (\d+)", shown)
    return int(found[1]) if found else 0


def connection(url: str) -> dict[str, str]:
    """The environment that leads libpq programs to `url`; a password on the command line would be seen by everybody."""
    names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE"}
    names |= {"sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT"}
    parts = psycopg.conninfo.conninfo_to_dict(url)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return {**kept, **{names[key]: str(value) for key, value in parts.items() if key in names}}


def dump(programs: Path, url: str, target: Path) -> None:
    run([programs / "pg_dump", "--no-password", "--format=custom", "--file", target], connection(url), "备份数据库")


# What a newer pg_restore sets at the head of its script and an older server does not know.
NEW_SETTINGS = {b"SET transaction_timeout = 0;\n": 17}


def restore(programs: Path, url: str, source: Path, *, server: int, replace: bool) -> None:
    """Load a dump as the owner in one transaction: all of it or nothing. `replace` drops what the owner has first."""
    variables = connection(url)
    with tempfile.TemporaryDirectory(prefix="liancun-restore-") as scratch:
        contents, script = Path(scratch) / "contents", Path(scratch) / "script.sql"
        run([programs / "pg_restore", "--list", "--file", contents, source], variables, "读取备份")
        # Comments on extensions belong to whoever made the extension, often not the owner; they say nothing of ours.
        lines = contents.read_text(encoding="utf-8").splitlines(keepends=True)
        contents.write_text("".join(line for line in lines if " COMMENT - EXTENSION " not in line), encoding="utf-8")
        body = Path(scratch) / "body.sql"
        run([programs / "pg_restore", "--use-list", contents, "--file", body, source], variables, "读取备份")
        with script.open("wb") as target, body.open("rb") as text:
            if replace:
                target.write(b"DROP OWNED BY CURRENT_USER CASCADE;\n")
            for line in itertools.islice(text, 40):
                if NEW_SETTINGS.get(line, 0) <= server:
                    target.write(line)
            shutil.copyfileobj(text, target)
        command = [programs / "psql", "--no-password", "--no-psqlrc", "--quiet", "--single-transaction"]
        command += ["--set", "ON_ERROR_STOP=1", "--output", os.devnull, "--file", script]
        run(command, variables, "恢复数据库")


def run(command: list[Any], variables: dict[str, str], what: str) -> None:
    done = subprocess.run([str(part) for part in command], env=variables, capture_output=True, text=True)
    if done.returncode != 0:
        stop_with(f"{what}失败：\n{done.stderr[-3000:]}")
