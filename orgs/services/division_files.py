"""Reads the published division files and judges every line before anything touches the database.

The columns are those of the published CSV: ``code,name`` and the codes of the levels above (``streetCode``,
``areaCode``, ``cityCode``, ``provinceCode``); a file of mixed levels names the parent in ``parentCode`` instead.
UTF-8 with or without BOM, or GBK. Files of cities and provinces are recognised and passed over: divisions begin at
the county. 620,573 villages stay below 200 MB: names by numeric code, positions in parallel arrays.
"""

import codecs
import csv
import hashlib
import io
import re
from array import array
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from orgs.choices import DivisionLevel

LISTED = 100
NAME_LENGTH = 60
_BLOCK = 1 << 20
_LEVEL_OF_COLUMN = {"streetCode": DivisionLevel.VILLAGE, "areaCode": DivisionLevel.TOWNSHIP}
_DIGITS_OF_COLUMN = {"provinceCode": 2, "cityCode": 4, "areaCode": 6, "streetCode": 9}
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ufffd]")

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class DivisionFile:
    """One file to load: the name that messages use, and an open binary stream that can be rewound."""

    name: str
    stream: BinaryIO


@dataclass
class FileReport:
    """What a file was: its sha256, the rows taken from it, and why it was passed over if it was."""

    name: str
    sha256: str
    rows: int = 0
    passed_over: str = ""


@dataclass
class Complaints:
    """Errors in the order found. The first hundred are worded, the rest only counted."""

    listed: list[str] = field(default_factory=list)
    count: int = 0

    def add(self, file: str, line: int | None, sentence: str | Callable[[], str]) -> None:
        self.count += 1
        if self.count <= LISTED:
            where = f"{file}:{line}: " if line else f"{file}: "
            self.listed.append(where + (sentence if isinstance(sentence, str) else sentence()))


