"""The test database: created by the superuser, migrated by the owner, used by the web role, as in production.

Needs DATABASE_URL, DATABASE_OWNER_URL and DATABASE_SUPERUSER_URL (``./lian test`` sets them). Only the reset of
transactional tests works as the superuser, with ``session_replication_role = replica``: the append-only triggers
refuse Django's own TRUNCATE.
"""

import os
import zlib
from pathlib import Path

import psycopg
import pytest
from django.core.management import call_command, get_commands
from django.db import connections
from django.test import TransactionTestCase
from psycopg import sql

ROOT = Path(__file__).resolve().parent.parent

_RESET = """
SET session_replication_role = replica;
DO $$
DECLARE t record; tables text[];
BEGIN
    FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'django_migrations' LOOP
        EXECUTE format('DELETE FROM public.%I', t.tablename);
    END LOOP;
    FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'seed' LOOP
        EXECUTE format('INSERT INTO public.%I OVERRIDING SYSTEM VALUE TABLE seed.%I', t.tablename, t.tablename);
    END LOOP;
END $$;
"""

# What migrations and seeds left behind is put back after every transactional test.
_KEEP_SEEDS = """
CREATE SCHEMA seed;
DO $$
DECLARE t record; filled boolean;
BEGIN
    FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'django_migrations' LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM public.%I)', t.tablename) INTO filled;
        IF filled THEN
            EXECUTE format('CREATE TABLE seed.%I AS TABLE public.%I', t.tablename, t.tablename);
        END IF;
    END LOOP;
END $$;
"""


def database_name() -> str:
    """One database per checkout and per xdist worker, so that parallel runs never meet."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    return f"test_liancun_{zlib.crc32(str(ROOT).encode()):08x}_{worker}"


def superuser_connection(database: str = "") -> psycopg.Connection:
    """A connection as superuser to the test database, or to ``database``."""
    url = os.environ["DATABASE_SUPERUSER_URL"]
    return psycopg.connect(url, dbname=database or database_name(), autocommit=True)


def reset_database() -> None:
    """Empty every table and put the seeds back; the only place where triggers are off."""
    with superuser_connection() as connection:
        connection.execute(_RESET)


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker):
    """Replaces pytest-django's: it would create the database as the web role, which may create nothing."""
    name = database_name()
    owner = connections["owner"].settings_dict["USER"]
    web = connections["default"].settings_dict["USER"]
    with superuser_connection("postgres") as admin:
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        admin.execute(
            sql.SQL(
                "CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8'"
            ).format(sql.Identifier(name), sql.Identifier(owner))
        )
    original = {alias: connections[alias].settings_dict["NAME"] for alias in ("default", "owner")}
    with django_db_blocker.unblock():
        for alias in original:
            connections[alias].close()
            connections[alias].settings_dict["NAME"] = name
        with superuser_connection() as admin:
            for extension in ("pg_trgm", "btree_gist"):
                admin.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(extension)))
        call_command("migrate", database="owner", verbosity=0, interactive=False)
        if "setup_database" in get_commands():
            call_command("setup_database", verbosity=0)
        else:
            with superuser_connection() as admin:
                admin.execute(
                    sql.SQL("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {}").format(
                        sql.Identifier(web)
                    )
                )
                admin.execute(
                    sql.SQL("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {}").format(sql.Identifier(web))
                )
        with superuser_connection() as admin:
            admin.execute(_KEEP_SEEDS)
        connections["owner"].close()
    yield
    with django_db_blocker.unblock():
        for alias, before in original.items():
            connections[alias].close()
            connections[alias].settings_dict["NAME"] = before
    with superuser_connection("postgres") as admin:
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _reset_instead_of_flush(self) -> None:
    reset_database()


@pytest.fixture(scope="session", autouse=True)
def _superuser_resets():
    """Transactional tests are cleaned by ``reset_database`` instead of Django's TRUNCATE."""
    before = TransactionTestCase._fixture_teardown
    TransactionTestCase._fixture_teardown = _reset_instead_of_flush
    yield
    TransactionTestCase._fixture_teardown = before
