"""The database as set up: who owns, who may write, and what start-up refuses."""

import os
import threading

import psycopg
import pytest
from django.core import checks
from django.core.management import call_command
from django.db import connection, connections
from django.db.utils import ProgrammingError
from django.utils import timezone

from kit import database, guards, verify

pytestmark = pytest.mark.database


@pytest.mark.django_db
def test_a_fresh_database_stands():
    assert database.problems() == []
    assert checks.run_checks(tags=[checks.Tags.database], databases=["default"]) == []


@pytest.mark.django_db
def test_tests_run_as_the_web_role_which_owns_nothing():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, count(*) FROM pg_class WHERE relowner = current_user::regrole")
        assert cursor.fetchone() == (connection.settings_dict["USER"], 0)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TEMP TABLE t (id int)",
        "CREATE TABLE public.t (id int)",
        "CREATE SCHEMA s",
        "TRUNCATE kitapp_thing",
        "ALTER TABLE kitapp_thing DISABLE TRIGGER ALL",
        "ALTER TABLE kitapp_thing ADD COLUMN x int",
        "DROP TABLE kitapp_thing",
        "CREATE FUNCTION public.f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "SET session_replication_role = replica",
        "INSERT INTO django_migrations (app, name, applied) VALUES ('a', 'b', now())",
        "SELECT public.liancun_refuse()",
    ],
)
def test_the_web_role_cannot(statement):
    """L19: close, grant, disable triggers, make tables or functions, or empty a table."""
    with pytest.raises(ProgrammingError) as refusal, connection.cursor() as cursor:
        cursor.execute(statement)
    assert isinstance(refusal.value.__cause__, psycopg.errors.InsufficientPrivilege)


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_setting_up_again_changes_nothing(superuser):
    before = guards.actual_shapes(superuser.cursor(), connection.settings_dict["USER"])
    call_command("setup_database", verbosity=0)
    assert guards.actual_shapes(superuser.cursor(), connection.settings_dict["USER"]) == before
    assert len(before) > 20


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_two_set_ups_at_once_wait_for_each_other(superuser):
    superuser.execute("SELECT pg_advisory_lock(%s)", [database.SETUP_LOCK])
    second = threading.Thread(
        target=lambda: (call_command("setup_database", verbosity=0), connections.close_all()), daemon=True
    )
    second.start()
    waiting = (
        "SELECT count(*) FROM pg_locks JOIN pg_database d ON d.oid = database"
        " WHERE locktype = 'advisory' AND NOT granted AND d.datname = current_database()"
    )
    for _ in range(200):
        if superuser.execute(waiting).fetchone()[0]:
            break
        second.join(0.05)
    assert superuser.execute(waiting).fetchone()[0] == 1
    superuser.execute("SELECT pg_advisory_unlock(%s)", [database.SETUP_LOCK])
    second.join(60)
    assert not second.is_alive()


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_a_database_made_by_somebody_else_is_taken_over(superuser, owner):
    name = connection.settings_dict["NAME"]
    connections.close_all()
    superuser.execute(f"ALTER DATABASE {name} OWNER TO CURRENT_USER")
    call_command("setup_database", verbosity=0)
    found = superuser.execute("SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = %s", [name])
    assert found.fetchone() == (owner.info.user,)


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
class TestWhatStartUpNames:
    """Each fault is made by the superuser, named by the check, and mended by setting up again."""

    def found(self) -> str:
        connections.close_all()
        return "\n".join(database.problems())

    @pytest.fixture(autouse=True)
    def _mend(self, superuser):
        yield
        call_command("setup_database", verbosity=0)
        assert database.problems() == []

    def test_a_missing_trigger(self, superuser):
        superuser.execute("DROP TRIGGER liancun_audit_update ON kitapp_thing")
        assert "kitapp_thing 缺少触发器 liancun_audit_update" in self.found()

    def test_a_disabled_trigger(self, superuser):
        superuser.execute("ALTER TABLE kit_fact DISABLE TRIGGER liancun_keep_rows")
        assert "kit_fact 的触发器 liancun_keep_rows 被停用" in self.found()

    def test_a_table_owned_by_the_web_role(self, superuser, owner):
        role = connection.settings_dict["USER"]
        superuser.execute(f"ALTER TABLE kitapp_effect OWNER TO {role}")
        try:
            assert f"{role} 拥有数据表 kitapp_effect" in self.found()
        finally:
            superuser.execute(f"ALTER TABLE kitapp_effect OWNER TO {owner.info.user}")

    def test_the_owner_membership_counts_as_owning(self, superuser, owner):
        role = connection.settings_dict["USER"]
        superuser.execute(f"GRANT {owner.info.user} TO {role}")
        try:
            assert f"{role} 拥有数据表" in self.found()
        finally:
            superuser.execute(f"REVOKE {owner.info.user} FROM {role}")

    def test_a_web_role_that_may_make_tables(self, superuser):
        role = connection.settings_dict["USER"]
        superuser.execute(f"GRANT CREATE ON SCHEMA public TO {role}")
        superuser.execute(f"GRANT TEMPORARY ON DATABASE {connection.settings_dict['NAME']} TO {role}")
        assert "可以在 public 模式里建表" in self.found()
        assert "可以建临时表" in self.found()

    def test_a_missing_extension(self, superuser):
        leaning = superuser.execute(
            "SELECT conrelid::regclass::text, conname::text, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE contype = 'x'"
        ).fetchall()
        superuser.execute("DROP EXTENSION btree_gist CASCADE")
        try:
            assert "btree_gist" in self.found()
        finally:
            # The constraints went with it; the tests after this one lean on them.
            superuser.execute("CREATE EXTENSION btree_gist")
            for table, name, text in leaning:
                superuser.execute(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name}")
                superuser.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {text}")


