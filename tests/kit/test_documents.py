"""Papers as Word: every number of the GB/T 9704-2012 profile read back from the file, and the same bytes every time."""

import io
import itertools
import re
import zipfile
from datetime import date

import pytest
from docx import Document as read
from docx.enum.text import WD_LINE_SPACING
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from kit import documents
from kit.documents import (
    Annex,
    Attachments,
    Column,
    Document,
    Facts,
    Heading,
    Note,
    Number,
    Paragraph,
    Recipients,
    Signature,
    Table,
    Title,
    paragraphs,
    profile,
    text,
)
from kit.files.content import Limits, check
from tests.office import characters_of_lines, converted, fonts_of, pages_of, text_of

ON = date(2026, 11, 23)
BODY = "龙门农副产品基地联村党组织"


def paper(*blocks) -> bytes:
    return documents.write(Document("关于召开联席会议的通知", BODY, ON, blocks))


def whole() -> bytes:
    return paper(
        Title(f"{BODY}\n关于召开2026年第四季度联席会议的通知"),
        Number("联村〔2026〕3号"),
        Note("（2026年11月3日联席会议通过）"),
        Recipients(["龙门村党支部", "双寨村党支部"]),
        Paragraph("现将有关事项通知如下。"),
        Heading("会议议题"),
        Table([Column("序号", 20), Column("议题", 136, "left")], [("1", "修缮烘干房")]),
        Heading("二级", 2),
        Heading("三级", 3),
        Heading("四级", 4),
        Attachments(["会议回执"]),
        Signature(BODY, ON),
        Annex("附件", "会议回执"),
        Facts([("单位", "")]),
    )


def part(data: bytes, name: str) -> str:
    return zipfile.ZipFile(io.BytesIO(data)).read(name).decode()


def found(data: bytes, words: str):
    return next(each for each in read(io.BytesIO(data)).paragraphs if words in each.text)


def test_page_and_margins():
    section = read(io.BytesIO(whole())).sections[0]
    # Word counts in twips of 1/1440 inch: within half of one.
    close = Mm(0.02)
    assert abs(section.page_width - Mm(210)) < close
    assert abs(section.page_height - Mm(297)) < close
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert all(abs(had - Mm(mm)) < close for had, mm in zip(margins, (37, 35, 28, 26), strict=True))


@pytest.mark.parametrize(
    "words, font, size, line",
    [
        ("关于召开2026年", "方正小标宋简体", 22, 35),
        ("联村〔2026〕3号", "仿宋_GB2312", 16, 28),
        ("（2026年11月3日", "楷体_GB2312", 16, 28),
        ("双寨村党支部：", "仿宋_GB2312", 16, 28),
        ("现将有关事项", "仿宋_GB2312", 16, 28),
        ("一、会议议题", "黑体", 16, 28),
        ("（一）二级", "楷体_GB2312", 16, 28),
        ("1.三级", "仿宋_GB2312", 16, 28),
        ("（1）四级", "仿宋_GB2312", 16, 28),
        ("附件：会议回执", "仿宋_GB2312", 16, 28),
        ("2026年11月23日", "仿宋_GB2312", 16, 28),
    ],
)
def test_fonts_sizes_and_lines(words, font, size, line):
    style = found(whole(), words).style
    slots = style.element.rPr.rFonts
    assert {slots.get(qn(f"w:{slot}")) for slot in ("ascii", "hAnsi", "eastAsia", "cs")} == {font}
    assert style.font.size == Pt(size)
    assert style.paragraph_format.line_spacing_rule == WD_LINE_SPACING.EXACTLY
    assert style.paragraph_format.line_spacing == Pt(line)
    assert (style.paragraph_format.space_before, style.paragraph_format.space_after) == (0, 0)


@pytest.mark.parametrize("words", ["现将有关事项", "一、会议议题", "（一）二级", "1.三级", "附件：会议回执"])
def test_the_first_line_moves_in_by_two_characters(words):
    indent = found(whole(), words).style.element.pPr.ind
    assert indent.get(qn("w:firstLineChars")) == "200"
    assert indent.get(qn("w:firstLine")) == str(2 * 16 * 20)


def test_addressees_stand_flush_left_and_the_title_in_the_middle():
    data = whole()
    assert found(data, "双寨村党支部：").style.element.pPr.ind is None
    assert found(data, "关于召开2026年").style.element.pPr.jc.val == 1


def test_no_theme_and_no_font_of_another_language():
    data = whole()
    assert not [name for name in zipfile.ZipFile(io.BytesIO(data)).namelist() if "theme" in name]
    everything = "".join(part(data, name) for name in zipfile.ZipFile(io.BytesIO(data)).namelist())
    assert "asciiTheme" not in everything
    assert not [font for font in ("Mincho", "Gothic", "Calibri", "Times", "Cambria") if font in everything]
    defaults = read(io.BytesIO(data)).styles.element.find(f".//{qn('w:rPrDefault')}//{qn('w:rFonts')}")
    assert defaults.get(qn("w:eastAsia")) == "仿宋_GB2312"


