"""Uploads as people really fill them in: tolerant where the meaning is clear, exact about every wrong cell."""

import io
import zipfile
from contextlib import suppress
from datetime import date, datetime

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kit import workbook
from kit.errors import RuleBroken
from kit.services import stamp
from kit.workbook import Field, parsing
from kit.workbook.cells import as_text
from tests.kit import upload_corpus
from tests.kit.test_files import CLERK
from tests.kitapp.models import Thing

FIELDS = [
    Field("单位名称", parsing.text(most=20), aliases=["单位", "村名"], name="title"),
    Field("地区", parsing.text()),
    Field("成立年月", parsing.month),
    Field("亩数", parsing.whole(least=1, most=100_000), name="count"),
    Field("金额（万元）", parsing.amount(wan=True), required=False),
    Field("类别", parsing.choice({"土地": "land", "厂房": "plant"}), required=False),
    Field("代码", parsing.digits(12), required=False, as_text=True),
]
HEAD = ["序号", "单位名称*", "地区", "成立\n年月", "亩数", "金额", "类 别", "代码"]
GOOD = [1, "明月村", "三江镇", "2024.3", 1600, 12.5, "土地", "511902107205"]


def saved(book) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def upload(*rows, head=HEAD, above=(), shape=lambda sheet: None) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (*above, head, *rows):
        sheet.append(row)
    shape(sheet)
    return saved(book)


def rows_of(*rows, **options):
    return workbook.read(upload(*rows, **options), FIELDS).rows


def one(row, **options):
    (read,) = rows_of(row, **options)
    return read


def with_(place, value):
    return [*GOOD[:place], value, *GOOD[place + 1 :]]


def test_a_plain_row():
    row = one(GOOD)
    assert row.errors == {}
    assert row.values == {
        "单位名称": "明月村",
        "地区": "三江镇",
        "成立年月": date(2024, 3, 1),
        "亩数": 1600,
        "金额（万元）": 12_500_000,
        "类别": "land",
        "代码": "511902107205",
    }


@pytest.mark.parametrize(
    "written",
    ["2024.3", "2024年3月", "２０２４年３月", "2024-03", "2024/3", " 2024.3 ", "202403", 2024.3, 202403,
     "2024年3月15日", datetime(2024, 3, 15), date(2024, 3, 1), 45352],
)  # fmt: skip
def test_months_as_people_write_them(written):
    assert one(with_(3, written)).values["成立年月"] == date(2024, 3, 1)


def test_october_written_as_a_number_stays_october():
    """2024.10 typed into a cell is the number 2024.1; its format still shows two places."""

    def two_places(sheet):
        sheet["D2"].number_format = "0.00"

    assert one(with_(3, 2024.1), shape=two_places).values["成立年月"] == date(2024, 10, 1)
    assert one(with_(3, 2024.1)).values["成立年月"] == date(2024, 1, 1)


@pytest.mark.parametrize("written", [1600, 1600.0, "1600", "１６００", "1,600", " 1600\u3000", "\u200b1600"])
def test_numbers_as_people_write_them(written):
    assert one(with_(4, written)).values["亩数"] == 1600


@pytest.mark.parametrize("written", [12.5, "12.5", "12.5万元", "125000元", "125,000.00元", "１２．５"])
def test_money_in_wan_unless_the_cell_says_yuan(written):
    assert one(with_(5, written)).values["金额（万元）"] == 12_500_000


@pytest.mark.parametrize(("cents", "written"), [(1, "0.01元"), (4_350_000, 4.35), (110_000, 0.11), (290_000, 0.29)])
def test_money_never_passes_through_a_float(cents, written):
    """4.35 万元 is 43,500.00 元, although the float is a little less."""
    assert one(with_(5, written)).values["金额（万元）"] == cents


@pytest.mark.parametrize("written", ["511902107205", 511902107205, 511902107205.0, " ５１１９０２１０７２０５ "])
def test_codes_survive_being_numbers(written):
    assert one(with_(7, written)).values["代码"] == "511902107205"


def test_the_header_is_found_below_title_and_unit_line():
    row = one(GOOD, above=[["三江镇资源台账"], ["填报单位：三江镇", None, "时间：2026年11月23日"]])
    assert (row.number, row.errors) == (4, {})


def test_columns_may_stand_in_another_order_under_other_names():
    rows = rows_of(
        ["三江镇", "x", 1600, "明月村", "2024.3"], head=["地区", "我的备注", "亩 数", "村名", "成立年月（必填）"]
    )
    assert rows[0].values["单位名称"] == "明月村"
    sheet = workbook.read(upload(GOOD, head=[*HEAD[:-1], "我的备注"]), FIELDS)
    assert sheet.ignored == ["我的备注"]


