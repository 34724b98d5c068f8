"""Registers as workbooks: the profile of the offices, exact numbers, and nothing in them that runs."""

import io
import re
import shutil
import subprocess
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from openpyxl import load_workbook

from kit import workbook
from kit.workbook import Column, Field, Register
from kit.workbook.cells import could_run

# What spreadsheets would run, and what only looks like it.
LIVE = [
    "=1+1",
    "+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "  =1",
    "\u3000=1",
    "＝1+1",
    "＠SUM(A1)",
    '=HYPERLINK("http://example.invalid","点我")',
    "=cmd|'/C calc'!A1",
    "-cmd|'/C calc'!A1",
    '=IMPORTXML("http://example.invalid")',
    '=WEBSERVICE("http://example.invalid")',
    '=DDE("cmd";"/C calc";"x")',
]
TAME = ["-5", "+8613900000000", "-3.50", "三江镇", "a=b", "100%", "’=1"]
ON = date(2026, 11, 23)


def sheet_of(data: bytes):
    return load_workbook(io.BytesIO(data)).active


def register(rows, *columns, **options):
    return workbook.write(Register("三江镇资源台账", columns, rows, **options))


def body(sheet, header=2):
    return [[cell.value for cell in row] for row in sheet.iter_rows(min_row=header + 1)]


def test_the_profile_of_a_register():
    data = register(
        [("明月村", 1600, 7_840_000, ON, "511902107205"), ("大兴村", 420, -50, None, "")],
        Column("单位"),
        Column("面积（亩）", "number", total=True),
        Column("金额", "money", total=True),
        Column("登记日期", "date"),
        Column("代码", "text"),
        unit="三江镇党委",
        on=ON,
        measure="元",
    )
    sheet = sheet_of(data)
    assert sheet["A1"].value == "三江镇资源台账"
    assert "A1:F1" in [area.coord for area in sheet.merged_cells.ranges]
    assert [sheet[place].value for place in ("A2", "C2", "E2")] == [
        "填报单位：三江镇党委",
        "时间：2026年11月23日",
        "单位：元",
    ]
    assert [cell.value for cell in sheet[3]] == ["序号", "单位", "面积（亩）", "金额", "登记日期", "代码"]
    assert all(cell.font.b for cell in sheet[3])
    assert [cell.value for cell in sheet[4]] == [1, "明月村", 1600, 78400, datetime(2026, 11, 23), "511902107205"]
    assert [cell.value for cell in sheet[5]][:4] == [2, "大兴村", 420, -0.5]
    assert [cell.value for cell in sheet[6]][:4] == ["合计", None, 2020, 78399.5]
    assert [cell.value for cell in sheet[7] if cell.value] == ["填表人：", "审核人：", "日期："]
    assert sheet["D4"].number_format == "#,##0.00"
    assert sheet["F4"].number_format == "@"
    assert sheet.page_setup.orientation == "landscape"
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.print_title_rows == "$3:$3"
    assert sheet.freeze_panes == "A4"


def test_money_is_written_exactly():
    """Not by way of a float: 分 become two decimals, whatever the size."""
    with zipfile.ZipFile(
        io.BytesIO(register([(1,), (-123456789,), (99999999999999,)], Column("金额", "money")))
    ) as book:
        xml = book.read("xl/worksheets/sheet1.xml").decode()
    assert re.findall(r"<v>(-?[\d.]+)</v>", xml)[1::2] == ["0.01", "-1234567.89", "999999999999.99"]


@pytest.mark.parametrize("text", LIVE)
def test_no_cell_is_ever_a_formula(text):
    """Formula-injection corpus, in every place where words of people go."""
    data = workbook.write(
        Register(text, [Column(text), Column("数")], [(text, -5)], unit=text, on=ON, measure=text, footer=(text,))
    )
    for row in sheet_of(data).iter_rows():
        for cell in row:
            assert cell.data_type != "f"
            if isinstance(cell.value, str):
                assert cell.quotePrefix
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")


@pytest.mark.parametrize("text", LIVE)
def test_csv_cells_that_could_run_get_an_apostrophe(text):
    assert could_run(text)
    assert workbook.disarmed(text) == f"'{text}"