def test_page_numbers_stand_outside_in_size_four():
    data = whole()
    section = read(io.BytesIO(data)).sections[0]
    assert read(io.BytesIO(data)).settings.odd_and_even_pages_header_footer
    assert abs(section.footer_distance - Mm(25)) < Mm(0.02)
    for foot, style, side in (
        (section.footer, "PageOdd", ("right", "rightChars")),
        (section.even_page_footer, "PageEven", ("left", "leftChars")),
    ):
        line = foot.paragraphs[0]
        assert line.style.style_id == style
        assert line.style.font.size == Pt(14)
        assert line.style.element.rPr.rFonts.get(qn("w:eastAsia")) == "宋体"
        assert line.style.element.pPr.jc.get(qn("w:val")) == side[0]
        assert line.style.element.pPr.ind.get(qn(f"w:{side[1]}")) == "100"
        assert "".join(node.text for node in line._p.iter(qn("w:t"))) == "— 1 —"
        assert line._p.find(qn("w:fldSimple")).get(qn("w:instr")).strip() == "PAGE"


def test_22_lines_of_28_characters_fit_and_no_more():
    section = read(io.BytesIO(whole())).sections[0]
    high = section.page_height - section.top_margin - section.bottom_margin
    assert 22 * Pt(28) <= high < 23 * Pt(28)
    wide = section.page_width - section.left_margin - section.right_margin
    one = Pt(16) + Pt(profile.SQUEEZE / 20)
    assert 28 * one <= wide < 29 * one
    squeezes = read(io.BytesIO(whole())).styles["Normal"].element.rPr.find(qn("w:spacing"))
    assert squeezes.get(qn("w:val")) == str(profile.SQUEEZE)


@pytest.mark.parametrize(
    "name, name_right, day_right",
    [
        # Longer than the date: it ends two characters from the margin, the date begins two right of it.
        (BODY, 2, len(BODY) - 7),
        # Shorter than the date: the date ends two from the margin, the name moves in.
        ("三江镇党委", 2 + 7 + 2 - 5, 2),
        ("联村党组织委", 2 + 7 + 2 - 6, 2),
    ],
)
def test_signature_and_date_stand_as_the_standard_says(name, name_right, day_right):
    data = paper(Paragraph("特此通知。"), Signature(name, ON))
    lines = read(io.BytesIO(data)).paragraphs
    signed, dated = lines[-2], lines[-1]
    assert (signed.text, dated.text) == (name, "2026年11月23日")
    assert [each._p.pPr.ind.get(qn("w:rightChars")) for each in (signed, dated)] == [
        str(name_right * 100),
        str(day_right * 100),
    ]
    # From the right margin: where the name begins and where the date begins.
    assert (name_right + len(name)) - (day_right + 7) == 2
    assert lines[-3].text == ""
    assert lines[-4].paragraph_format.keep_with_next


def test_a_name_longer_than_a_line_does_not_push_the_date_away():
    lines = read(io.BytesIO(paper(Signature("联合工作专班" * 6, ON)))).paragraphs
    assert [each._p.pPr.ind.get(qn("w:rightChars")) for each in lines[-2:]] == ["200", "200"]


def test_headings_are_numbered_and_begin_again_below_the_next():
    levels = [1, 2, 2, 3, 4, 4, 1, 2, 3, *[1] * 9]
    data = paper(*[Heading("题", level) for level in levels])
    marks = [each.text.removesuffix("题") for each in read(io.BytesIO(data)).paragraphs]
    assert marks[:9] == ["一、", "（一）", "（二）", "1.", "（1）", "（2）", "二、", "（一）", "1."]
    assert marks[-2:] == ["十、", "十一、"]
    styles = [each.style.style_id for each in read(io.BytesIO(data)).paragraphs]
    assert styles[:9] == [f"Heading{level}" for level in levels[:9]]


def test_numerals():
    assert [text.numeral(n) for n in (1, 9, 10, 11, 19, 20, 21, 99)] == [
        *("一", "九", "十", "十一", "十九", "二十", "二十一", "九十九")
    ]
    with pytest.raises(ValueError, match="1 to 99"):
        text.numeral(100)


@pytest.mark.parametrize(
    "title",
    [
        "关于召开2026年第四季度联席会议的通知",
        "龙门农副产品基地联村党组织关于开展羊肚菌大棚滴灌改造并统一采购农膜（第二批）的决议",
        "关于印发《曾口三产融合发展片区联合党委运行规则》的通知",
        "关于将1600亩大豆玉米带状复合种植示范片纳入2026年度联建项目管理和资金统筹范围的决议公示",
        "一" * 61,
    ],
)
def test_long_titles_break_into_even_lines(title):
    broken = text.lines(title, 19)
    assert "".join(broken) == title
    assert all(text.width(each) <= 19 for each in broken)
    assert len(broken) <= text.width(title) // 19 + 2
    for before, after in itertools.pairwise(broken):
        assert after[0] not in "）》，。、"
        assert before[-1] not in "（《"
        assert not (before[-1].isdigit() and (after[0].isdigit() or after[0] in "年亩"))
    if len(broken) > 1:
        widths = [text.width(each) for each in broken]
        assert max(widths) - min(widths) <= 10


