"""The numbers of GB/T 9704-2012: page, fonts, sizes, lines. ``writing`` and the tests read them here."""

from dataclasses import dataclass

# 正文 仿宋, 一级标题 黑体, 二级标题 楷体, 标题 小标宋, 页码 宋体. What each falls back to where an office has not
# installed it stands in the table of fonts.
FANGSONG, HEITI, KAITI, SONG, TITLE_SONG = "仿宋_GB2312", "黑体", "楷体_GB2312", "宋体", "方正小标宋简体"
FALLBACK = {FANGSONG: "仿宋", HEITI: "SimHei", KAITI: "楷体", SONG: "SimSun", TITLE_SONG: "宋体"}

# Sizes in points: 2号, 3号, 4号, 小四.
TWO, THREE, FOUR, SMALL_FOUR = 22, 16, 14, 12
LINE, TITLE_LINE, CELL_LINE, FOOT_LINE = 28, 35, 20, 16

# Millimetres.
PAGE_WIDTH, PAGE_HEIGHT = 210, 297
TOP, BOTTOM, LEFT, RIGHT = 37, 35, 28, 26
# 一字线 of the page number 7 mm below the text.
FOOTER = 25
TEXT_WIDTH = PAGE_WIDTH - LEFT - RIGHT

LINES_A_PAGE, CHARACTERS_A_LINE, TITLE_CHARACTERS = 22, 28, 19


def twips(mm: float) -> int:
    """Twentieths of a point."""
    return round(mm * 1440 / 25.4)


# 22 lines of 28 characters: the pitch of a line in twips; and what each character gives up, in twentieths of a point,
# because 28 characters of 16 points are a little wider than 156 mm. No character grid: LibreOffice and WPS would move a
# character that does not fit its cell into the next one.
LINE_PITCH = (twips(PAGE_HEIGHT) - twips(TOP) - twips(BOTTOM)) // LINES_A_PAGE
SQUEEZE = (twips(PAGE_WIDTH) - twips(LEFT) - twips(RIGHT)) // CHARACTERS_A_LINE - THREE * 20


@dataclass(frozen=True)
class Style:
    """One paragraph style. line: exact, in points. first, right: indents in hundredths of a character."""

    id: str
    name: str
    font: str = FANGSONG
    size: int = THREE
    line: int = LINE
    align: str = "both"
    first: int = 0
    left: int = 0
    right: int = 0
    outline: int = -1
    keep: bool = False


STYLES = (
    Style("Normal", "Normal"),
    Style("Body", "公文正文", first=200),
    Style("Title", "Title", TITLE_SONG, TWO, TITLE_LINE, "center"),
    Style("Number", "发文字号", align="center"),
    Style("Note", "题注", KAITI, align="center"),
    Style("Recipients", "主送机关"),
    Style("Heading1", "heading 1", HEITI, first=200, outline=0, keep=True),
    Style("Heading2", "heading 2", KAITI, first=200, outline=1, keep=True),
    Style("Heading3", "heading 3", first=200, outline=2, keep=True),
    Style("Heading4", "heading 4", first=200, outline=3, keep=True),
    Style("Attachment", "附件说明", first=200),
    Style("AttachmentNext", "附件说明续", left=500),
    Style("Signature", "署名", align="right"),
    Style("AnnexMark", "附件标记", HEITI, align="left"),
    Style("Cell", "表格", size=SMALL_FOUR, line=CELL_LINE, align="center"),
    Style("CellLeft", "表格靠左", size=SMALL_FOUR, line=CELL_LINE, align="left"),
    Style("CellHead", "表头", HEITI, SMALL_FOUR, CELL_LINE, "center"),
    Style("PageOdd", "单页页码", SONG, FOUR, FOOT_LINE, "right", right=100),
    Style("PageEven", "双页页码", SONG, FOUR, FOOT_LINE, "left", left=100),
)
