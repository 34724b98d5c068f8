"""The home of a row's unit, the organization above it, kept on the rows of a large table by the database itself.

A reach is a handful of homes, units and bodies; with the home beside the other two, all three stand on the row, and a
page of the newest fifty is one index range whatever the size of the table. Ids are kept, never paths: moving a township
changes no row, and a unit that moves takes only its own rows along.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.db import connection, transaction

from kit import database, guards, verify
from kit.guards import Trigger

MOST_SHOWN = 20
# Set only while the tree or a set-up puts homes right; otherwise nobody but the trigger decides.
_RIGHTING = "liancun.homes"


@dataclass(frozen=True)
class Homes:
    """A table with ``unit_id`` and ``home_id``; ``tree``: the model of organizations, with ``parent_id``."""

    title: str
    table: str
    tree: str

    @property
    def name(self) -> str:
        return guards.table_of(self.table)

    def functions(self) -> Iterator[str]:
        tree = guards.table_of(self.tree)
        # Shared with other writers, against a move: whoever comes second sees what the first has done.
        yield self._function(
            "home",
            f"IF TG_OP = 'INSERT' OR NEW.unit_id IS DISTINCT FROM OLD.unit_id THEN"  # nosec B608 - own text
            f" SELECT coalesce(o.parent_id, o.id) INTO NEW.home_id FROM {tree} o WHERE o.id = NEW.unit_id FOR SHARE;"
            f" ELSIF coalesce(current_setting('{_RIGHTING}', true), '') = '' THEN NEW.home_id := OLD.home_id; END IF;"
            f" RETURN NEW;",
        )
        moved = "FROM old_rows o JOIN new_rows n ON n.id = o.id WHERE n.parent_id IS DISTINCT FROM o.parent_id"
        yield self._function(
            "home_move",
            f"IF EXISTS (SELECT 1 {moved}) THEN PERFORM set_config('{_RIGHTING}', 'on', true);"  # nosec B608 - own text
            f" UPDATE {self.name} r SET home_id = m.home_id"
            f" FROM (SELECT n.id, coalesce(n.parent_id, n.id) AS home_id {moved}) m WHERE r.unit_id = m.id;"
            f" PERFORM set_config('{_RIGHTING}', '', true); END IF; RETURN NULL;",
        )

    def _function(self, name: str, body: str) -> str:
        return (
            f"CREATE OR REPLACE FUNCTION liancun_{name}_{self.name}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER"
            f" SET search_path = pg_catalog, public, pg_temp AS $function$ BEGIN {body} END $function$"
        )

    def triggers(self) -> Iterator[Trigger]:
        yield Trigger(
            self.name, "liancun_home", ("INSERT", "UPDATE"), f"liancun_home_{self.name}", before=True, each_row=True
        )
        yield Trigger(
            guards.table_of(self.tree),
            f"liancun_home_{self.name}",
            ("UPDATE",),
            f"liancun_home_move_{self.name}",
            before=False,
            old="old_rows",
            new="new_rows",
        )

    def wrong(self) -> str:
        """SQL of the rows whose home is not the one above their unit: (id, home as it should be)."""
        return (
            f"SELECT r.id, coalesce(o.parent_id, o.id) AS home_id FROM {self.name} r"  # nosec B608 - own text
            f" JOIN {guards.table_of(self.tree)} o ON o.id = r.unit_id"
            f" WHERE r.home_id IS DISTINCT FROM coalesce(o.parent_id, o.id)"
        )

    def set_right(self) -> int:
        """Write every home that is wrong or missing; returns how many."""
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config(%s, 'on', true)", [_RIGHTING])
            cursor.execute(f"UPDATE {self.name} r SET home_id = w.home_id FROM ({self.wrong()}) w WHERE w.id = r.id")  # nosec B608 - own text
            found = cursor.rowcount
            cursor.execute("SELECT set_config(%s, '', true)", [_RIGHTING])
            return found


_kept: dict[str, Homes] = {}


def keep(homes: Homes) -> Homes:
    """Keep the homes of a table from now on."""
    if _kept.setdefault(homes.table, homes) != homes:
        raise ValueError(f"{homes.table} is kept twice")
    return homes


def of(table: str) -> Homes:
    """The homes of ``"app.Model"``. KeyError when none are kept."""
    return _kept[table]


@guards.functions_from
def _functions() -> Iterator[str]:
    for each in _kept.values():
        yield from each.functions()


@guards.triggers_from
def _triggers() -> Iterator[Trigger]:
    for each in _kept.values():
        yield from each.triggers()


@database.seed("homes")
def set_right(*, now) -> None:
    """At every set-up: rows that came while no trigger stood get their home too."""
    for each in _kept.values():
        each.set_right()


@verify.also("所属乡镇")
def compare() -> Iterator[str]:
    """Every row's home against the tree."""
    for each in _kept.values():
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT id FROM ({each.wrong()}) w ORDER BY id LIMIT {MOST_SHOWN}")  # nosec B608 - own text
            for (pk,) in cursor.fetchall():
                row = apps.get_model(each.table)._default_manager.get(pk=pk)
                yield f"{each.title}“{row}”（{pk}）的所属乡镇与组织树不符，请运行 setup_database 重新写入。"
