"""Whether what was written still stands as it was written: chains against anchors, personal values against digests.

``run`` gathers everything that is checked nightly (☒); apps add their own checks with ``also``.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.db import connection, transaction

from kit import database, guards
from kit.chain import BATCH, GENESIS, INSTANT, KINDS, MARGIN, Published, kind_of, read_anchor_file, seal_hash
from kit.models.chain import Anchor

# An entry of this age without a seal is a fault: the sweep runs every few seconds.
GRACE = timedelta(minutes=5)
RELEASED = Path(__file__).resolve().parent / "released.txt"


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it was written. ``number`` is the place in the chain, ``what`` a Chinese sentence."""

    chain: str
    number: int
    entry: str
    what: str

    def __str__(self) -> str:
        return f"{self.chain} 第{self.number}条（{self.entry or '无条目'}）：{self.what}"


def chains(anchors: Iterable[Published] = ()) -> list[str]:
    """Every chain that has seals, entries or anchors."""
    union = " UNION ".join(f"SELECT {kind.chain} FROM {kind.table} e" for kind in KINDS)  # nosec B608 constants
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT chain FROM kit_seal UNION SELECT chain FROM kit_anchor UNION {union}")  # nosec B608
        return sorted({chain for (chain,) in cursor.fetchall()} | {each.chain for each in anchors})


def verify(chain: str, anchors: Iterable[Published]) -> list[Finding]:
    """Recompute one chain from its entries up and compare it with ``anchors`` held outside; findings in chain order.

    Behind the last of those anchors the chain is checked for consistency only: without one, a cut tail or a chain
    rewritten whole leaves no trace. Where every link fits but an anchor differs, the span since the last anchor that
    fits is named.
    """
    return sorted(_Pass(chain, list(anchors)).run(), key=lambda finding: finding.number)


class _Pass:
    """One pass over one chain."""

    def __init__(self, chain: str, anchors: list[Published]) -> None:
        self.chain = chain
        self.kind = kind_of(chain)
        self.published = {a.number: a.hash for a in anchors if a.chain == chain}
        self.stored = dict(Anchor.objects.filter(chain=chain).values_list("number", "hash"))
        self.findings: list[Finding] = []
        self.number, self.previous, self.anchored = 0, GENESIS, 0
        self.latest: datetime | None = None

    def run(self) -> list[Finding]:
        for row in self._rows():
            before = len(self.findings)
            self._check_seal(row)
            self._check_entry(row)
            self._check_anchors(row, intact=len(self.findings) == before)
            self.number, self.previous = row["number"], row["hash"]
        beyond = max({*self.published, *self.stored}, default=0)
        if beyond > self.number:
            self._note(
                self.number + 1,
                None,
                f"链到此中断，锚点却记到第{beyond}条：尾部被截掉，或者第{self.anchored + 1}条起有删减。",
            )
        for place, published in self.published.items():
            if self.stored.get(place) != published:
                self._note(place, None, "库内锚点与公布的锚点不一致或缺失。")
        self._check_unsealed()
        return self.findings

    def _note(self, number: int, entry, what: str) -> None:
        self.findings.append(Finding(self.chain, number, str(entry or ""), what))

    def _rows(self) -> Iterator[dict]:
        """Seals in order with their entries as text, streamed; ``values`` is None where the entry is gone."""
        forms = " ".join(f"WHEN {form} THEN ARRAY[{self.kind.columns(form)}]" for form in sorted(self.kind.formats))
        query = (
            f"SELECT s.number, s.entry, s.digest, s.previous, s.hash, {INSTANT.format('s.sealed_at')} AS sealed_text,"  # nosec B608
            f" s.sealed_at, s.format, {self.kind.chain} AS home, e.recorded_at,"
            f" CASE WHEN e.id IS NULL THEN NULL ELSE CASE s.format {forms} END END AS values"
            f" FROM kit_seal s LEFT JOIN {self.kind.table} e ON e.id = s.entry"
            " WHERE s.chain = %s ORDER BY s.number, s.id"
        )
        with transaction.atomic(), connection.chunked_cursor() as cursor:
            cursor.execute(query, [self.chain])
            while rows := cursor.fetchmany(BATCH):
                names = [column.name for column in cursor.description]
                for row in rows:
                    yield dict(zip(names, row, strict=True))

    def _check_seal(self, row: dict) -> None:
        entry, number = row["entry"], row["number"]
        if number != self.number + 1:
            self._note(self.number + 1, entry, f"序号不连续：其后是第{number}条。")
        if row["previous"] != self.previous:
            self._note(number, entry, "与前一封条不相接。")
        link = seal_hash(self.chain, number, entry, row["digest"], row["previous"], row["sealed_text"], row["format"])
        if row["hash"] != link:
            self._note(number, entry, "封条被改过。")

    def _check_entry(self, row: dict) -> None:
        entry, number = row["entry"], row["number"]
        if row["values"] is None:
            self._note(number, entry, "条目不见了。")
            return
        if self.kind.digest(row["format"], row["values"]) != row["digest"]:
            self._note(number, entry, "条目内容与封存时不同。")
        if row["home"] != self.chain:
            self._note(number, entry, f"条目属于另一条链 {row['home']}。")
        recorded = row["recorded_at"]
        if recorded > row["sealed_at"] + MARGIN or (self.latest and recorded < self.latest - MARGIN):
            self._note(number, entry, "记录时间与它在链上的位置不符，疑为事后补入。")
        self.latest = max(recorded, self.latest or recorded)

    def _check_anchors(self, row: dict, *, intact: bool) -> None:
        number = row["number"]
        anchors = [held[number] for held in (self.published, self.stored) if number in held]
        if not anchors:
            return
        if all(anchor == row["hash"] for anchor in anchors):
            self.anchored = number
        elif intact and not any(finding.number > self.anchored for finding in self.findings):
            self._note(self.anchored + 1, None, f"第{self.anchored + 1}至{number}条与锚点不符：这一段被整段改写了。")

    def _check_unsealed(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT e.id FROM {self.kind.table} e WHERE {self.kind.chain} = %s"  # nosec B608
                " AND e.recorded_at < clock_timestamp() - make_interval(secs => %s)"
                " AND NOT EXISTS (SELECT 1 FROM kit_seal s WHERE s.entry = e.id)"
                " ORDER BY e.recorded_at, e.id LIMIT 100",
                [self.chain, GRACE.total_seconds()],
            )
            for (entry,) in cursor.fetchall():
                self._note(self.number + 1, entry, "条目没有封条：封存停了，或者是事后补入的。")