def test_merged_regions_and_ditto_fill_down():
    def merge(sheet):
        sheet.merge_cells("C2:C3")

    second = [2, "大兴村", None, "同上", 420, None, "〃", None]
    rows = rows_of(GOOD, second, shape=merge)
    assert rows[1].values["地区"] == "三江镇"
    assert rows[1].values["成立年月"] == date(2024, 3, 1)
    assert rows[1].values["类别"] == "land"


def test_blank_lines_sums_and_the_footer_are_no_rows():
    blank = [None] * 8
    rows = rows_of(
        GOOD, blank, GOOD, ["合计", None, None, None, 3200], ["填表人：张某", None, "审核人："], ["以下无正文"]
    )
    assert [row.number for row in rows] == [2, 4]


def test_every_wrong_cell_is_named():
    row = one([1, None, "三江镇", "去年", "很多", "一万", "房子", "5119"])
    assert set(row.errors) == {"单位名称", "成立年月", "亩数", "金额（万元）", "类别", "代码"}
    assert row.errors["单位名称"] == ["“单位名称”必须填写。"]
    assert row.errors["类别"] == ["“类别”：只能填：土地、厂房。"]


@pytest.mark.parametrize(
    ("value", "sentence"),
    [("2024.13", "没有这一天"), ("2024-02-30", "没有这一天"), ("二〇二四年", "年月请写成"), ("99999999", "没有这一天")],
)
def test_dates_that_do_not_exist(value, sentence):
    assert sentence in one(with_(3, value)).errors["成立年月"][0]


def test_a_formula_counts_with_the_value_it_was_saved_with():
    """We never compute; a formula that was never computed is an empty cell."""
    assert one(with_(4, "=800*2")).errors["亩数"] == ["“亩数”必须填写。"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file_type"),
        (b"\xd0\xcf\x11\xe0old", "file_type"),
        (upload_corpus.word(), "file_type"),
        (upload_corpus.archive(a=b"1"), "file_type"),
        (upload_corpus.repacked(upload_corpus.excel(), xl__vbaProject_DOT_bin=b"x"), "file_unsafe"),
        (upload_corpus.excel(), "header_missing"),
        (upload(GOOD, head=["单位名称", "地区", "x", "y"]), "header_missing"),
        (upload(GOOD, head=[*HEAD, "单位"]), "header_twice"),
        (upload(), "no_rows"),
    ],
)
def test_what_is_no_such_table(data, code):
    with pytest.raises(RuleBroken) as refusal:
        workbook.read(data, FIELDS)
    assert refusal.value.code == code
    assert refusal.value.errors["file"]


def test_a_missing_column_is_named():
    with pytest.raises(RuleBroken, match="缺少这些列：成立年月、亩数"):
        workbook.read(upload(GOOD, head=["单位名称", "地区", "x", "y"]), FIELDS)


def test_too_many_rows_are_refused_before_they_are_unfolded(monkeypatch):
    from kit.workbook import reading

    monkeypatch.setattr(reading, "MOST_CELLS", 100)
    monkeypatch.setattr(reading, "load_workbook", None)
    with pytest.raises(RuleBroken, match="太大"):
        workbook.read(upload(*[GOOD] * 20), FIELDS)


def test_a_table_with_an_end_far_away_is_read_in_bounded_time():
    """WPS likes to save a format on the last row of the sheet."""

    def far(sheet):
        sheet["H1048576"].number_format = "@"

    sheet = workbook.read(upload(GOOD, shape=far), FIELDS)
    assert len(sheet.rows) == 1
    sheet.rows[0].refuse("单位名称", "x")
    assert len(sheet.with_errors()) < 50_000


# --- the answer ------------------------------------------------------------------------------------------------------


def answered(sheet):
    return openpyxl.load_workbook(io.BytesIO(sheet.with_errors())).active


def test_errors_come_back_in_the_same_workbook():
    """Red cells and a 错误原因 column; what was right stays as it was; corrected, it passes."""

    def decorate(sheet):
        sheet["B2"].font = openpyxl.styles.Font(bold=True)
        sheet.merge_cells("C2:C3")

    sheet = workbook.read(upload(GOOD, with_(4, "很多"), shape=decorate), FIELDS)
    page = answered(sheet)
    assert page["I1"].value == "错误原因"
    assert page["I2"].value is None
    assert page["I3"].value == "“亩数”：应填整数。"
    assert page["E3"].fill.start_color.rgb == "00FFC7CE"
    assert page["E2"].fill.fill_type is None
    assert page["B2"].font.b
    page["E3"] = 420
    again = workbook.read(saved(page.parent), FIELDS)
    assert again.wrong == []
    assert answered(again)["I3"].value is None  # the old reason is gone


