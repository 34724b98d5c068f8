"""Every way to falsify a sealed trail as superuser, triggers asleep; each says where the first bad entry must be found.

A kind takes the tamperer, a place in the chain and a random generator, and returns the numbers at which the
verification may name the first fault (one number in most cases).
"""

import random
from collections.abc import Callable
from dataclasses import dataclass

import psycopg

from kit import chain

Kind = Callable[["Tamperer", int, random.Random], set[int]]


@dataclass
class Tamperer:
    """A superuser at work on one chain of facts of ``length`` entries; ``anchored`` is its last published number."""

    link: psycopg.Connection
    chain: str
    length: int

    def run(self, statement: str, *values) -> psycopg.Cursor:
        return self.link.execute(statement, values)

    def entry(self, number: int):
        """The entry sealed under this number."""
        found = self.run("SELECT entry FROM kit_seal WHERE chain = %s AND number = %s", self.chain, number)
        return found.fetchone()[0]

    def reseal(self, first: int) -> None:
        """Recompute every digest and link from ``first`` on, as a forger who knows the code would."""
        kind = chain.kind_of(self.chain)
        previous = chain.GENESIS
        if first > 1:
            previous = self.run(
                "SELECT hash FROM kit_seal WHERE chain = %s AND number = %s", self.chain, first - 1
            ).fetchone()[0]
        rows = self.run(
            f"SELECT s.id, s.number, s.entry, {chain.INSTANT.format('s.sealed_at')}, {kind.columns(1)}"
            f" FROM kit_seal s JOIN {kind.table} e ON e.id = s.entry"
            " WHERE s.chain = %s AND s.number >= %s ORDER BY s.number",
            self.chain,
            first,
        ).fetchall()
        for seal, number, entry, sealed, *values in rows:
            digest = kind.digest(1, values)
            link = chain.seal_hash(self.chain, number, entry, digest, previous, sealed, 1)
            self.run(
                "UPDATE kit_seal SET digest = %s, previous = %s, hash = %s WHERE id = %s", digest, previous, link, seal
            )
            previous = link

    def copy_entry(self, number: int) -> object:
        """A forged entry: the one at ``number`` under a new id."""
        return self.run(
            "INSERT INTO kit_fact SELECT (jsonb_populate_record(f, jsonb_build_object("
            "'id', gen_random_uuid(), 'subject', 'orgs.posting:forged'))).* FROM kit_fact f WHERE id = %s RETURNING id",
            self.entry(number),
        ).fetchone()[0]

    def shift(self, first: int, by: int) -> None:
        """Renumber everything from ``first`` on."""
        self.run("UPDATE kit_seal SET number = -number WHERE chain = %s AND number >= %s", self.chain, first)
        self.run("UPDATE kit_seal SET number = -number + %s WHERE chain = %s AND number < 0", by, self.chain)


def _edit(column: str, value: str) -> Kind:
    def kind(t: Tamperer, at: int, rng: random.Random) -> set[int]:
        t.run(f"UPDATE kit_fact SET {column} = {value} WHERE id = %s", t.entry(at))
        return {at}

    return kind


def _edit_seal(column: str, value: str, *, following: bool = False) -> Kind:
    def kind(t: Tamperer, at: int, rng: random.Random) -> set[int]:
        t.run(f"UPDATE kit_seal SET {column} = {value} WHERE chain = %s AND number = %s", t.chain, at)
        return {at}

    return kind


def _delete_entry(t: Tamperer, at: int, rng: random.Random) -> set[int]:
    t.run("DELETE FROM kit_fact WHERE id = %s", t.entry(at))
    return {at}


def _delete_entry_and_seal(t: Tamperer, at: int, rng: random.Random) -> set[int]:
    entry = t.entry(at)
    t.run("DELETE FROM kit_seal WHERE entry = %s", entry)
    t.run("DELETE FROM kit_fact WHERE id = %s", entry)
    return {at}


def _delete_and_renumber(t: Tamperer, at: int, rng: random.Random) -> set[int]:
    _delete_entry_and_seal(t, at, rng)
    t.shift(at + 1, -1)
    return {at}


def _delete_renumber_and_reseal(t: Tamperer, at: int, rng: random.Random) -> set[int]:
    _delete_and_renumber(t, at, rng)
    t.reseal(at)
    # Looks like a cut tail: which of the entries since the last anchor left cannot be known.
    return {t.length}


def _insert_in_the_middle(t: Tamperer, at: int, rng: random.Random) -> set[int]:
    forged = t.copy_entry(at)
    t.shift(at, 1)
    t.run(
        "INSERT INTO kit_seal (chain, number, entry, digest, previous, hash, sealed_at, format)"
        " SELECT chain, %s, %s, digest, previous, hash, sealed_at, format FROM kit_seal"
        " WHERE chain = %s AND number = %s",
        at,
        forged,
        t.chain,
        at + 1,
    )
    return {at}


def _insert_unsealed_in_the_past(t: Tamperer, at: int, rng: random.Random) -> set[int]:
    forged = t.copy_entry(at)
    t.run("UPDATE kit_fact SET recorded_at = recorded_at - interval '2 hours' WHERE id = %s", forged)
    return {t.length + 1}


