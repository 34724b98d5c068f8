"""Chains: numbered, hash-linked seals over entries that were written elsewhere, and anchors published outside.

Writers never wait for a chain: entries are written freely, a sweep seals them afterwards in the order of their
recording. A chain proves that nothing before its last *published* anchor was changed; the tail behind it could be cut
unnoticed, so anchors are published often.
"""

import hashlib
import json
import os
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from django.db.models.functions import TruncDate

from kit.models.chain import Anchor, Seal

GENESIS = "0" * 64
# No transaction stays open this long, so nothing recorded earlier can still turn up; the daily full sweep looks anyway.
MARGIN = timedelta(hours=1)
BATCH = 1000

_ANCHOR_LINE = re.compile(r"(?P<chain>\S+) (?P<number>[0-9]+) (?P<hash>[0-9a-f]{64})")
INSTANT = "to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US')"


@dataclass(frozen=True)
class Kind:
    """A table whose entries are sealed. ``chain`` is SQL over the alias ``e`` that names an entry's chain.

    ``formats`` lists, per format number, the columns a digest covers (``*`` marks instants); once released a format is
    never changed, a new column makes a new format.
    """

    name: str
    table: str
    chain: str
    formats: dict[int, tuple[str, ...]]

    @property
    def newest(self) -> int:
        return max(self.formats)

    def columns(self, number: int) -> str:
        """SQL that reads every covered column as text, exactly as the digest sees it."""
        return ", ".join(
            INSTANT.format(f"e.{name[1:]}") if name.startswith("*") else f"e.{name}::text"
            for name in self.formats[number]
        )

    def digest(self, number: int, values: Iterable[str | None]) -> str:
        """SHA-256 over format, kind, and every name with its value (G8); unambiguous because it is JSON."""
        names = [name.lstrip("*") for name in self.formats[number]]
        return _sha256([number, self.name, list(zip(names, values, strict=True))])


FACTS = Kind(
    "facts",
    "kit_fact",
    "'facts/' || e.district",
    {
        1: (
            *("id", "event", "actor", "actor_id", "org_id", "org_path", "district", "subject", "*at", "*recorded_at"),
            *("request_id", "details"),
        )
    },
)
AUDIT = Kind(
    "audit",
    "kit_auditevent",
    "'audit'",
    {
        1: (
            *("id", "*recorded_at", "tx", "actor", "session_role", "request_id", "table_name", "row_id", "op"),
            *("before", "after"),
        )
    },
)
KINDS = (FACTS, AUDIT)


def kind_of(chain: str) -> Kind:
    """KeyError for a chain of no known kind."""
    return {kind.name: kind for kind in KINDS}[chain.split("/", 1)[0]]


def _sha256(value) -> str:
    return hashlib.sha256(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def seal_hash(chain: str, number: int, entry, digest: str, previous: str, sealed_at: str, form: int) -> str:
    """The hash of one seal; ``sealed_at`` as the database writes it in UTC, to the microsecond."""
    return _sha256([chain, number, str(entry), digest, previous, sealed_at, form])


# --- sealing ---------------------------------------------------------------------------------------------------------


def seal(*, full: bool = False) -> int:
    """Seal what has been written and not yet sealed; returns how many entries. Several sweeps at once do no harm.

    full: look at everything ever written instead of only behind the last complete sweep; for the daily run.
    """
    return sum(_seal_kind(kind, full=full) for kind in KINDS)


def _seal_kind(kind: Kind, *, full: bool) -> int:
    sweep = f"seal:{kind.name}"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT clock_timestamp(), (SELECT complete_before FROM kit_sweep WHERE name = %s)",
            [sweep],
        )
        started, since = cursor.fetchone()
        since = None if full else since
        cursor.execute(f"SELECT DISTINCT {kind.chain} {_unsealed(kind)}", [since, since])
        chains = sorted(chain for (chain,) in cursor.fetchall())
    sealed, complete = 0, True
    for chain in chains:
        count, reached = BATCH, since
        while count == BATCH:
            count, reached = _seal_batch(kind, chain, reached)
            sealed += max(count, 0)
        complete = complete and count >= 0
    if complete:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO kit_sweep (name, complete_before) VALUES (%s, %s) ON CONFLICT (name) DO UPDATE"
                " SET complete_before = greatest(kit_sweep.complete_before, excluded.complete_before)",
                [sweep, started - MARGIN],
            )
    return sealed


def _unsealed(kind: Kind) -> str:
    # Table and chain come from the kinds declared above, never from a caller.
    return (
        f"FROM {kind.table} e WHERE (%s::timestamptz IS NULL OR e.recorded_at >= %s)"  # nosec B608
        " AND NOT EXISTS (SELECT 1 FROM kit_seal s WHERE s.entry = e.id)"
    )