def test_a_wrong_merged_cell_is_marked_at_its_corner():
    def merge(sheet):
        sheet["D2"] = "去年"
        sheet.merge_cells("D2:D3")

    page = answered(workbook.read(upload(GOOD, GOOD, shape=merge), FIELDS))
    assert page["D2"].fill.start_color.rgb == "00FFC7CE"
    assert page["I3"].value


# --- all or nothing --------------------------------------------------------------------------------------------------


def save(row):
    if row.values["亩数"] == 13:
        raise RuleBroken("unlucky", "亩数不能是 13。", field="count")
    if row.values["亩数"] == 14:
        raise RuleBroken("unlucky", "这一行整个不行。")
    stamp(CLERK)
    Thing.objects.create(title=row.values["单位名称"], count=row.values["亩数"])


@pytest.mark.django_db
def test_an_import_is_all_or_nothing():
    sheet = workbook.read(upload(GOOD, with_(4, 13), with_(4, 14), GOOD), FIELDS)
    steps = []
    outcome = workbook.load(sheet, save, progress=lambda done, total: steps.append((done, total)))
    assert (outcome.saved, outcome.looked_at, outcome.wrong) == (0, 4, 2)
    assert not Thing.objects.exists()
    assert [row.errors for row in sheet.wrong] == [{"亩数": ["亩数不能是 13。"]}, {"": ["这一行整个不行。"]}]
    assert steps == [(1, 4), (2, 4), (3, 4), (4, 4)]
    page = answered(sheet)
    assert page["I3"].value == "亩数不能是 13。"
    assert page["E3"].fill.start_color.rgb == "00FFC7CE"


@pytest.mark.django_db
def test_a_right_import_saves_every_row():
    sheet = workbook.read(upload(GOOD, with_(1, "大兴村")), FIELDS)
    assert workbook.load(sheet, save).saved == 2
    assert sorted(Thing.objects.values_list("title", flat=True)) == ["大兴村", "明月村"]


@pytest.mark.django_db
def test_a_preview_keeps_nothing():
    sheet = workbook.read(upload(GOOD), FIELDS)
    outcome = workbook.load(sheet, save, check_only=True)
    assert (outcome.saved, outcome.wrong) == (0, 0)
    assert not Thing.objects.exists()


@pytest.mark.django_db
def test_a_row_that_cannot_be_read_is_not_given_to_the_service():
    sheet = workbook.read(upload(GOOD, with_(4, "很多")), FIELDS)
    given = []
    workbook.load(sheet, given.append)
    assert [row.number for row in given] == [2]


# --- round trips -----------------------------------------------------------------------------------------------------


def test_our_template_and_our_register_read_back():
    filled = openpyxl.load_workbook(io.BytesIO(workbook.template("资源", FIELDS)))
    for place, value in enumerate(GOOD[1:], 1):
        filled["资源"].cell(2, place, value)
    assert workbook.read(saved(filled), FIELDS).wrong == []
    columns = [workbook.Column(title) for title in ("单位", "地区", "成立年月", "亩数")]
    columns.append(workbook.Column("金额（万元）", "wan"))
    made = workbook.write(
        workbook.Register("台账", columns, [["=明月村", "三江镇", "2024.3", 1600, 12_500_000]], unit="三江镇")
    )
    (row,) = workbook.read(made, FIELDS).rows
    assert row.values["单位名称"] == "=明月村"
    assert row.values["金额（万元）"] == 12_500_000


CELLS = st.one_of(
    st.none(), st.text(max_size=30), st.integers(), st.floats(), st.booleans(), st.dates(date(1900, 3, 1))
)


@settings(max_examples=60, deadline=None)
@given(st.lists(CELLS, min_size=8, max_size=8))
def test_any_row_is_read_or_refused_and_never_crashes(values):
    cells = [workbook.cells.legal(value) if isinstance(value, str) else value for value in values]
    with suppress(RuleBroken):
        assert workbook.read(upload(cells, GOOD), FIELDS).with_errors()


@given(st.floats(allow_nan=False, allow_infinity=False, width=64))
def test_numbers_read_as_the_text_they_were_typed_as(value):
    assert float(as_text(value)) == value


def test_a_sheet_that_declares_entities_is_refused():
    bomb = upload_corpus.repacked(
        upload(GOOD), xl__sharedStrings_DOT_xml=b'<!DOCTYPE x [<!ENTITY a "aaaa">]><sst><si><t>&a;</t></si></sst>'
    )
    assert zipfile.is_zipfile(io.BytesIO(bomb))  # the control: well-formed enough to be opened
    with pytest.raises(RuleBroken, match="结构异常"):
        workbook.read(bomb, FIELDS)
