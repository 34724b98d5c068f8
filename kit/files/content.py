"""What an upload really is: the content decides, never the name or the sender, and the list is closed.

Images are re-encoded (no EXIF, no polyglot survives), office documents are unpacked against bombs, macros and remote
parts, text must be text. Refusals are Chinese sentences that say what to do instead.
"""

import re
import unicodedata
from dataclasses import dataclass
from pathlib import PurePosixPath

from kit.errors import RuleBroken
from kit.files import office

MB = 1024 * 1024
ALLOWED = "只能上传 JPG、PNG、WEBP 图片，PDF、DOCX、XLSX 文档，TXT、CSV 文本。"


@dataclass(frozen=True)
class Limits:
    """Bytes. ``photo`` is the size after compression; the others are those of the upload."""

    image: int = 15 * MB
    photo: int = 500 * 1024
    document: int = 20 * MB
    text: int = 1 * MB

    @property
    def largest(self) -> int:
        return max(self.image, self.document, self.text)


@dataclass(frozen=True)
class Kind:
    """One entry of the closed list. ``group`` names its limit; ``content_type`` is what we say when serving it."""

    name: str
    label: str
    group: str
    extensions: tuple[str, ...]
    content_type: str


_OFFICE = "application/vnd.openxmlformats-officedocument."
KINDS = {
    kind.name: kind
    for kind in (
        Kind("jpg", "JPG 图片", "image", ("jpg", "jpeg"), "image/jpeg"),
        Kind("png", "PNG 图片", "image", ("png",), "image/png"),
        Kind("webp", "WEBP 图片", "image", ("webp",), "image/webp"),
        Kind("pdf", "PDF 文档", "document", ("pdf",), "application/pdf"),
        Kind("docx", "Word 文档", "document", ("docx",), _OFFICE + "wordprocessingml.document"),
        Kind("xlsx", "Excel 表格", "document", ("xlsx",), _OFFICE + "spreadsheetml.sheet"),
        Kind("txt", "文本", "text", ("txt",), "text/plain; charset=utf-8"),
        Kind("csv", "CSV 文本", "text", ("csv",), "text/csv; charset=utf-8"),
    )
}

# Leading bytes of what people try to send and we never take, with the sentence that helps.
_FOREIGN = (
    (b"\xd0\xcf\x11\xe0", "这是旧格式或加了密码的文档，请在 WPS 里另存为不带密码的 .docx 或 .xlsx 再上传。"),
    (b"MZ", "不能上传程序文件。"),
    (b"\x7fELF", "不能上传程序文件。"),
    (b"Rar!", "不能上传压缩包，请把里面的文件一个一个上传。"),
    (b"7z\xbc\xaf", "不能上传压缩包，请把里面的文件一个一个上传。"),
    (b"\x1f\x8b", "不能上传压缩包，请把里面的文件一个一个上传。"),
    (b"GIF8", "不支持 GIF 图片，请存成 JPG 或 PNG 再上传。"),
    (b"BM", "不支持 BMP 图片，请存成 JPG 或 PNG 再上传。"),
)
_MARKUP = re.compile(rb"<\s*(?:!doctype|html|head|body|script|svg|iframe|object|embed|\?xml|\?php|%)", re.IGNORECASE)
_PDF_ACTIONS = re.compile(rb"/(?:JavaScript|Launch|RichMedia)\b")


@dataclass(frozen=True)
class Checked:
    """An upload that passed: what to store, under which name."""

    kind: Kind
    name: str
    data: bytes


