"""Bare COPY of the same rows: indexes built afterwards, or into the product's own table with all its guarantees.

And the bare table of demands that the floors write.
"""

import psycopg

WRITTEN = "bench_demand"
_COPY = "COPY {} (code, name, level, parent_id) FROM STDIN"


def copy_bare(link: psycopg.Connection, lines: bytes) -> None:
    """Ready-made COPY text into a table of the same shape; neither index nor check nor foreign key."""
    link.execute("DROP TABLE IF EXISTS bench_division")
    link.execute(
        "CREATE TABLE bench_division (code varchar(12), name varchar(60), level smallint, parent_id varchar(12))"
    )
    _send(link, "bench_division", lines)


def index_afterwards(link: psycopg.Connection) -> None:
    """The product's three indexes on that table."""
    link.execute("ALTER TABLE bench_division ADD PRIMARY KEY (code)")
    link.execute("CREATE INDEX ON bench_division (code varchar_pattern_ops)")
    link.execute("CREATE INDEX ON bench_division (parent_id)")


def copy_into_product(link: psycopg.Connection, lines: bytes) -> None:
    """COPY into the empty product table, its indexes, checks, foreign key and load audit at work; undone afterwards.

    Nobody but the owner of the table can load these rows for less.
    """
    with link.transaction(force_rollback=True):
        link.execute(
            "SELECT set_config('liancun.actor', 'system:bench', true), set_config('liancun.load', 'bench', true)"
        )
        _send(link, "orgs_division", lines)
        link.execute("SET CONSTRAINTS ALL IMMEDIATE")


def demands_to_write(link: psycopg.Connection) -> None:
    """An empty copy of the table of demands, with its columns, checks, indexes and foreign keys and no trigger."""
    link.execute(f"DROP TABLE IF EXISTS {WRITTEN}")
    link.execute(f"CREATE TABLE {WRITTEN} (LIKE resources_demand INCLUDING CONSTRAINTS INCLUDING INDEXES)")
    for column, table in (("unit", "orgs_organization"), ("body", "orgs_organization"), ("author", "orgs_person")):
        link.execute(
            f"ALTER TABLE {WRITTEN} ADD FOREIGN KEY ({column}_id) REFERENCES {table} DEFERRABLE INITIALLY DEFERRED"
        )
    link.execute(f"GRANT SELECT, INSERT, UPDATE ON {WRITTEN} TO PUBLIC")


def _send(link: psycopg.Connection, table: str, lines: bytes) -> None:
    with link.cursor().copy(_COPY.format(table)) as copy:
        for start in range(0, len(lines), 1 << 20):
            copy.write(lines[start : start + (1 << 20)])
