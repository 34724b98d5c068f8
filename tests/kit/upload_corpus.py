"""Uploads, good and hostile, built in memory so that no dangerous file lies in the repository."""

import io
import zipfile
from functools import cache

import docx
import openpyxl
from PIL import Image


def photo(form: str = "JPEG", *, size=(640, 480), mode="RGB", noise=False, exif: bytes | None = None) -> bytes:
    image = Image.effect_noise(size, 90).convert(mode) if noise else Image.new(mode, size, "teal")
    out = io.BytesIO()
    image.save(out, form, **({"exif": exif} if exif else {}))
    return out.getvalue()


def located_photo() -> bytes:
    """A phone photo that tells where, when, by what it was taken, and lies on its side."""
    exif = Image.Exif()
    exif[0x010F] = "SecretPhoneMaker"
    exif[0x0112] = 6
    exif[0x9003] = "2026:11:23 10:00:00"
    exif.get_ifd(0x8825)[1] = "N"
    return photo(size=(400, 300), exif=exif.tobytes())


def word() -> bytes:
    document = docx.Document()
    document.add_paragraph("三江镇联席会议纪要")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def excel() -> bytes:
    book = openpyxl.Workbook()
    book.active["A1"] = "序号"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def pdf(body: bytes = b"") -> bytes:
    return b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\n" + body + b"\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def repacked(data: bytes, *, drop: str = "", compress: int = zipfile.ZIP_DEFLATED, **parts: bytes) -> bytes:
    """An office file with parts added or replaced; ``__`` in a name stands for ``/`` and ``_DOT_`` for a dot."""
    out = io.BytesIO()
    extra = {name.replace("__", "/").replace("_DOT_", "."): body for name, body in parts.items()}
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", compress) as new:
        for name in old.namelist():
            if name != drop and name not in extra:
                new.writestr(name, old.read(name))
        for name, body in extra.items():
            new.writestr(name, body)
    return out.getvalue()


def archive(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as new:
        for name, body in parts.items():
            new.writestr(name, body)
    return out.getvalue()


_RELS = (
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
    b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/%s" Target="http://example.invalid/x" '
    b'TargetMode="External"/></Relationships>'
)
TEMPLATE_RELS = _RELS % b"attachedTemplate"
LINK_RELS = _RELS % b"hyperlink"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"


@cache
def good() -> dict[str, bytes]:
    """name → bytes of what must be taken."""
    return {
        "现场.jpg": photo(),
        "截图.png": photo("PNG", mode="RGBA"),
        "微信.webp": photo("WEBP"),
        "其实是webp.jpg": photo("WEBP"),
        "请示.pdf": pdf(),
        "纪要.docx": word(),
        "带链接.docx": repacked(word(), word___rels__settings_DOT_xml_DOT_rels=LINK_RELS),
        "台账.xlsx": excel(),
        "名单.csv": "序号,村\n1,明月村\n".encode(),
        "记事本.txt": "三江镇".encode("gb18030"),
        "统一码.txt": "三江镇".encode("utf-16"),
    }


@cache
def hostile() -> list[tuple[str, bytes, str]]:
    """(name, bytes, expected code) of what must be refused."""
    bomb = repacked(excel(), xl__worksheets__sheet1_DOT_xml=b"0" * (80 * 1024 * 1024))
    macro_types = b'<Types><Override ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/></Types>'
    return [
        ("empty.jpg", b"", "file_empty"),
        ("a.svg", SVG, "file_type"),
        ("a.jpg", SVG, "file_type"),
        ("a.txt", HTML, "file_type"),
        ("a.csv", b"\xef\xbb\xbf  " + HTML, "file_type"),
        ("a.txt", b"x" * 100 + b"<script>alert(1)</script>", "file_type"),
        ("a.php", b"<?php system($_GET[0]);", "file_type"),
        ("a.html", HTML, "file_type"),
        ("a.jpg", b"MZ\x90\x00" + b"\x00" * 100, "file_type"),
        ("a.gif", b"GIF89a" + HTML, "file_type"),
        ("a.doc", b"\xd0\xcf\x11\xe0" + b"\x00" * 600, "file_type"),
        ("a.zip", archive(a=b"1"), "file_type"),
        ("a.docx", archive(a=b"1"), "file_type"),
        ("a.rar", b"Rar!\x1a\x07", "file_type"),
        ("a.txt", b"\x00\x01\x02binary", "file_type"),
        ("a.txt", b"\xff\xfe\x00", "file_type"),
        ("a.pdf", photo("PNG"), "file_mismatch"),
        ("a.jpg", pdf(), "file_mismatch"),
        ("a.txt", pdf(), "file_mismatch"),
        ("a.docx", excel(), "file_mismatch"),
        ("a", photo(), "file_mismatch"),
        ("a.jpg", b"\xff\xd8\xff" + HTML, "file_unsafe"),
        ("a.jpg", photo()[:200], "file_unsafe"),
        ("a.png", b"\x89PNG\r\n\x1a\n" + b"\x00" * 64, "file_unsafe"),
        ("a.pdf", b"%PDF-1.4 no end", "file_unsafe"),
        ("a.pdf", pdf(b"<</S/JavaScript/JS(app.alert(1))>>"), "file_unsafe"),
        ("a.pdf", pdf(b"<</S/Java#53cript>>"), "file_unsafe"),
        ("a.pdf", pdf(b"<</S/Launch/F(cmd.exe)>>"), "file_unsafe"),
        ("a.pdf", pdf() + archive(a=b"1" * 4000), "file_unsafe"),
        ("a.docx", b"PK\x03\x04 not really", "file_unsafe"),
        ("a.docx", word()[:-400], "file_unsafe"),
        ("a.docx", word() + b"MZ", "file_unsafe"),
        ("a.docx", repacked(word(), word__vbaProject_DOT_bin=b"x"), "file_unsafe"),
        ("a.docx", repacked(word(), word__embeddings__run_DOT_exe=b"MZ"), "file_unsafe"),
        ("a.docx", repacked(word(), word___rels__settings_DOT_xml_DOT_rels=TEMPLATE_RELS), "file_unsafe"),
        ("a.docx", repacked(word(), word__document_DOT_xml=b'<!DOCTYPE x [<!ENTITY a "b">]><x/>'), "file_unsafe"),
        ("a.docm", repacked(word(), **{"[Content_Types]_DOT_xml": macro_types}), "file_unsafe"),
        (
            "a.xlsx",
            repacked(excel(), xl__externalLinks__e_DOT_xml=b"<externalLink><ddeLink/></externalLink>"),
            "file_unsafe",
        ),
        ("bomb.xlsx", bomb, "file_unsafe"),
        ("big.txt", b"a" * (10 * 1024 * 1024), "file_too_large"),
        ("big.pdf", pdf(b"0" * (21 * 1024 * 1024)), "file_too_large"),
    ]
