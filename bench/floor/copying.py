"""Bare COPY of the same rows: indexes built afterwards, or into the product's own table with all its guarantees."""

import time

import psycopg


def copy_and_index(link: psycopg.Connection, lines: bytes) -> tuple[float, float]:
    """(seconds of COPY, seconds of the indexes) for ready-made COPY text."""
    link.execute("DROP TABLE IF EXISTS bench_division")
    link.execute(
        "CREATE TABLE bench_division (code varchar(12), name varchar(60), level smallint, parent_id varchar(12))"
    )
    began = time.perf_counter()
    with link.cursor().copy("COPY bench_division FROM STDIN") as copy:
        for start in range(0, len(lines), 1 << 20):
            copy.write(lines[start : start + (1 << 20)])
    copied = time.perf_counter()
    with link.transaction():
        link.execute("ALTER TABLE bench_division ADD PRIMARY KEY (code)")
        link.execute("CREATE INDEX ON bench_division (code varchar_pattern_ops)")
        link.execute("CREATE INDEX ON bench_division (parent_id)")
        link.execute("CREATE INDEX ON bench_division (parent_id varchar_pattern_ops)")
    indexed = time.perf_counter()
    link.execute("DROP TABLE bench_division")
    return copied - began, indexed - copied


def copy_into_product(link: psycopg.Connection, lines: bytes) -> float:
    """Seconds of COPY into the empty product table, its indexes, checks and foreign key included; undone afterwards.

    Nobody but the owner of the table can load these rows for less.
    """
    began = time.perf_counter()
    with link.transaction(force_rollback=True):
        with link.cursor().copy("COPY orgs_division (code, name, level, parent_id) FROM STDIN") as copy:
            for start in range(0, len(lines), 1 << 20):
                copy.write(lines[start : start + (1 << 20)])
        link.execute("SET CONSTRAINTS ALL IMMEDIATE")
        return time.perf_counter() - began