@transaction.atomic
def _seal_batch(kind: Kind, chain: str, since: datetime | None) -> tuple[int, datetime | None]:
    """Append up to BATCH seals to one chain: how many (−1: another sweep is on it just now), up to which instant."""
    with connection.cursor() as cursor:
        # One sealer per chain at a time; whoever comes second leaves it to the first.
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [f"seal:{chain}"])
        if not cursor.fetchone()[0]:
            return -1, since
        cursor.execute("SELECT number, hash FROM kit_seal WHERE chain = %s ORDER BY number DESC LIMIT 1", [chain])
        number, previous = cursor.fetchone() or (0, GENESIS)
        cursor.execute(
            f"SELECT e.id, e.recorded_at, {kind.columns(kind.newest)} {_unsealed(kind)} AND {kind.chain} = %s"
            " ORDER BY e.recorded_at, e.id LIMIT %s",
            [since, since, chain, BATCH],
        )
        entries = cursor.fetchall()
        cursor.execute(f"SELECT now_, {INSTANT.format('now_')} FROM clock_timestamp() AS now_")  # nosec B608
        sealed_at, sealed_text = cursor.fetchone()
    seals = []
    for entry, since, *values in entries:  # noqa: B007  the last one is where the next batch starts
        number += 1
        digest = kind.digest(kind.newest, values)
        link = seal_hash(chain, number, entry, digest, previous, sealed_text, kind.newest)
        seals.append(
            Seal(
                chain=chain,
                number=number,
                entry=entry,
                digest=digest,
                previous=previous,
                hash=link,
                sealed_at=sealed_at,
                format=kind.newest,
            )
        )
        previous = link
    Seal.objects.bulk_create(seals)
    return len(seals), since


# --- anchoring -------------------------------------------------------------------------------------------------------

_publishers: list[Callable[[list[Anchor]], None]] = []


def publisher(fn: Callable[[list[Anchor]], None]) -> Callable[[list[Anchor]], None]:
    """Register who carries new anchors out of the house; called inside the transaction, so it may enqueue messages."""
    _publishers.append(fn)
    return fn


def anchor(*, now: datetime) -> list[Anchor]:
    """Publish the head of every chain that grew since its last anchor, and append it to the anchor file."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('anchor', 0))")
        cursor.execute(
            "SELECT s.chain, s.number, s.hash FROM (SELECT DISTINCT ON (chain) chain, number, hash FROM kit_seal"
            " ORDER BY chain, number DESC) s"
            " WHERE NOT EXISTS (SELECT 1 FROM kit_anchor a WHERE a.chain = s.chain AND a.number = s.number)"
            " ORDER BY s.chain"
        )
        fresh = [Anchor(chain=chain, number=number, hash=head, at=now) for chain, number, head in cursor.fetchall()]
        Anchor.objects.bulk_create(fresh)
        for publish in _publishers:
            publish(fresh)
    write_anchor_file()
    return fresh


@dataclass(frozen=True)
class Published:
    """One anchor as somebody outside holds it."""

    chain: str
    number: int
    hash: str

    def line(self) -> str:
        return f"{self.chain} {self.number} {self.hash}"


def shown_anchors(*, since: datetime) -> list[Anchor]:
    """What the public page shows: the last anchor of every day, and all of them from ``since`` on; newest first."""
    daily = Anchor.objects.annotate(day=TruncDate("at")).order_by("chain", "-day", "-number").distinct("chain", "day")
    shown = Anchor.objects.filter(Q(at__gte=since) | Q(pk__in=[each.pk for each in daily]))
    return list(shown.order_by("-at", "-pk"))


def anchor_file() -> Path:
    return Path(settings.ANCHOR_FILE)


def write_anchor_file() -> None:
    """Append the anchors the file does not have yet; what it has is never rewritten."""
    path = anchor_file()
    known = {(each.chain, each.number) for each in read_anchor_file()}
    missing = [a for a in Anchor.objects.order_by("at", "pk") if (a.chain, a.number) not in known]
    if missing:
        path.parent.mkdir(parents=True, exist_ok=True)
        # A line torn by a crash stays as it is; the next one starts afresh.
        torn = path.exists() and not path.read_bytes().endswith(b"\n")
        lines = "".join(Published(a.chain, a.number, a.hash).line() + "\n" for a in missing)
        with path.open("a", encoding="utf-8") as file:
            file.write("\n" * torn + lines)
            file.flush()
            os.fsync(file.fileno())


def read_anchor_file(path: Path | None = None) -> list[Published]:
    """The published anchors; an absent file has none, and a line torn by a crash is none."""
    path = path or anchor_file()
    if not path.exists():
        return []
    found = map(_ANCHOR_LINE.fullmatch, path.read_text(encoding="utf-8", errors="replace").splitlines())
    return [Published(line["chain"], int(line["number"]), line["hash"]) for line in found if line]
