"""Divisions of a scale: 巴州区 as published, then counties of the same shape under derived codes."""

import csv
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BAZHOU = ROOT / "orgs/data/bazhou.csv"
HOME = "511902"
# Villages by scale; the country's number is the published one, a tenth of it shows what growth costs.
SCALES = {
    "township": 8,
    "district": 326,
    "city": 1_809,
    "province": 34_412,
    "tenth": 62_057,
    "country": 620_573,
}
_PROVINCES = (*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66))


def divisions(scale: str) -> Iterator[tuple[str, str]]:
    """(code, name) of every division of a scale, parents before children."""
    wanted = SCALES[scale]
    with BAZHOU.open(encoding="utf-8") as stream:
        rows = sorted(((row["code"], row["name"]) for row in csv.DictReader(stream)), key=lambda r: (len(r[0]), r[0]))
    if scale == "township":
        rows = [row for row in rows if row[0] in (HOME, HOME + "107") or row[0].startswith(HOME + "107")]
    for county in _counties():
        villages = [row for row in rows if len(row[0]) == 12][:wanted]
        wanted -= len(villages)
        townships = {code[:9] for code, _ in villages}
        yield county, next(name for code, name in rows if code == HOME)
        yield from ((county + code[6:], name) for code, name in rows if code in townships)
        yield from ((county + code[6:], name) for code, name in villages)
        if not wanted:
            return


def _counties() -> Iterator[str]:
    """巴州区 first, then derived six-digit codes: province, city 01–99, county 02–11."""
    yield HOME
    for index in range(990):
        for province in _PROVINCES:
            code = f"{province}{1 + index // 10:02d}{2 + index % 10:02d}"
            if code != HOME:
                yield code
