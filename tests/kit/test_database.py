"""The database as set up: who owns, who may write, and what start-up refuses."""

import psycopg
import pytest
from django.core import checks
from django.core.management import call_command
from django.db import connection, connections
from django.db.utils import ProgrammingError

from kit import database, guards

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

    def test_a_missing_extension(self, superuser):
        superuser.execute("DROP EXTENSION btree_gist CASCADE")
        assert "btree_gist" in self.found()
