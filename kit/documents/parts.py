"""The parts of the file that are the same in every paper: styles, fonts, settings, page numbers. Our own, no theme."""

from xml.sax.saxutils import quoteattr  # nosec B406 - escapes only, parses nothing

from kit.documents.profile import FALLBACK, FANGSONG, SQUEEZE, STYLES, THREE, Style

HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"


def fonts(name: str) -> str:
    """All four slots: where only one is set, Word takes the others from its own defaults (MS Mincho, Calibri)."""
    return f'<w:rFonts w:ascii="{name}" w:hAnsi="{name}" w:eastAsia="{name}" w:cs="{name}"/>'


def _indent(style: Style) -> str:
    words = [
        *([f'w:leftChars="{style.left}" w:left="{style.left * style.size // 5}"'] if style.left else []),
        *([f'w:rightChars="{style.right}" w:right="{style.right * style.size // 5}"'] if style.right else []),
        *([f'w:firstLineChars="{style.first}" w:firstLine="{style.first * style.size // 5}"'] if style.first else []),
    ]
    return f"<w:ind {' '.join(words)}/>" if words else ""


def _style(style: Style) -> str:
    plain = style.id == "Normal"
    default = 'w:default="1" ' if plain else ""
    outline = f'<w:outlineLvl w:val="{style.outline}"/>' if style.outline >= 0 else ""
    return (
        f'<w:style w:type="paragraph" {default}w:styleId="{style.id}">'
        f"<w:name w:val={quoteattr(style.name)}/>"
        + ("" if plain else '<w:basedOn w:val="Normal"/>')
        + "<w:qFormat/>"
        + f"<w:pPr>{'<w:keepNext/>' if style.keep else ''}"
        # Chinese and Latin stand without a gap, so that 28 characters are a line.
        + '<w:widowControl w:val="0"/><w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/>'
        + f'<w:spacing w:before="0" w:after="0" w:line="{style.line * 20}" w:lineRule="exact"/>'
        + f'{_indent(style)}<w:jc w:val="{style.align}"/>{outline}</w:pPr>'
        + f'<w:rPr>{fonts(style.font)}<w:spacing w:val="{SQUEEZE}"/>'
        + f'<w:sz w:val="{style.size * 2}"/><w:szCs w:val="{style.size * 2}"/></w:rPr></w:style>'
    )


STYLES_XML = (
    f'{HEAD}<w:styles xmlns:w="{W}"><w:docDefaults><w:rPrDefault><w:rPr>{fonts(FANGSONG)}'
    f'<w:sz w:val="{THREE * 2}"/><w:szCs w:val="{THREE * 2}"/>'
    '<w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>'
    + "".join(map(_style, STYLES))
    + '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/>'
    '<w:tblPr><w:tblInd w:w="0" w:type="dxa"/>'
    "</w:tblPr></w:style></w:styles>"
)

# Twips between the rules of a table and its text; each table says it, LibreOffice takes it from no style.
CELL_MARGINS = (
    '<w:tblCellMar><w:top w:w="60" w:type="dxa"/><w:left w:w="85" w:type="dxa"/>'
    '<w:bottom w:w="60" w:type="dxa"/><w:right w:w="85" w:type="dxa"/></w:tblCellMar>'
)

FONTS_XML = (
    f'{HEAD}<w:fonts xmlns:w="{W}">'
    + "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/></w:font>'
        for name, other in FALLBACK.items()
    )
    + "</w:fonts>"
)

SETTINGS_XML = (
    f'{HEAD}<w:settings xmlns:w="{W}"><w:zoom w:percent="100"/><w:defaultTabStop w:val="640"/><w:evenAndOddHeaders/>'
    '<w:characterSpacingControl w:val="doNotCompress"/><w:compat>'
    '<w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/>'
    '</w:compat><w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/></w:settings>'
)


def footer(style: str) -> str:
    """— 1 —"""
    return (
        f'{HEAD}<w:ftr xmlns:w="{W}"><w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>'
        '<w:r><w:t xml:space="preserve">— </w:t></w:r>'
        '<w:fldSimple w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple>'
        '<w:r><w:t xml:space="preserve"> —</w:t></w:r></w:p></w:ftr>'
    )


def properties(title: str, issuer: str, on: str) -> str:
    return (
        f'{HEAD}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{title}</dc:title><dc:creator>{issuer}</dc:creator>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{on}T00:00:00Z</dcterms:created>'
        f'<dcterms:modified xsi:type="dcterms:W3CDTF">{on}T00:00:00Z</dcterms:modified></cp:coreProperties>'
    )


TYPES_XML = (
    f'{HEAD}<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{_WORD}.document.main+xml"/>'
    f'<Override PartName="/word/styles.xml" ContentType="{_WORD}.styles+xml"/>'
    f'<Override PartName="/word/settings.xml" ContentType="{_WORD}.settings+xml"/>'
    f'<Override PartName="/word/fontTable.xml" ContentType="{_WORD}.fontTable+xml"/>'
    f'<Override PartName="/word/footer1.xml" ContentType="{_WORD}.footer+xml"/>'
    f'<Override PartName="/word/footer2.xml" ContentType="{_WORD}.footer+xml"/>'
    '<Override PartName="/docProps/core.xml"'
    ' ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>'
)

RELS_XML = (
    f'{HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{R}/officeDocument" Target="word/document.xml"/>'
    f'<Relationship Id="rId2" Type="{_PACKAGE}/relationships/metadata/core-properties" Target="docProps/core.xml"/>'
    "</Relationships>"
)

DOCUMENT_RELS_XML = (
    f'{HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{R}/styles" Target="styles.xml"/>'
    f'<Relationship Id="rId2" Type="{R}/settings" Target="settings.xml"/>'
    f'<Relationship Id="rId3" Type="{R}/fontTable" Target="fontTable.xml"/>'
    f'<Relationship Id="rId4" Type="{R}/footer" Target="footer1.xml"/>'
    f'<Relationship Id="rId5" Type="{R}/footer" Target="footer2.xml"/></Relationships>'
)
