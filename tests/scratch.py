"""Scratch databases: a template made once per checkout and state of the code, cheap copies, resets by the superuser."""

import fcntl
import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connections
from psycopg import sql

from kit import database

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("kit", "orgs", "deliberation", "resources", "training", "benefits", "oversight", "lianCun", "tests/kitapp")
# Doors and pages cannot change what the template holds.
DOORS = {"api", "pages", "admin.py", "urls.py", "views.py", "serializers.py", "subscribers.py"}
SLOTS = 64
BIG = 4 * 1024 * 1024
# The rows that a database is set up with.
PRISTINE = "pristine"


class Scratch:
    """The databases of one test process."""

    def __init__(self, superuser_url: str) -> None:
        self.superuser_url = superuser_url
        self.name = ""
        self._slot = None
        self._kept: dict[str, list[str]] = {}

    def open(self) -> None:
        """Make or reuse the template, then copy it and point Django's connections at the copy."""
        self._server = database.parse(self.superuser_url)
        roles = [settings.DATABASES[alias]["USER"] for alias in ("default", "owner")]
        where = f"{ROOT} {self._server.get('HOST')} {self._server.get('PORT')} {roles}"
        self._key = hashlib.sha256(where.encode()).hexdigest()[:10]
        self._take_slot()
        template = f"lc_{self._key}_template"
        with self._lock("template", wait=True), database.connect(self._server) as link:
            self._make_template(link, template)
            self.name = f"lc_{self._key}_{self._slot_number}"
            self._drop(link, self.name)
            link.execute(
                sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(
                    sql.Identifier(self.name), self._owner(), sql.Identifier(template)
                )
            )
            # Privileges on the database itself are not copied with it.
            link.execute(
                sql.SQL("REVOKE TEMPORARY, CREATE ON DATABASE {} FROM PUBLIC").format(sql.Identifier(self.name))
            )
        self._use(self.name)
        self._tables = self._columns()
        self.keep(PRISTINE)

    def close(self) -> None:
        connections.close_all()
        with database.connect(self._server) as link:
            self._drop(link, self.name)
        self._slot.close()

    def reset(self) -> None:
        """Empty every table that has rows and put the seeded rows back, triggers and foreign keys asleep."""
        with self._underneath() as link:
            for name, big in self._filled(link):
                # For a handful of rows DELETE is ten times cheaper than new files for a table and its indexes.
                empty = sql.SQL("TRUNCATE {} CASCADE" if big else "DELETE FROM {}")
                link.execute(empty.format(sql.Identifier("public", name)))
            self._fill(link, PRISTINE)
        ContentType.objects.clear_cache()

    def keep(self, title: str) -> None:
        """Copy all rows aside under this title, for `put_back` in later tests of this process."""
        with self.superuser() as link:
            link.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(title)))
            self._kept[title] = [name for name, _ in self._filled(link)]
            for name in self._kept[title]:
                copy = sql.SQL("CREATE TABLE {} AS TABLE {}")
                link.execute(copy.format(sql.Identifier(title, name), sql.Identifier("public", name)))

    def put_back(self, title: str) -> bool:
        """Into a database just reset; False when nothing is kept under this title yet."""
        if title not in self._kept:
            return False
        with self._underneath() as link:
            for name in self._kept[title]:
                link.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier("public", name)))
            self._fill(link, title)
        return True

    @contextmanager
    def _underneath(self) -> Iterator[psycopg.Connection]:
        """One transaction of the superuser, triggers and foreign keys asleep."""
        with self.superuser() as link:
            link.execute("SET session_replication_role = replica")
            link.execute("SET lock_timeout = '10s'")
            with link.transaction():
                yield link

    def _filled(self, link: psycopg.Connection) -> list[tuple[str, bool]]:
        """The tables that have rows, and whether there are many."""
        return link.execute(
            " UNION ALL ".join(
                f"SELECT '{t}', pg_relation_size('public.\"{t}\"') > {BIG} WHERE EXISTS (SELECT 1 FROM public.\"{t}\")"
                for t in self._tables
            )
        ).fetchall()

    def _fill(self, link: psycopg.Connection, title: str) -> None:
        for table in self._kept[title]:
            names = sql.SQL(", ").join(map(sql.Identifier, self._tables[table]))
            link.execute(
                sql.SQL("INSERT INTO {} ({}) OVERRIDING SYSTEM VALUE SELECT {} FROM {}").format(
                    sql.Identifier("public", table), names, names, sql.Identifier(title, table)
                )
            )

    def superuser(self) -> psycopg.Connection:
        return database.connect(self._server, dbname=self.name)

    def owner(self) -> psycopg.Connection:
        return database.connect(settings.DATABASES["owner"], dbname=self.name)

    def env(self) -> dict[str, str]:
        return {
            "DATABASE_URL": database.url_of(settings.DATABASES["default"], dbname=self.name),
            "DATABASE_OWNER_URL": database.url_of(settings.DATABASES["owner"], dbname=self.name),
            "DATABASE_SUPERUSER_URL": database.url_of(self._server, dbname=self.name),
            "DJANGO_SETTINGS_MODULE": "tests.settings",
        }

    # ------------------------------------------------------------------------------------------------------------------

    def _lock(self, name: str, *, wait: bool):
        handle = (Path(tempfile.gettempdir()) / f"liancun-test-{os.getuid()}-{self._key}-{name}.lock").open("w")
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            handle.close()
            raise
        return handle

    def _take_slot(self) -> None:
        """A database name no other running test process of this checkout holds; freed when the process ends."""
        for number in range(SLOTS):
            try:
                self._slot, self._slot_number = self._lock(f"slot{number}", wait=False), number
            except BlockingIOError:
                continue
            return
        raise RuntimeError("too many test processes in this checkout")

    def _make_template(self, link: psycopg.Connection, template: str) -> None:
        """Migrated once; kept until any file that shapes it changes."""
        wanted = self._fingerprint()
        known = link.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [template]
        ).fetchone()
        if known and known[0] == wanted:
            return
        self._drop(link, template)
        self._use(template)
        call_command("setup_database", verbosity=0)
        connections.close_all()
        link.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(template), sql.Literal(wanted)))

    def _fingerprint(self) -> str:
        digest = hashlib.sha256()
        files = [ROOT / "tests/settings.py", ROOT / "requirements/dev.txt", Path(__file__)]
        for package in PACKAGES:
            for suffix in ("py", "sql", "csv", "json"):
                files += (ROOT / package).rglob(f"*.{suffix}")
        for path in sorted(set(files)):
            relative = path.relative_to(ROOT)
            if path.exists() and not DOORS.intersection(relative.parts):
                digest.update(str(relative).encode() + b"\0" + path.read_bytes() + b"\0")
        return digest.hexdigest()

    def _use(self, name: str) -> None:
        connections.close_all()
        for alias in ("default", "owner"):
            connections[alias].settings_dict["NAME"] = name
            settings.DATABASES[alias]["NAME"] = name

    def _owner(self) -> sql.Identifier:
        return sql.Identifier(settings.DATABASES["owner"]["USER"])

    def _drop(self, link: psycopg.Connection, name: str) -> None:
        link.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def _columns(self) -> dict[str, list[str]]:
        """Table → the columns that can be written."""
        with self.superuser() as link:
            found = link.execute(
                "SELECT c.relname::text, array_agg(a.attname::text ORDER BY a.attnum)"
                " FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
                " WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace"
                " AND c.relname <> 'django_migrations'"
                " AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' GROUP BY 1"
            )
            return dict(found.fetchall())