# --- personal values -------------------------------------------------------------------------------------------------


def salted_digest(salt: str, column: str, value_text: str) -> str:
    """As the audit trigger computes it: SHA-256 over salt, column and the value as jsonb text."""
    return hashlib.sha256(f"{salt}:{column}:{value_text}".encode()).hexdigest()


def verify_personal() -> list[str]:
    """Each kept personal value fits the digest in its event, and each missing one was erased on record (G7)."""
    found = []
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(p.event, d.event), coalesce(p.side, d.side), coalesce(p.column, d.column),"
            " d.digest, p.salt, p.value::text, d.table_name || ':' || d.row_id, d.recorded_at"
            " FROM (SELECT e.id AS event, s.side, c.key AS column, c.value ->> 'salted_sha256' AS digest,"
            "              e.table_name, e.row_id, e.recorded_at FROM kit_auditevent e"
            "       CROSS JOIN LATERAL (VALUES ('before', e.before), ('after', e.after)) AS s (side, columns)"
            "       CROSS JOIN LATERAL jsonb_each(s.columns) AS c WHERE jsonb_typeof(c.value) = 'object'"
            "         AND c.value ? 'salted_sha256') d"
            " FULL JOIN kit_personalvalue p ON p.event = d.event AND p.side = d.side AND p.column = d.column"
            # Three-valued: equal digests are left out, everything else comes back.
            " WHERE p.value IS NULL OR d.digest IS NULL OR d.digest <> encode(sha256(convert_to("
            "       p.salt || ':' || p.column || ':' || p.value::text, 'UTF8')), 'hex')"
        )
        while rows := cursor.fetchmany(BATCH):
            erased = _erasures({row[6] for row in rows if row[6]})
            for event, side, column, digest, salt, _value, row_label, at in rows:
                place = f"变更记录 {event} {side}.{column}"
                if digest is None:
                    found.append(f"{place}：留存的个人信息不属于任何变更记录。")
                elif salt is not None:
                    found.append(f"{place}：留存的个人信息与摘要不符，被改过。")
                elif erased.get(row_label) is None or erased[row_label] < at:
                    found.append(f"{place}：留存的个人信息不见了，又没有删除的记录。")
    return found


def _erasures(labels: set[str]) -> dict:
    """Row label → instant of its last recorded erasure."""
    if not labels:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT r.label, max(f.recorded_at) FROM kit_fact f"
            " CROSS JOIN LATERAL jsonb_array_elements_text(f.details -> 'rows') AS r (label)"
            " WHERE f.event = 'kit.personal.erased' AND r.label = ANY (%s) GROUP BY r.label",
            [sorted(labels)],
        )
        return dict(cursor.fetchall())


# --- guards ----------------------------------------------------------------------------------------------------------


def released() -> list[str]:
    """The guards of the released version, one line each."""
    return RELEASED.read_text(encoding="utf-8").splitlines() if RELEASED.exists() else []


def standing() -> list[str]:
    """The guards as they stand in this database."""
    with connection.cursor() as cursor:
        return guards.actual_shapes(cursor, connection.settings_dict["USER"])


def release() -> str:
    """Write the released file from the database at hand; returns the digest a release publishes."""
    lines = guards.telling(standing())
    RELEASED.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return guards.digest(lines)


def verify_guards() -> list[str]:
    """Triggers, functions and grants equal the released ones (L20), and nothing else is wrong with the database."""
    here = standing()
    now, then = set(guards.telling(here)), set(released())
    found = [f"权限不是声明的那样：{line}" for line in guards.expected_shapes() if line not in set(here)]
    found += [f"库中少了：{line}" for line in sorted(then - now)]
    found += [f"库中多了：{line}" for line in sorted(now - then)]
    return database.problems() + found


# --- the whole -------------------------------------------------------------------------------------------------------

_more: dict[str, Callable[[], Iterable[str]]] = {}


def also(title: str) -> Callable[[Callable[[], Iterable[str]]], Callable[[], Iterable[str]]]:
    """Register an app's own nightly check; it yields Chinese sentences, none when all is well."""

    def register(fn: Callable[[], Iterable[str]]) -> Callable[[], Iterable[str]]:
        _more[title] = fn
        return fn

    return register


def run(anchors: list[Published] | None = None) -> Iterator[tuple[str, list[str]]]:
    """Every check in turn: its title and what it found, lazily, so that a long run shows progress."""
    held = read_anchor_file() if anchors is None else anchors
    yield "数据库与守卫（触发器、函数、权限）", verify_guards()
    for chain in chains(held):
        last = max((each.number for each in held if each.chain == chain), default=0)
        yield f"链 {chain}（已公布到第{last}条）", [str(finding) for finding in verify(chain, held)]
    yield "个人信息留存", verify_personal()
    for title, check in _more.items():
        yield title, list(check())