@pytest.mark.parametrize("value", [*TAME, -5, Decimal("-3.5"), 0])
def test_negatives_stay_numbers_and_plain_text_plain(value):
    assert workbook.disarmed(value) == value


def test_negative_numbers_are_numbers_in_the_workbook():
    ((_, whole, exact, money),) = body(
        sheet_of(register([(-5, Decimal("-3.50"), -350)], Column("数"), Column("准"), Column("元", "money"), footer=()))
    )
    assert (whole, exact, money) == (-5, -3.5, -3.5)


def test_values_of_every_kind():
    moment = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)
    rows = [
        (True, moment, Fraction(1, 4), None, 12345678901234567, "控制\x00字符\x07"),
    ]
    ((_, *values),) = body(sheet_of(register(rows, *(Column(str(n)) for n in range(6)), footer=())))
    assert values == ["是", "2026-11-23 14:30", 0.25, None, "12345678901234567", "控制字符"]


def test_a_narrow_or_empty_register_is_still_a_register():
    sheet = sheet_of(register([], Column("单位"), numbered=False, unit="三江镇", on=ON, measure="元"))
    assert sheet["A2"].value == "填报单位：三江镇    时间：2026年11月23日    单位：元"
    assert sheet["A3"].value == "单位"


def test_a_sheet_name_is_always_legal():
    data = workbook.write(Register("a/b:c*?[d]" + "长" * 40, [Column("x")], []))
    assert len(load_workbook(io.BytesIO(data)).sheetnames[0]) <= 31


def test_five_thousand_rows_number_on():
    rows = body(sheet_of(register(((f"村{n}",) for n in range(5000)), Column("村"), footer=())))
    assert rows[-1] == [5000, "村4999"]


def test_file_names():
    assert workbook.file_name("三江镇", "资源台账", on=ON) == "三江镇_资源台账_20261123.xlsx"
    assert workbook.file_name("a/b\\c:", "..x\n", on=ON, kind="csv") == "abc_..x_20261123.csv"


def test_a_template_says_how_to_fill_it_in():
    data = workbook.template(
        "成员单位",
        [
            Field("单位名称", str, hint="写全称。"),
            Field("类别", str, choices=["村", "企业"]),
            Field("代码", str, required=False, as_text=True),
        ],
        notes=["严禁上传涉密及工作秘密。"],
    )
    book = load_workbook(io.BytesIO(data))
    sheet, said, words = book["成员单位"], book["填写说明"], book["选项"]
    assert [cell.value for cell in sheet[1]] == ["单位名称*", "类别*", "代码"]
    assert sheet["C2"].number_format == "@"
    assert words.sheet_state == "hidden"
    (rule,) = sheet.data_validations.dataValidation
    assert (rule.formula1, str(rule.sqref)) == ("'选项'!$A$1:$A$2", "B2:B501")
    assert [cell.value for cell in said["B"]] == [
        "怎么填", "必填。写全称。", "必填。从下拉框里选：村、企业。", "选填。", "严禁上传涉密及工作秘密。",
    ]  # fmt: skip


@pytest.mark.slow
def test_an_independent_office_opens_it_on_one_page_width(tmp_path):
    """LibreOffice reads the register, prints it one page wide, and computes nothing out of what people wrote."""
    office = shutil.which("soffice")
    if office is None or not (Path(office).resolve().parent / "libsclo.so").exists():
        pytest.skip("这台机器没有 LibreOffice Calc（apt install libreoffice-calc）")
    columns = [Column(f"第{number}列", width=18) for number in range(14)]
    path = tmp_path / "register.xlsx"
    path.write_bytes(register([[text] * 14 for text in LIVE[:4]], *columns, on=ON, unit="三江镇"))
    as_csv = "csv:Text - txt - csv (StarCalc):44,34,76"
    command = [office, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", as_csv]
    subprocess.run([*command, "--outdir", str(tmp_path), str(path)], check=True, capture_output=True, timeout=180)
    shown = (tmp_path / "register.csv").read_text(encoding="utf-8")
    for text in LIVE[:4]:
        assert text in shown
