"""P7: import of all villages of the country against COPY and indexes."""

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg

from bench import generate
from bench.cases.results import Result, verdict
from bench.database import PREFIX, connect, drop, environment, recreate
from bench.floor.copying import copy_and_index, copy_into_product
from bench.processes import ROOT, peak_memory_mb

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


def _import(files: list[Path]) -> tuple[float, float]:
    """(seconds, peak memory in MB) of the command as a whole process."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "manage.py"), "import_divisions", "-v0", *map(str, files)],
        env=environment(DATABASE),
        cwd=ROOT,
        stderr=subprocess.PIPE,
    )
    peak = 0.0
    while process.poll() is None:
        try:
            peak = max(peak, peak_memory_mb(process.pid))
        except OSError:
            break
        time.sleep(0.02)
    _, errors = process.communicate()
    if process.returncode:
        raise RuntimeError(errors.decode("utf-8", "replace")[-2000:])
    return time.perf_counter() - began, peak


def measure(*, rounds: int, seconds: float, scale: str, say=print) -> list[Result]:
    recreate(DATABASE)
    rows = sorted(generate.divisions(scale))
    lines = "".join(f"{c}\t{n}\t{len(c)}\t{c[:-3] if len(c) > 6 else chr(92) + 'N'}\n" for c, n in rows).encode()
    taken: dict[str, list[float]] = {}

    def note(name: str, value: float) -> float:
        taken.setdefault(name, []).append(value)
        return value

    try:
        with tempfile.TemporaryDirectory() as folder, connect(DATABASE) as link:
            files = write_files(Path(folder), scale)
            for number in range(1, rounds + 1):
                _empty(link)
                copied, indexed = copy_and_index(link, lines)
                note("copy", copied)
                note("index", indexed)
                own = note("own", copy_into_product(link, lines))
                _empty(link)
                seconds, peak = _import(files)
                note("import", seconds)
                note("memory", peak)
                note("again", _import(files)[0])
                say(
                    f"P7 第 {number} 轮：裸表 COPY {copied:.1f} 秒，索引 {indexed:.1f} 秒，"
                    f"产品表 COPY {own:.1f} 秒，导入 {seconds:.1f} 秒，{peak:.0f} MB"
                )
    finally:
        drop(DATABASE)
    middle = {name: statistics.median(values) for name, values in taken.items()}
    villages = sum(len(code) == 12 for code, _ in rows)
    own, ours, again, memory = middle["own"], middle["import"], middle["again"], max(taken["memory"])
    bare = middle["copy"] + middle["index"]
    return [
        Result(
            key="P7",
            title=f"行政区划导入：{villages:,} 个村（社区），共 {len(rows):,} 行",
            columns=("", "秒", "与产品表 COPY 之比", "预算", "结论"),
            rows=[
                (
                    "裸表 COPY，其后建同样的索引",
                    f"{middle['copy']:.1f} + {middle['index']:.1f}",
                    f"{bare / own:.2f}",
                    "",
                    "",
                ),
                ("COPY 直接进产品表（索引、检查、外键照常）", f"{own:.1f}", "1", "", ""),
                (
                    "`import_divisions`，空库，整个进程",
                    f"{ours:.1f}",
                    f"{ours / own:.2f}",
                    "≤ 3 × COPY（含索引）",
                    verdict(ours <= 3 * own),
                ),
                ("再导入一遍（无变化）", f"{again:.1f}", f"{again / own:.2f}", "", ""),
                ("内存峰值", f"{memory:.0f} MB", "", "< 300 MB", verdict(memory < 300)),
            ],
            notes=[
                "没有临时表：网页角色无权建。整个文件先逐行判断，再与库中比较，新行一次 COPY。",
                f"若以“裸表 COPY + 事后建索引”为 1，导入为 {ours / bare:.1f}：差额是逐行外键检查与启动 Django。",
            ],
        )
    ]


def _empty(link: psycopg.Connection) -> None:
    link.execute("SET session_replication_role = replica")
    link.execute("TRUNCATE orgs_division CASCADE")
    link.execute("SET session_replication_role = origin")
