"""行政区划 are loaded as a whole from the published files, never typed in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models.functions import Left

from kit import audit, facts, policies
from kit.actors import System
from kit.errors import Forbidden, RuleBroken
from kit.scoping import Place, standing_of
from kit.services import service
from orgs import events
from orgs.models import Division
from orgs.services.division_files import LISTED, DivisionFile, FileReport, Progress, Reading, copy_lines, read

VERB = "division.import"
# One load at a time; the number only has to be this lock's own.
_LOAD_LOCK = 5_119_020_001


@dataclass(frozen=True)
class DivisionLoad:
    """What a load did. ``districts``: six-digit codes; ``renamed``: (code, old name, new name) of every changed row."""

    districts: tuple[str, ...]
    files: tuple[FileReport, ...]
    created: int
    unchanged: int
    renamed: tuple[tuple[str, str, str], ...]

    @property
    def changed(self) -> int:
        return len(self.renamed)


@dataclass(frozen=True)
class _County:
    """Where a county's divisions stand for the policy table."""

    place: Place


def _silent(stage: str, done: int, total: int) -> None:
    """Progress nobody watches."""


@service
def import_divisions(
    *, actor, files: Sequence[DivisionFile], now: datetime, progress: Progress | None = None
) -> DivisionLoad:
    """Load published division files: all rows or none, in any order of files, repeatable.

    Rows absent from the files stay; the parent follows from the code. One fact holds each file's sha256 and the
    counts. Loads wait for each other. Raises Forbidden without the verb anywhere, RuleBroken ``bad_division_files``
    with ``errors["files"]``: the first hundred sentences ``文件:行号: …``. Needs SELECT, INSERT and UPDATE only.
    """
    _require_anywhere(actor)
    progress = progress or _silent
    reading = read(files, progress)
    _refuse_foreign_counties(actor, reading)
    _take_turn()
    reading.complain_of_orphans(_absent(reading.parents() - reading.names.keys()))
    _refuse_faults(reading)
    with audit.load("、".join(f"{file.name} sha256:{file.sha256}" for file in reading.reports)):
        load = _merge(reading, progress)
    _record(actor, load, now)
    return load


def _require_anywhere(actor) -> None:
    """Before anything is read: somebody who may load no county at all is refused."""
    places = [Place("")] if isinstance(actor, System) else [Place(post.path) for post in standing_of(actor).posts]
    if not any(policies.allows(actor, VERB, _County(place)) for place in places):
        raise Forbidden("行政区划由区委组织部导入。")


def _refuse_foreign_counties(actor, reading: Reading) -> None:
    """A district loads its own divisions only."""
    for code in reading.districts():
        if not policies.allows(actor, VERB, _County(Place(f"d{code}/"))):
            first = next(key for key in reading.names if str(key).startswith(code))
            reading.complaints.add(*reading.position(first), f"代码 {first} 不在您的区县之内")


def _take_turn() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOAD_LOCK])


def _absent(codes: set[int]) -> set[int]:
    """Which of these codes the database does not hold."""
    held = Division.objects.filter(code__in=[str(code) for code in codes]).values_list("code", flat=True)
    return codes - {int(code) for code in held}


def _refuse_faults(reading: Reading) -> None:
    complaints = reading.complaints
    if not complaints.count and not reading.names and not any(report.passed_over for report in reading.reports):
        complaints.add("、".join(report.name for report in reading.reports) or "导入", None, "没有一行区划")
    if complaints.count:
        more = f"，先列出前 {LISTED} 处" if complaints.count > LISTED else ""
        raise RuleBroken(
            "bad_division_files",
            f"没有导入任何一行：文件中有 {complaints.count} 处错误{more}。",
            errors={"files": complaints.listed},
        )


def _merge(reading: Reading, progress: Progress) -> DivisionLoad:
    """Compare with what is held, then one COPY for the new rows and one UPDATE for the renamed ones.

    A staging or temporary table would need rights the web role must not have (L19) and write every row twice.
    """
    fresh, districts, renamed, unchanged = reading.names, reading.districts(), [], 0
    held = Division.objects.annotate(county=Left("code", 6)).filter(county__in=districts)
    for code, name in held.order_by().values_list("code", "name").iterator(chunk_size=20_000):
        read_name = fresh.pop(int(code), None)
        if read_name == name:
            unchanged += 1
        elif read_name is not None:
            renamed.append((code, name, read_name))
    renamed.sort()
    with connection.cursor() as cursor:
        if fresh:
            copying = cursor.copy("COPY orgs_division (code, name, level, parent_id) FROM STDIN")
            with connection.wrap_database_errors, copying as copy:
                for block in copy_lines(fresh, progress):
                    copy.write(block)
            progress("写入", len(fresh), len(fresh))
        if renamed:
            cursor.execute(
                "UPDATE orgs_division AS d SET name = n.name FROM unnest(%s::text[], %s::text[]) AS n (code, name)"
                " WHERE d.code = n.code",
                [[code for code, _, _ in renamed], [name for _, _, name in renamed]],
            )
    return DivisionLoad(tuple(districts), tuple(reading.reports), len(fresh), unchanged, tuple(renamed))


def _record(actor, load: DivisionLoad, now: datetime) -> None:
    """One fact for the whole load, about the first county the files speak of; a load of nothing leaves none."""
    if not load.districts:
        return
    facts.record(
        events.DIVISIONS_IMPORTED,
        actor=actor,
        org=None,
        subject=f"{Division._meta.label_lower}:{load.districts[0]}",
        at=now,
        files=[{"name": file.name, "sha256": file.sha256, "rows": file.rows} for file in load.files],
        created=load.created,
        changed=load.changed,
        unchanged=load.unchanged,
        renamed=[list(change) for change in load.renamed[:LISTED]],
    )