def _swap_contents(t: Tamperer, at: int, rng: random.Random) -> set[int]:
    other = at % t.length + 1
    first, second = t.entry(at), t.entry(other)
    t.run("UPDATE kit_fact SET id = gen_random_uuid(), request_id = 'swap' WHERE id = %s", first)
    t.run("UPDATE kit_fact SET id = %s WHERE id = %s", first, second)
    t.run("UPDATE kit_fact SET id = %s, request_id = '' WHERE request_id = 'swap'", second)
    return {min(at, other)}


def _reorder_seals(t: Tamperer, at: int, rng: random.Random) -> set[int]:
    other = at % t.length + 1
    t.run("UPDATE kit_seal SET number = -1 WHERE chain = %s AND number = %s", t.chain, at)
    t.run("UPDATE kit_seal SET number = %s WHERE chain = %s AND number = %s", at, t.chain, other)
    t.run("UPDATE kit_seal SET number = %s WHERE chain = %s AND number = -1", other, t.chain)
    return {min(at, other)}


def _renumber(t: Tamperer, at: int, rng: random.Random) -> set[int]:
    t.shift(at, 1)
    return {at}


def _move_to_another_district(t: Tamperer, at: int, rng: random.Random) -> set[int]:
    t.run("UPDATE kit_fact SET district = 'd511903' WHERE id = %s", t.entry(at))
    return {at}


def _cut_tail(t: Tamperer, at: int, rng: random.Random) -> set[int]:
    t.run(
        "DELETE FROM kit_fact WHERE id IN (SELECT entry FROM kit_seal WHERE chain = %s AND number >= %s)", t.chain, at
    )
    t.run("DELETE FROM kit_seal WHERE chain = %s AND number >= %s", t.chain, at)
    t.run("DELETE FROM kit_anchor WHERE chain = %s AND number >= %s", t.chain, at)
    return {at}


def _rewrite_whole(t: Tamperer, at: int, rng: random.Random) -> set[int]:
    t.run("UPDATE kit_fact SET details = '{\"forged\": true}' WHERE id = %s", t.entry(at))
    t.reseal(at)
    t.run(
        "UPDATE kit_anchor a SET hash = s.hash FROM kit_seal s"
        " WHERE s.chain = a.chain AND s.number = a.number AND a.chain = %s",
        t.chain,
    )
    return {1}


def _edit_anchor(t: Tamperer, at: int, rng: random.Random) -> set[int]:
    t.run("UPDATE kit_anchor SET hash = repeat('0', 64) WHERE chain = %s", t.chain)
    return {1, t.length}


def _delete_anchor(t: Tamperer, at: int, rng: random.Random) -> set[int]:
    t.run("DELETE FROM kit_anchor WHERE chain = %s", t.chain)
    return {t.length}


def _disable_trigger_then_edit(t: Tamperer, at: int, rng: random.Random) -> set[int]:
    t.run("SET session_replication_role = origin")
    t.run("ALTER TABLE kit_fact DISABLE TRIGGER USER")
    t.run("UPDATE kit_fact SET actor = 'system:nobody' WHERE id = %s", t.entry(at))
    t.run("ALTER TABLE kit_fact ENABLE TRIGGER USER")
    return {at}


def _drop_chain(t: Tamperer, at: int, rng: random.Random) -> set[int]:
    return _cut_tail(t, 1, rng)


# Every column of an entry, changed as little as its type allows.
COLUMNS = {
    "id": "gen_random_uuid()",
    "event": "event || ' '",
    "actor": "'system:other'",
    "actor_id": "gen_random_uuid()",
    "org_id": "gen_random_uuid()",
    "org_path": "org_path || '1/'",
    "subject": "subject || '0'",
    "at": "at + interval '1 microsecond'",
    "recorded_at": "recorded_at - interval '1 microsecond'",
    "request_id": "'req'",
    "details": """details || '{"amount": 1.0}'""",
}
SEAL_COLUMNS = {
    "digest": "repeat('0', 64)",
    "previous": "repeat('1', 64)",
    "hash": "repeat('2', 64)",
    "sealed_at": "sealed_at + interval '1 microsecond'",
    "entry": "gen_random_uuid()",
}

KINDS: dict[str, Kind] = {
    **{f"edit {column}": _edit(column, value) for column, value in COLUMNS.items()},
    **{f"edit seal {column}": _edit_seal(column, value) for column, value in SEAL_COLUMNS.items()},
    "delete": _delete_entry,
    "delete with seal": _delete_entry_and_seal,
    "delete and renumber": _delete_and_renumber,
    "delete, renumber and reseal": _delete_renumber_and_reseal,
    "insert": _insert_in_the_middle,
    "insert unsealed in the past": _insert_unsealed_in_the_past,
    "swap": _swap_contents,
    "reorder": _reorder_seals,
    "renumber": _renumber,
    "move to another district": _move_to_another_district,
    "cut tail": _cut_tail,
    "rewrite whole": _rewrite_whole,
    "edit anchor": _edit_anchor,
    "delete anchor": _delete_anchor,
    "disable trigger, then edit": _disable_trigger_then_edit,
    "drop chain": _drop_chain,
}
# Consistent in itself, so found only by an anchor held outside.
NEEDS_ANCHOR = {
    "cut tail",
    "drop chain",
    "rewrite whole",
    "edit anchor",
    "delete anchor",
    "delete, renumber and reseal",
}