class Reading:
    """All files together. ``names`` maps the numeric code to the name, in the order read."""

    def __init__(self) -> None:
        self.names: dict[int, str] = {}
        self.reports: list[FileReport] = []
        self.complaints = Complaints()
        self._files: list[str] = []
        self._file_of = array("H")
        self._line_of = array("L")

    def position(self, code: int) -> tuple[str, int]:
        """(file, line) where the code was read first. Walks the whole reading: for messages only."""
        index = next(i for i, known in enumerate(self.names) if known == code)
        return self._files[self._file_of[index]], self._line_of[index]

    def parents(self) -> set[int]:
        """Every code that must exist above the codes read."""
        return {code // 1000 for code in self.names if code > 999_999}

    def districts(self) -> list[str]:
        """The six-digit codes of the counties the files speak of."""
        return sorted({str(code)[:6] for code in self.names})

    def complain_of_orphans(self, missing: set[int]) -> None:
        """One complaint per row whose parent is in none of the files and not in the database."""
        if not missing:
            return
        for index, code in enumerate(self.names):
            if code > 999_999 and code // 1000 in missing:
                file, line = self._files[self._file_of[index]], self._line_of[index]
                above = DivisionLevel(len(str(code)) - 3).label
                self.complaints.add(
                    file, line, f"代码 {code} 的上级不存在：没有{above} {code // 1000}，请把上级所在的文件一起导入"
                )

    def add_file(self, source: DivisionFile, advance: Callable[[int], None]) -> None:
        """Read one file; its faults go to ``complaints``. ``advance`` is told how many bytes have been read."""
        digest, encoding = _inspect(source, self.complaints)
        report = FileReport(source.name, digest)
        twin = next((each for each in self.reports if each.sha256 == digest), None)
        self.reports.append(report)
        if encoding is None:
            return
        if twin:
            report.passed_over = f"与 {twin.name} 内容相同"
            return
        self._files.append(source.name)
        text = io.TextIOWrapper(source.stream, encoding=encoding, newline="")
        before = len(self.names)
        try:
            self._read_rows(source, csv.reader(text), report, advance)
        except UnicodeDecodeError:
            self.complaints.add(source.name, None, "文字编码既不是 UTF-8 也不是 GBK，请另存为“CSV UTF-8”")
        finally:
            text.detach()
        report.rows = len(self.names) - before

    def _read_rows(self, source: DivisionFile, reader, report: FileReport, advance: Callable[[int], None]) -> None:
        try:
            header = _Header.of(next(reader, []))
            if isinstance(header, str):
                self.complaints.add(source.name, 1, header)
                return
            if header.above_county:
                report.passed_over = "县级以上，不导入"
                return
            for count, row in enumerate(reader):
                if row:
                    self._read_row(source.name, reader.line_num, row, header)
                if not count % 5000:
                    advance(source.stream.tell())
        except csv.Error:
            self.complaints.add(source.name, reader.line_num, "不是完整的 CSV 行（引号没有成对，或一格文字过长）")

    def _read_row(self, file: str, line: int, row: list[str], header: "_Header") -> None:
        if len(row) != header.width:
            self.complaints.add(file, line, f"应有 {header.width} 列，现有 {len(row)} 列")
            return
        code, name = row[header.code].strip(), row[header.name].strip()
        if not header.is_plain(code, name, row):
            fault = _code_fault(code, header.level) or _name_fault(code, name) or _line_fault(code, row, header)
            if fault:
                self.complaints.add(file, line, fault)
                return
        key = int(code)
        if key in self.names:
            self.complaints.add(file, line, lambda: "代码 {} 重复，第一次在 {}:{}".format(code, *self.position(key)))
            return
        self.names[key] = name
        self._file_of.append(len(self._files) - 1)
        self._line_of.append(line)


@dataclass(frozen=True)
class _Header:
    """Where the columns are. ``level`` None: mixed levels, told by the length of each code."""

    width: int
    code: int
    name: int
    level: DivisionLevel | None
    parent: int | None
    above: tuple[tuple[str, int, int], ...]
    above_county: bool = False

    def is_plain(self, code: str, name: str, row: list[str]) -> bool:
        """Whether a row is beyond doubt: one pass for nearly all of 620,573. Anything else is judged word by word."""
        if len(code) != self.level or not code.isdecimal() or not code.isascii() or code[0] == "0":
            return False
        if not name.isalpha() or len(name) > NAME_LENGTH:
            return False
        for _, index, digits in self.above:
            if row[index] != code[:digits]:
                return False
        return self.parent is None

    @classmethod
    def of(cls, cells: list[str]) -> "_Header | str":
        """The header read from the first line, or the sentence that says what is wrong with it."""
        cells = [cell.strip() for cell in cells]
        if not any(cells):
            return "文件是空的"
        if lacking := [column for column in ("code", "name") if column not in cells]:
            return f"第一行应是列名 code,name,…，缺少 {'、'.join(lacking)}"
        above = tuple(
            (column, cells.index(column), digits) for column, digits in _DIGITS_OF_COLUMN.items() if column in cells
        )
        parent = cells.index("parentCode") if "parentCode" in cells else None
        level = next((level for column, level in _LEVEL_OF_COLUMN.items() if column in cells), None)
        if level is None and "cityCode" in cells:
            level = DivisionLevel.DISTRICT
        above_county = level is None and parent is None
        return cls(len(cells), cells.index("code"), cells.index("name"), level, parent, above, above_county)


def _inspect(source: DivisionFile, complaints: Complaints) -> tuple[str, str | None]:
    """(sha256, encoding) of a stream, rewound afterwards; encoding None when it is no text, with a complaint."""
    source.stream.seek(0)
    digest, decoder, encoding = hashlib.sha256(), codecs.getincrementaldecoder("utf-8")(), "utf-8-sig"
    is_text, first = True, True
    while block := source.stream.read(_BLOCK):
        digest.update(block)
        if first and block.startswith(b"PK\x03\x04"):
            complaints.add(source.name, None, "不是 CSV 文件（像是 Excel 工作簿），请另存为“CSV UTF-8”")
            is_text = False
        elif is_text and b"\x00" in block:
            complaints.add(source.name, None, "不是 CSV 文本文件，请另存为“CSV UTF-8”")
            is_text = False
        first = False
        if encoding == "utf-8-sig":
            try:
                decoder.decode(block)
            except UnicodeDecodeError:
                encoding = "gb18030"
    source.stream.seek(0)
    return digest.hexdigest(), encoding if is_text else None


def _code_fault(code: str, level: DivisionLevel | None) -> str | None:
    if not code:
        return "代码为空"
    if not (code.isascii() and code.isdigit()):
        return f"代码 {code[:20]} 含非数字"
    if level is None:
        if len(code) in DivisionLevel:
            return None if code[0] != "0" else f"代码 {code} 以 0 开头，不是区划代码"
        return f"代码 {code[:20]} 位数不对（应是 6、9 或 12 位，现为 {len(code)} 位）"
    if len(code) < level:
        return f"代码 {code} 位数不够（{level.label}应是 {int(level)} 位，现为 {len(code)} 位）"
    if len(code) > level:
        return f"代码 {code[:20]} 位数过多（{level.label}应是 {int(level)} 位，现为 {len(code)} 位）"
    if code[0] == "0":
        return f"代码 {code} 以 0 开头，不是区划代码"
    return None


def _name_fault(code: str, name: str) -> str | None:
    if not name:
        return f"代码 {code} 没有名称"
    if len(name) > NAME_LENGTH:
        return f"代码 {code} 的名称过长（最多 {NAME_LENGTH} 字，现为 {len(name)} 字）"
    if _CONTROL.search(name):
        return f"代码 {code} 的名称里有换行、乱码或控制字符"
    return None


_PLACE_OF_COLUMN = {
    "streetCode": "所属乡镇（街道）",
    "areaCode": "所属县（区）",
    "cityCode": "所属市",
    "provinceCode": "所属省",
}


def _line_fault(code: str, row: list[str], header: _Header) -> str | None:
    """A row that names an ancestor must lie under it: 村不在所属乡镇之下."""
    for column, index, digits in reversed(header.above):
        given = row[index].strip()
        if given != code[:digits]:
            wrong = f"{column} 是 {given[:20] or '空的'}，代码前 {digits} 位是 {code[:digits]}"
            return f"代码 {code} 不在{_PLACE_OF_COLUMN[column]}之下：{wrong}"
    if header.parent is not None:
        given, expected = row[header.parent].strip(), code[:-3] if len(code) > DivisionLevel.DISTRICT else ""
        if given != expected:
            return f"代码 {code} 不在所属上级之下：parentCode 是 {given[:20] or '空的'}，应是 {expected or '空的'}"
    return None


def read(files: Iterable[DivisionFile], progress: Progress) -> Reading:
    """Read every file, whatever their order; the caller looks at ``complaints`` before using anything."""
    files = list(files)
    sizes = [_size(each) for each in files]
    reading, done = Reading(), 0
    for each, size in zip(files, sizes, strict=True):
        reading.add_file(each, _advance(progress, done, sum(sizes)))
        done += size
        progress("读取", done, sum(sizes))
    return reading


def _advance(progress: Progress, done: int, total: int) -> Callable[[int], None]:
    return lambda read_bytes: progress("读取", done + read_bytes, total)


def _size(source: DivisionFile) -> int:
    size = source.stream.seek(0, io.SEEK_END)
    source.stream.seek(0)
    return size


def copy_lines(names: dict[int, str], progress: Progress, size: int = 20_000) -> Iterator[str]:
    """The rows as text of PostgreSQL's COPY (code, name, level, parent), in blocks."""
    lines: list[str] = []
    # In the order of the index, which then grows at its right edge only.
    for done, key in enumerate(sorted(names), start=1):
        code, name = str(key), names[key]
        parent = code[:-3] if key > 999_999 else r"\N"
        lines.append(f"{code}\t{name.replace(chr(92), chr(92) * 2)}\t{len(code)}\t{parent}\n")
        if len(lines) == size:
            yield "".join(lines)
            lines.clear()
            progress("写入", done, len(names))
    yield "".join(lines)
