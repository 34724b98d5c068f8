"""Data sets from one township to the country: divisions, organizations, people, demands and what became of them.

Every row follows from the scale and the row's own place, so the same scale gives the same rows and ids everywhere
(the reference to a voting rule apart, which each set-up seeds anew).
Codes repeat the published shape of 巴州区 under derived county codes: valid in form, not meant to be anybody's.
Rows are written by SQL with triggers asleep; checks and unique indexes are built afterwards and hold. So do exclusion
constraints up to a city; beyond, building their GiST takes longer than everything else, and no read uses it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
from psycopg import sql

from bench.generate import demands, meetings, organizations
from bench.generate.divisions import HOME, ROOT, SCALES, divisions

__all__ = ["HOME", "ROOT", "SCALES", "TABLES", "Amounts", "divisions", "fill"]

TABLES = (*organizations.TABLES, *demands.TABLES, *meetings.TABLES)


@dataclass(frozen=True)
class Amounts:
    """How much stands on the divisions of a scale.

    units: per township beside its villages; the home district gets about 5,000 organizations at every scale.
    demands: of the whole set; without it a million at the country, in proportion to its villages elsewhere. A quarter
    of them are the home district's, and of these a tenth one township's.
    """

    units: int = 4
    home_units: int = 175
    demands: int | None = None


@contextmanager
def _without_indexes(link: psycopg.Connection, *, exclusions: bool) -> Iterator[None]:
    """Drop what a bulk write would have to keep up row by row, and build it again afterwards (exclusions if wanted)."""
    constraints = link.execute(
        "SELECT conrelid::regclass::text, conname::text, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE conrelid = ANY(%s::regclass[]) AND contype = 'x'",
        [list(TABLES)],
    ).fetchall()
    indexes = link.execute(
        "SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i"
        " WHERE i.indrelid = ANY(%s::regclass[]) AND NOT EXISTS"
        " (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid)",
        [list(TABLES)],
    ).fetchall()
    for table, name, _ in constraints:
        link.execute(sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(sql.Identifier(table), sql.Identifier(name)))
    for name, _ in indexes:
        link.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))
    yield
    for _, definition in indexes:
        link.execute(definition.encode())
    for table, name, definition in constraints if exclusions else ():
        add = sql.SQL("ALTER TABLE {} ADD CONSTRAINT {} ").format(sql.Identifier(table), sql.Identifier(name))
        link.execute(add + sql.SQL(definition))


def fill(link: psycopg.Connection, scale: str, amounts: Amounts | None = None) -> dict[str, int]:
    """Fill an empty, migrated and seeded database over a superuser's connection (autocommit). Returns table → rows."""
    amounts = amounts or Amounts()
    wanted = amounts.demands or round(1_000_000 * SCALES[scale] / SCALES["country"])
    link.execute("SET session_replication_role = replica")
    link.execute("SET TIME ZONE 'Asia/Shanghai'")
    link.execute("SET maintenance_work_mem = '512MB'")
    link.execute("SET work_mem = '128MB'")
    with _without_indexes(link, exclusions=SCALES[scale] <= SCALES["city"]):
        with link.cursor().copy("COPY orgs_division (code, name, level, parent_id) FROM STDIN") as copy:
            for code, name in divisions(scale):
                copy.write_row((code, name, len(code), code[:-3] if len(code) > 6 else None))
        link.execute("ANALYZE orgs_division")
        _write(link, organizations.statements(units=amounts.units, home_units=amounts.home_units))
        _write(link, demands.statements(wanted))
        _write(link, meetings.statements())
    for table in TABLES:
        link.execute(sql.SQL("VACUUM ANALYZE {}").format(sql.Identifier(table)))
    link.execute("DISCARD TEMP")
    link.execute("RESET ALL")
    counts = {}
    for table in TABLES:
        (counts[table],) = link.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))).fetchone()
    return counts


def _write(link: psycopg.Connection, statements: Iterator[bytes]) -> None:
    for statement in statements:
        link.execute(statement)