def check(data: bytes, name: str, limits: Limits) -> Checked:
    """Recognise and clean an upload.

    Raises RuleBroken ``file_empty``, ``file_mismatch``, ``file_unsafe`` (422), ``file_too_large`` (413) or
    ``file_type`` (415).
    """
    if not data:
        raise refusal("file_empty", "文件是空的，请重新选择。")
    shown = clean_name(name)
    extension = PurePosixPath(shown).suffix.removeprefix(".").lower()
    kind = _recognise(data, extension)
    if extension not in kind.extensions and not (kind.group == "image" and _is_image_extension(extension)):
        said = f"文件名写的是 .{extension}" if extension else "文件名没有后缀"
        raise refusal("file_mismatch", f"{said}，内容却是{kind.label}。请用原来的软件重新保存后再上传。")
    if len(data) > (limit := getattr(limits, kind.group)):
        raise too_large(limit, kind.label)
    if kind.group == "image":
        # Here and not above: 9 MB that only an upload of a photo needs.
        from kit.files import images

        data = images.compress(data, limits.photo)
        kind = KINDS["jpg"]
        shown = f"{PurePosixPath(shown).stem}.jpg"
    elif kind.group == "text":
        data = _as_utf8(data)
    elif kind.name == "pdf":
        _check_pdf(data)
    return Checked(kind, shown, data)


def refusal(code: str, sentence: str, *, status: int = 422) -> RuleBroken:
    return RuleBroken(code, sentence, field="file", status=status)


def too_large(limit: int, label: str = "文件") -> RuleBroken:
    size = f"{limit / MB:g} MB" if limit >= MB else f"{limit // 1024} KB"
    return refusal("file_too_large", f"{label}不能超过 {size}，请压缩或拆分后再上传。", status=413)


def clean_name(name: str) -> str:
    """The name as shown and offered for download: no folders, control or direction characters, at most 120 long."""
    flat = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    flat = "".join(" " if c.isspace() else c for c in flat if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co"))
    flat = re.sub(r'[<>:"|?*;%]', "_", flat).strip().rstrip(" .")
    stem, dot, extension = flat.rpartition(".")
    if not dot:
        stem, extension = flat, ""
    return f"{stem[:100] or '未命名'}{dot}{extension[:16]}"


def _is_image_extension(extension: str) -> bool:
    return any(extension in kind.extensions for kind in KINDS.values() if kind.group == "image")


def _recognise(data: bytes, extension: str) -> Kind:
    if data.startswith(b"\xff\xd8\xff"):
        return KINDS["jpg"]
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return KINDS["png"]
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return KINDS["webp"]
    if data.startswith(b"%PDF-"):
        return KINDS["pdf"]
    if data.startswith(b"PK"):
        return KINDS[office.recognise(data)]
    for magic, sentence in _FOREIGN:
        if data.startswith(magic):
            raise refusal("file_type", sentence, status=415)
    if _MARKUP.search(data[:2048]):
        raise refusal("file_type", f"不能上传网页或 SVG 图形。{ALLOWED}", status=415)
    if extension in ("txt", "csv"):
        return KINDS[extension]
    raise refusal("file_type", ALLOWED, status=415)


def _as_utf8(data: bytes) -> bytes:
    """Text as UTF-8 without a mark, from UTF-8, UTF-16 with a mark or GB 18030 (Notepad, WPS)."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if any(c < " " and c not in "\t\n\r\f" for c in text):
            break
        if not text:
            raise refusal("file_empty", "文件是空的，请重新选择。")
        return text.encode()
    raise refusal("file_type", "这不是文本文件，打开是乱码。请另存为“UTF-8”编码的文本再上传。", status=415)


def _check_pdf(data: bytes) -> None:
    end = data.rfind(b"%%EOF")
    if end < 0:
        raise refusal("file_unsafe", "PDF 文件不完整，请重新导出后再上传。")
    if len(data) - end > 1024:
        raise refusal("file_unsafe", "PDF 文件末尾夹带了别的内容，请重新导出后再上传。")
    # Names may be written with escapes (/Java#53cript).
    plain = re.sub(rb"#([0-9a-fA-F]{2})", lambda found: bytes.fromhex(found[1].decode()), data)
    if _PDF_ACTIONS.search(plain):
        raise refusal("file_unsafe", "PDF 里带有脚本或会启动程序，请用“打印为 PDF”重新生成后再上传。")