def test_a_table_repeats_its_head_and_tears_no_row():
    rows = [(str(number), "欧阳" * 12) for number in range(1, 61)]
    table = read(io.BytesIO(paper(Table([Column("序号", 20), Column("姓名", 136)], rows)))).tables[0]
    assert [bool(row._tr.trPr.findall(qn("w:tblHeader"))) for row in table.rows] == [True] + [False] * 60
    assert all(row._tr.trPr.findall(qn("w:cantSplit")) for row in table.rows)
    assert sum(column.width for column in table.columns) == pytest.approx(Mm(156), abs=Mm(0.1))
    assert table.cell(60, 1).text == "欧阳" * 12
    head = table.cell(0, 0).paragraphs[0].style
    assert head.element.rPr.rFonts.get(qn("w:eastAsia")) == "黑体"


def test_nothing_people_type_breaks_the_file():
    words = "<w:t>&amp;\"'“引号”]]>\x00\x0b\ud800㐂𬭎🀄 =1+1 \u202e反"
    data = paper(Title(words), Paragraph(words), Facts([(words, words)]))
    opened = read(io.BytesIO(data))
    assert opened.paragraphs[-2].text == "<w:t>&amp;\"'“引号”]]>㐂𬭎🀄 =1+1 \u202e反"
    assert opened.core_properties.title == "关于召开联席会议的通知"


def test_text_as_typed_becomes_paragraphs():
    assert paragraphs("  一是改渠。\n\n　二是管护。\r\n") == (Paragraph("一是改渠。"), Paragraph("二是管护。"))
    assert paragraphs(" \n ") == ()


def test_a_long_number_may_be_broken_and_a_short_one_never(tmp_path):
    long, short = "账号511902107205000000012345。", "2026年，1600亩。"
    broken = {
        each.text: each._p.pPr.find(qn("w:wordWrap")) is not None
        for each in read(io.BytesIO(paper(Paragraph(long), Paragraph(short)))).paragraphs
    }
    assert broken == {long: True, short: False}
    # 25 characters and the indent: 2026 does not fit behind them and goes to the next line whole.
    pdf = converted(paper(Paragraph("一" * 25 + "2026年")), tmp_path)
    assert re.search(r"^2026 ?年", text_of(pdf), re.MULTILINE)


def test_empty_blocks_leave_no_trace():
    data = paper(Title("通知"), Attachments([]), Paragraph("文。"))
    assert [each.text for each in read(io.BytesIO(data)).paragraphs] == ["通知", "", "文。"]


def test_several_attachments_are_numbered_one_under_the_other():
    lines = read(io.BytesIO(paper(Attachments(["会议回执", "材料"])))).paragraphs
    assert [each.text for each in lines] == ["", "附件：1.会议回执", "2.材料"]
    assert lines[2].style.element.pPr.ind.get(qn("w:leftChars")) == "500"


def test_an_annex_begins_a_page_and_its_headings_count_anew():
    lines = read(io.BytesIO(paper(Heading("前"), Annex("附件1", "回执"), Heading("后")))).paragraphs
    assert lines[1].paragraph_format.page_break_before
    assert [each.text for each in lines] == ["一、前", "附件1", "", "回执", "", "一、后"]


def test_the_same_paper_is_the_same_bytes_and_another_is_not():
    assert whole() == whole()
    assert paper(Paragraph("甲")) != paper(Paragraph("乙"))
    entries = zipfile.ZipFile(io.BytesIO(whole())).infolist()
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert {entry.compress_type for entry in entries} == {zipfile.ZIP_STORED}
    properties = read(io.BytesIO(whole())).core_properties
    assert (properties.author, properties.created.date(), properties.modified.date()) == (BODY, ON, ON)


def test_the_file_passes_our_own_check_of_uploads():
    assert check(whole(), "通知.docx", Limits()).kind.name == "docx"


# --- as an office program shows it -----------------------------------------------------------------------------------


def test_an_office_program_opens_it_with_28_characters_a_line_and_22_lines_a_page(tmp_path):
    counted = "一二三四五六七八九十" * 90
    pdf = converted(paper(Paragraph(counted)), tmp_path)
    # 900 characters and the indent of two: 33 lines, 22 on the first page.
    pages = characters_of_lines(pdf)
    assert [len(page) for page in pages] == [22, 11]
    assert pages[0][0] == 26
    assert set(pages[0][1:] + pages[1][:-1]) == {28}


def test_an_office_program_finds_a_font_for_every_style(tmp_path):
    pdf = converted(whole(), tmp_path)
    assert pages_of(pdf) == 2
    assert fonts_of(pdf)
    assert all("Mincho" not in font for font in fonts_of(pdf))


def test_60_names_run_over_pages_under_their_head(tmp_path):
    columns = [Column("序号", 20), Column("姓名", 136)]
    pdf = converted(paper(Table(columns, [(str(n), "欧阳长河") for n in range(60)], row_mm=11)), tmp_path)
    assert pages_of(pdf) == 4
