"""Counts kept beside a large table, so that a dashboard reads a few thousand numbers instead of a million rows.

Triggers write one delta row for what a statement changed (also a bulk update or raw SQL) and touch nothing else, so
writers never wait for each other. A sweep folds the deltas into the counts, one folder at a time. The figure is always
counts + deltas, read in one statement: whatever is folded when, it equals the live count.

Counts stand at a unit's home (the organization above it), which keeps them few; when a unit moves, a trigger on the
tree carries its folded share along. Moving the home itself changes no count.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.apps import apps
from django.db import connection, transaction

from kit import database, guards, verify
from kit.guards import ERASABLE, Trigger

BATCH = 20_000
MOST_SHOWN = 20


@dataclass(frozen=True)
class Summary:
    """A counted table. ``keys``: column of both summary tables → SQL over the row ``r``. ``where``: rows that count.

    unit: the row's column that names its organization; ``tree``: the model of organizations, with ``parent_id``.
    """

    title: str
    source: str
    counts: str
    deltas: str
    unit: str
    tree: str
    keys: Mapping[str, str]
    where: str

    @property
    def name(self) -> str:
        return guards.table_of(self.source)

    @property
    def columns(self) -> str:
        return ", ".join(self.keys)

    def _of_row(self, sign: int) -> str:
        found = ", ".join(f"{text} AS {column}" for column, text in self.keys.items())
        return f"SELECT r.{self.unit} AS unit_id, {found}, {sign} AS number FROM {{rows}} r WHERE {self.where}"  # nosec B608 - own text

    def _at_home(self, rows: str) -> str:
        tree, columns = guards.table_of(self.tree), ", ".join(f"d.{column}" for column in self.keys)
        return (
            f"SELECT coalesce(o.parent_id, o.id) AS home_id, {columns}, d.number"  # nosec B608 - own text
            f" FROM ({rows}) d JOIN {tree} o ON o.id = d.unit_id"
        )

    def current(self) -> str:
        """SQL of the figure: (home_id, keys, number), folded and unfolded together; sum the numbers."""
        counts, deltas = guards.table_of(self.counts), guards.table_of(self.deltas)
        return (
            f"SELECT home_id, {self.columns}, number FROM {counts}"  # nosec B608 - own text
            f" UNION ALL {self._at_home(f'SELECT unit_id, {self.columns}, number FROM {deltas}')}"  # nosec B608 - own text
        )

    def live(self) -> str:
        """SQL of the same counted afresh from the table itself."""
        return self._at_home(self._of_row(1).format(rows=self.name))

    # --- what the database does by itself -----------------------------------------------------------------------------

    def functions(self) -> Iterator[str]:
        """Four trigger functions: three for the table, one for the tree."""
        gone, come = self._of_row(-1).format(rows="old_rows"), self._of_row(1).format(rows="new_rows")
        for event, rows in (("insert", come), ("delete", gone), ("update", f"{gone} UNION ALL {come}")):
            yield self._function(
                f"liancun_sum_{self.name}_{event}",
                f"INSERT INTO {guards.table_of(self.deltas)} (unit_id, {self.columns}, number)"  # nosec B608 - own text
                f" SELECT unit_id, {self.columns}, sum(number) FROM ({rows}) x"
                f" GROUP BY unit_id, {self.columns} HAVING sum(number) <> 0;",
            )
        # What is folded of a moved unit: all its rows but those still in deltas, both as this statement sees them.
        share = (
            f"SELECT unit_id, {self.columns}, number FROM ({self._of_row(1).format(rows=self.name)}) l"  # nosec B608 - own text
            f" UNION ALL SELECT unit_id, {self.columns}, -number FROM {guards.table_of(self.deltas)}"
        )
        moved = "FROM old_rows o JOIN new_rows n ON n.id = o.id WHERE n.parent_id IS DISTINCT FROM o.parent_id"
        yield self._function(
            f"liancun_sum_{self.name}_move",
            f"IF EXISTS (SELECT 1 {moved}) THEN"
            f" PERFORM pg_advisory_xact_lock({self._lock}); "
            + self._upsert(
                f"SELECT m.home_id, {self.columns}, s.number * m.sign AS number FROM ({share}) s JOIN ("  # nosec B608 - own text
                f"SELECT o.id, coalesce(o.parent_id, o.id) AS home_id, -1 AS sign {moved}"
                f" UNION ALL SELECT n.id, coalesce(n.parent_id, n.id), 1 {moved}) m ON m.id = s.unit_id"
            )
            + "; END IF;",
        )

    def _function(self, name: str, body: str) -> str:
        return (
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER"
            f" SET search_path = pg_catalog, public, pg_temp SET jit = off"
            f" AS $function$ BEGIN {body} RETURN NULL; END $function$"
        )

    @property
    def _lock(self) -> str:
        """One folder or mover at a time."""
        return f"hashtextextended('summary:{self.name}', 0)"

    def _upsert(self, rows: str) -> str:
        """Add rows (home_id, keys, number) to the counts."""
        return (
            f"INSERT INTO {guards.table_of(self.counts)} AS c (home_id, {self.columns}, number)"  # nosec B608 - own text
            f" SELECT home_id, {self.columns}, sum(number) FROM ({rows}) x"
            f" GROUP BY home_id, {self.columns} HAVING sum(number) <> 0"
            f" ON CONFLICT (home_id, {self.columns}) DO UPDATE SET number = c.number + excluded.number"
        )

    def triggers(self) -> Iterator[Trigger]:
        for event in ("INSERT", "UPDATE", "DELETE"):
            yield Trigger(
                table=self.name,
                name=f"liancun_sum_{event.lower()}",
                events=(event,),
                function=f"liancun_sum_{self.name}_{event.lower()}",
                before=False,
                old="" if event == "INSERT" else "old_rows",
                new="" if event == "DELETE" else "new_rows",
            )
        yield Trigger(
            table=guards.table_of(self.tree),
            name=f"liancun_sum_{self.name}",
            events=("UPDATE",),
            function=f"liancun_sum_{self.name}_move",
            before=False,
            old="old_rows",
            new="new_rows",
        )

    # --- folding ------------------------------------------------------------------------------------------------------

    def fold(self) -> int:
        """Carry up to ``BATCH`` deltas into the counts; returns how many. Zero as well while somebody else folds."""
        deltas = guards.table_of(self.deltas)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SELECT pg_try_advisory_xact_lock({self._lock})")
            if not cursor.fetchone()[0]:
                return 0
            cursor.execute(
                f"WITH taken AS (DELETE FROM {deltas} WHERE id IN (SELECT id FROM {deltas} ORDER BY id LIMIT {BATCH})"  # nosec B608 - own text
                f" RETURNING unit_id, {self.columns}, number), folded AS ("
                + self._upsert(self._at_home("SELECT * FROM taken"))
                + ") SELECT count(*) FROM taken"
            )
            taken = cursor.fetchone()[0]
            cursor.execute(f"DELETE FROM {guards.table_of(self.counts)} WHERE number = 0")  # nosec B608 - own text
            return taken

    def recount(self) -> None:
        """Make the counts afresh from the table, whatever they were; writers go on meanwhile."""
        deltas = guards.table_of(self.deltas)
        waiting = self._at_home(f"SELECT unit_id, {self.columns}, -number AS number FROM {deltas}")  # nosec B608 - own text
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SELECT pg_advisory_xact_lock({self._lock})")
            cursor.execute(f"DELETE FROM {guards.table_of(self.counts)}")  # nosec B608 - own text
            cursor.execute(self._upsert(f"{self.live()} UNION ALL {waiting}"))

    def differences(self) -> list[tuple]:
        """(home_id, keys …, kept minus live) wherever the figure is not the live count; empty as it should be."""
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT home_id, {self.columns}, sum(number) FROM ({self.current()} UNION ALL"  # nosec B608 - own text
                f" SELECT home_id, {self.columns}, -number FROM ({self.live()}) l) x"
                f" GROUP BY home_id, {self.columns} HAVING sum(number) <> 0 LIMIT {MOST_SHOWN}"
            )
            return cursor.fetchall()


_kept: dict[str, Summary] = {}


def keep(summary: Summary) -> Summary:
    """Count a table from now on. The delta table is written by triggers alone."""
    if _kept.setdefault(summary.source, summary) != summary:
        raise ValueError(f"{summary.source} is summarized twice")
    guards.access(ERASABLE, summary.deltas)
    return summary


def of(source: str) -> Summary:
    """The summary of ``"app.Model"``. KeyError when it has none."""
    return _kept[source]


@guards.functions_from
def _functions() -> Iterator[str]:
    for each in _kept.values():
        yield from each.functions()


@guards.triggers_from
def _triggers() -> Iterator[Trigger]:
    for each in _kept.values():
        yield from each.triggers()


@database.seed("summaries")
def recount_all(*, now) -> None:
    """At every set-up: rows that came while no trigger stood are counted too."""
    for each in _kept.values():
        each.recount()


def fold_all() -> int:
    """Fold every summary until nothing is left; returns how many deltas."""
    folded = 0
    for each in _kept.values():
        while taken := each.fold():
            folded += taken
    return folded


@verify.also("汇总")
def compare() -> Iterator[str]:
    """Every figure against the live count."""
    for each in _kept.values():
        for home, *keys, difference in each.differences():
            name = apps.get_model(each.tree)._default_manager.filter(pk=home).values_list("name", flat=True).first()
            yield f"{each.title}与台账不符：{name or home} {keys} 多了 {difference}，请运行 setup_database 重新汇总。"
