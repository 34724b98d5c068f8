"""Row ids and chances that follow from a row's own number ``n`` (or the column given for it)."""


def numbered(table: int) -> str:
    """A UUIDv7 in the order of ``n``: milliseconds of 2026 with the table in the random part, the rest from n."""
    return _id("1767225600000 + n", table, "n")


def moment(column: str, table: int, n: str = "n") -> str:
    """A UUIDv7 of the instant in a column, the table and ``n`` in the random part."""
    return _id(f"(extract(epoch FROM {column}) * 1000)::bigint", table, n)


def _id(milliseconds: str, table: int, n: str) -> str:
    time_part, rest = f"lpad(to_hex({milliseconds}), 12, '0')", f"substr(md5({n}::text || '{table}'), 1, 15)"
    return f"({time_part} || '7{table:03x}8' || {rest})::uuid"


def chance(salt: str, n: str = "n") -> str:
    """0 … 999, evenly, from ``n``; another salt draws again."""
    return f"(('x' || substr(md5({n}::text || '{salt}'), 1, 6))::bit(24)::int % 1000)"
