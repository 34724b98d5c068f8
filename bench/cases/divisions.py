"""P7: import of all villages of the country against COPY and indexes."""

import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psycopg

from bench import generate
from bench.cases.results import Result, verdict
from bench.database import PREFIX, connect, drop, environment, recreate
from bench.floor.copying import copy_bare, copy_into_product, index_afterwards
from bench.measure import ROUNDS
from bench.processes import ROOT, buried_cpu_ms, cpu_ms, parent, peak_memory_mb

DATABASE = PREFIX + "import"
_HEADERS = {6: "code,name,cityCode,provinceCode", 9: "code,name,areaCode,provinceCode,cityCode"}
_HEADERS[12] = "code,name,streetCode,provinceCode,cityCode,areaCode"


def write_files(folder: Path, scale: str) -> list[Path]:
    """The data set as three files in the published form."""
    paths = {digits: folder / f"{digits}.csv" for digits in _HEADERS}
    streams = {digits: path.open("w", encoding="utf-8") for digits, path in paths.items()}
    for digits, stream in streams.items():
        stream.write(_HEADERS[digits] + "\n")
    for code, name in generate.divisions(scale):
        above = {6: [code[:4], code[:2]], 9: [code[:6], code[:2], code[:4]]}
        above[12] = [code[:9], code[:2], code[:4], code[:6]]
        streams[len(code)].write(f'{code},"{name}",{",".join(above[len(code)])}\n')
    for stream in streams.values():
        stream.close()
    return list(paths.values())


@dataclass(frozen=True)
class Taken:
    """One piece of work: seconds on the clock, CPU seconds of client and PostgreSQL together, peak memory in MB."""

    clock: float
    cpu: float
    memory: float = 0.0


def _floor(link: psycopg.Connection, work: Callable[[], None]) -> Taken:
    backend = link.info.backend_pid
    began, before = time.perf_counter(), time.process_time() + cpu_ms([backend]) / 1000
    work()
    return Taken(time.perf_counter() - began, time.process_time() + cpu_ms([backend]) / 1000 - before)


def _import(link: psycopg.Connection, files: list[Path]) -> Taken:
    """The command as a whole process. Its backend's CPU is read from PostgreSQL's account of ended children."""
    server = parent(link.info.backend_pid)

    def spent() -> float:
        ended = resource.getrusage(resource.RUSAGE_CHILDREN)
        return ended.ru_utime + ended.ru_stime + buried_cpu_ms(server) / 1000

    began, before, peak = time.perf_counter(), spent(), 0.0
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "manage.py"), "import_divisions", "-v0", *map(str, files)],
        env=environment(DATABASE),
        cwd=ROOT,
        stderr=subprocess.PIPE,
    )
    while process.poll() is None:
        try:
            peak = max(peak, peak_memory_mb(process.pid))
        except OSError:
            break
        time.sleep(0.02)
    _, errors = process.communicate()
    clock = time.perf_counter() - began
    if process.returncode:
        raise RuntimeError(errors.decode("utf-8", "replace")[-2000:])
    _backend_gone(link)
    return Taken(clock, spent() - before, peak)


def _backend_gone(link: psycopg.Connection) -> None:
    for _ in range(100):
        others = link.execute(
            "SELECT 1 FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend' LIMIT 1",
            [DATABASE],
        ).fetchone()
        if not others:
            return
        time.sleep(0.05)


def measure(*, rounds: int, seconds: float, scale: str, say=print) -> list[Result]:
    recreate(DATABASE)
    rows = sorted(generate.divisions(scale))
    lines = "".join(f"{c}\t{n}\t{len(c)}\t{c[:-3] if len(c) > 6 else chr(92) + 'N'}\n" for c, n in rows).encode()
    found: dict[str, list[Taken]] = {}
    try:
        with tempfile.TemporaryDirectory() as folder, connect(DATABASE) as link:
            files = write_files(Path(folder), scale)
            for number in range(1, max(rounds, ROUNDS) + 1):
                _empty(link)
                for name, work in (
                    ("bare", lambda: copy_bare(link, lines)),
                    ("index", lambda: index_afterwards(link)),
                    ("own", lambda: copy_into_product(link, lines)),
                ):
                    found.setdefault(name, []).append(_floor(link, work))
                _empty(link)
                for name in ("import", "again"):
                    found.setdefault(name, []).append(_import(link, files))
                say(
                    f"P7 第 {number} 轮，CPU 秒（钟表秒）："
                    + "，".join(f"{name} {each[-1].cpu:.1f}（{each[-1].clock:.1f}）" for name, each in found.items())
                )
    finally:
        drop(DATABASE)
    villages = sum(len(code) == 12 for code, _ in rows)
    return [_result(found, f"行政区划导入：{villages:,} 个村（社区），共 {len(rows):,} 行")]


def _result(found: dict[str, list[Taken]], title: str) -> Result:
    cpu = {name: statistics.median(each.cpu for each in taken) for name, taken in found.items()}
    clock = {name: statistics.median(each.clock for each in taken) for name, taken in found.items()}
    memory = max(each.memory for each in found["import"])
    own, bare = cpu["own"], cpu["bare"] + cpu["index"]

    def row(label: str, name: str, budget: str = "", conclusion: str = "") -> list[str]:
        return [label, f"{cpu[name]:.1f}", f"{clock[name]:.1f}", f"{cpu[name] / own:.2f}", budget, conclusion]

    return Result(
        key="P7",
        title=title,
        columns=("", "CPU 秒（客户端 + 数据库）", "钟表秒", "与产品表 COPY 之比", "预算", "结论"),
        rows=[
            row("裸表 COPY", "bare"),
            row("其后建同样的三个索引", "index"),
            row("COPY 直接进产品表（索引、检查、外键照常）", "own", "地板"),
            row(
                "`import_divisions`，空库，整个进程",
                "import",
                "≤ 3 × COPY 进产品表",
                verdict(cpu["import"] <= 3 * own),
            ),
            [
                "同上，与“裸表 COPY + 事后建索引”比",
                "",
                "",
                f"{cpu['import'] / bare:.2f}（以 {bare:.1f} 为 1）",
                "≤ 3 × 裸表 COPY 加索引",
                verdict(cpu["import"] <= 3 * bare),
            ],
            row("再导入一遍（无变化）", "again"),
            ["内存峰值", f"{memory:.0f} MB", "", "", "< 300 MB", verdict(memory < 300)],
        ],
        notes=[
            "没有临时表：网页角色无权建。整个文件先逐行判断，再与库中比较，新行一次 COPY；一次导入一条事实。",
            "预算写的是“3 × COPY 加索引”，没有说 COPY 进哪张表，两种读法都列在上面；"
            "两者的差额是随写随建的索引、逐行外键检查和启动 Django。",
        ],
    )


def _empty(link: psycopg.Connection) -> None:
    link.execute("SET session_replication_role = replica")
    link.execute("TRUNCATE orgs_division CASCADE")
    link.execute("SET session_replication_role = origin")