@pytest.mark.django_db
class TestReleasedGuards:
    """L20: triggers, functions and grants equal the released ones, line by line and by one digest."""

    @staticmethod
    def product(lines) -> list[str]:
        """Without the tables of the test app."""
        return [line for line in lines if "kitapp_" not in line]

    def test_the_committed_file_is_what_setting_up_makes(self):
        """Changed a governed table or a grant? `./lian manage verify --write-released`, and look at the difference."""
        assert self.product(guards.telling(verify.standing())) == verify.released()

    def test_what_is_declared_stands_and_nobody_else_was_granted_anything(self):
        standing = verify.standing()
        assert set(guards.expected_shapes()) <= set(standing)
        extra = [line for line in standing if line not in set(guards.expected_shapes())]
        assert [line for line in extra if not line.startswith("function ")] == []

    @pytest.mark.parametrize(
        "change",
        [
            "GRANT TRUNCATE ON kit_fact TO {role}",
            "GRANT UPDATE ON kit_auditevent TO {role}",
            "GRANT SELECT ON orgs_person TO PUBLIC",
            "GRANT UPDATE (details) ON kit_fact TO {role}",
            "CREATE RULE quiet AS ON INSERT TO kit_fact DO INSTEAD NOTHING",
            "GRANT EXECUTE ON FUNCTION liancun_refuse() TO PUBLIC",
            "ALTER TABLE kit_fact DISABLE TRIGGER liancun_keep_rows",
            "ALTER TABLE kit_fact ENABLE REPLICA TRIGGER liancun_keep_rows",
            "DROP TRIGGER liancun_audit_update ON orgs_person",
            "CREATE OR REPLACE TRIGGER liancun_audit_update AFTER UPDATE ON orgs_person REFERENCING OLD TABLE AS"
            " old_rows NEW TABLE AS new_rows FOR EACH STATEMENT"
            " EXECUTE FUNCTION liancun_audit_update('id', '', '', 'name', '')",
            "ALTER FUNCTION liancun_audit_update() SECURITY INVOKER",
            "ALTER FUNCTION liancun_audit_update() RESET search_path",
            "CREATE OR REPLACE FUNCTION liancun_refuse() RETURNS trigger LANGUAGE plpgsql"
            " SET search_path = pg_catalog, pg_temp AS 'BEGIN RETURN NULL; END'",
            "CREATE TRIGGER quiet BEFORE UPDATE ON orgs_person FOR EACH STATEMENT EXECUTE FUNCTION liancun_refuse()",
        ],
    )
    def test_a_change_shows(self, superuser, change):
        before = verify.standing()
        superuser.autocommit = False
        superuser.execute(change.format(role=connection.settings_dict["USER"]))
        after = guards.actual_shapes(superuser.cursor(), connection.settings_dict["USER"])
        superuser.rollback()
        assert after != before
        assert guards.digest(after) != guards.digest(before)


class TestAddresses:
    @pytest.mark.parametrize(
        "url",
        [
            "postgres://web@127.0.0.1:5499/liancun",
            "postgres://web:p%40ss@db.example/liancun",
            "postgres://web@//var/run/postgresql/liancun",
            "postgres://web@:5499//tmp/socket/liancun",
            "postgres://web@/liancun?host=%2Ftmp%2Fsocket",
        ],
    )
    def test_an_address_survives_the_way_through_settings_and_back(self, url):
        settings = database.parse(url)
        assert settings["NAME"] == "liancun"
        assert database.parse(database.url_of(settings)) == settings

    def test_one_role_for_both_is_refused(self, monkeypatch):
        monkeypatch.setitem(connections["owner"].settings_dict, "USER", connection.settings_dict["USER"])
        with pytest.raises(database.SetupRefused, match="网页角色不能拥有数据表"):
            database.set_up(now=timezone.now())

    @pytest.mark.django_db(transaction=True, databases=["default", "owner"])
    def test_a_wrong_locale_is_refused(self, superuser):
        """Under C, pg_trgm finds nothing in Chinese."""
        name = f"{connection.settings_dict['NAME']}_c"
        superuser.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'")
        try:
            with database.connect(superuser_config(), dbname=name) as link:
                link.execute("CREATE EXTENSION pg_trgm")
            here = connection.settings_dict["NAME"]
            connection.close()
            connection.settings_dict["NAME"] = name
            try:
                assert "区域设置不对" in "\n".join(database.problems())
            finally:
                connection.close()
                connection.settings_dict["NAME"] = here
        finally:
            superuser.execute(f"DROP DATABASE {name} WITH (FORCE)")


def superuser_config() -> dict:
    return database.parse(os.environ["DATABASE_SUPERUSER_URL"])
