"""The databases of a run: one per data set on the given server, made once and kept while their recipe is unchanged."""

import hashlib
import os
import subprocess
import sys
import time
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from bench import generate

ROOT = generate.ROOT
PREFIX = "liancun_bench_"
_URLS = ("DATABASE_URL", "DATABASE_OWNER_URL")


class NoServer(Exception):
    """The run needs a PostgreSQL it may write to; ``./lian bench`` brings one."""


def superuser_url(database: str = "") -> str:
    url = os.environ.get("DATABASE_SUPERUSER_URL", "")
    if not url:
        raise NoServer("DATABASE_SUPERUSER_URL 没有设置：请用 ./lian bench 运行。")
    return _with_name(url, database) if database else url


def _with_name(url: str, database: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))


def environment(database: str) -> dict[str, str]:
    """The environment of a process that works on this database, without debug and with quiet logs."""
    given = {name: _with_name(os.environ[name], database) for name in _URLS}
    ours = {"DEBUG": "0", "HTTPS": "0", "PYTHONPATH": str(ROOT), "DJANGO_SETTINGS_MODULE": "lianCun.settings"}
    # The limits that keep one caller from asking 300 times a second would be all we measured.
    rates = {f"API_RATE_{name}": "1000000000" for name in ("ADDRESS", "READ", "WRITE")}
    return {**os.environ, **given, **ours, **rates}


def connect(database: str = "") -> psycopg.Connection:
    """A superuser's connection, autocommit."""
    return psycopg.connect(superuser_url(database), autocommit=True)


def manage(database: str, *arguments: str, settings: str = "lianCun.settings") -> float:
    """Run a management command on a database; returns seconds. Raises RuntimeError with its output."""
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *arguments],
        env={**environment(database), "DJANGO_SETTINGS_MODULE": settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=ROOT,
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(arguments)}: {done.stdout[-2000:]}")
    return time.perf_counter() - began


def recreate(database: str) -> float:
    """An empty database set up as in production. Returns the seconds of setup_database alone."""
    drop(database)
    return manage(database, "setup_database", "-v0")


def drop(database: str) -> None:
    with connect() as link:
        link.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))


def _recipe(scale: str) -> str:
    digest = hashlib.sha256(scale.encode())
    for path in (*sorted((ROOT / "bench/generate").glob("*.py")), *sorted(ROOT.glob("*/migrations/*.py"))):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def prepared(scale: str, say=print) -> str:
    """The name of the filled database of a scale; made first if it is new or its recipe changed."""
    name = PREFIX + scale
    recipe = _recipe(scale)
    with connect() as link:
        known = link.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [name]
        ).fetchone()
    if known and known[0] == recipe:
        return name
    say(f"数据集 {scale}：建库……")
    recreate(name)
    began = time.perf_counter()
    with connect(name) as link:
        link.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
        counts = generate.fill(link, scale)
        link.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(name), sql.Literal(recipe)))
    say(f"数据集 {scale}：{time.perf_counter() - began:.0f} 秒，" + "，".join(f"{t} {n}" for t, n in counts.items()))
    return name
