"""Word and Excel files looked into before they are kept or read: real, bounded, no macros, nothing remote."""

import io
import lzma
import re
import struct
import zipfile
import zlib

from kit.errors import RuleBroken

MOST_UNPACKED = 64 * 1024 * 1024
MOST_PARTS = 3000
# What the archive reader raises for damaged, encrypted or unsupported parts.
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
    struct.error,
)
_MAIN = {
    b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml": "docx",
    b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": "xlsx",
}
_MACROS = re.compile(r"vbaproject|vbadata|activex/|macrosheets/|\.(bin|exe|dll|js|vbs|scr|com|bat|ps1)$", re.IGNORECASE)
# Printer settings are the one binary part that ordinary files carry.
_HARMLESS = re.compile(r"printersettings/[^/]*\.bin$", re.IGNORECASE)
_REMOTE = re.compile(rb"<Relationship\b[^>]*TargetMode\s*=\s*[\"']External[\"'][^>]*>", re.IGNORECASE)
_LINK_TYPES = re.compile(rb"relationships/(hyperlink|externalLinkPath|externalLink)[\"']", re.IGNORECASE)


def recognise(data: bytes) -> str:
    """``docx`` or ``xlsx``, after every part was unpacked once.

    Raises RuleBroken: ``file_type`` (415) for any other archive; ``file_unsafe`` (422) for bombs, macros, embedded
    programs, remote templates, XML with its own entities, or foreign bytes around the archive.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_frame(data, archive)
            return _look_inside(archive)
    except _BROKEN as fault:
        raise _unsafe("文档打不开，可能没有传完整，请重新保存后再上传。") from fault


def _check_frame(data: bytes, archive: zipfile.ZipFile) -> None:
    # A file that is an archive and something else besides: bytes before the first part, or a trailing comment.
    first = min((part.header_offset for part in archive.infolist()), default=0)
    if first != 0 or archive.comment or not data[-22:].startswith(b"PK\x05\x06"):
        raise _unsafe("文档前后夹带了别的内容，请重新保存后再上传。")


def _look_inside(archive: zipfile.ZipFile) -> str:
    parts = archive.infolist()
    names = {part.filename for part in parts}
    if "[Content_Types].xml" not in names:
        raise RuleBroken("file_type", "不能上传压缩包，请把里面的文件一个一个上传。", field="file", status=415)
    if len(parts) > MOST_PARTS or len(names) != len(parts):
        raise _unsafe("文档结构异常，请重新保存后再上传。")
    types = b""
    unpacked = 0
    for part in parts:
        if part.flag_bits & 0x1:
            raise _unsafe("文档加了密码，请去掉密码后再上传。")
        if part.filename.startswith("/") or ".." in part.filename.split("/"):
            raise _unsafe("文档结构异常，请重新保存后再上传。")
        if _MACROS.search(part.filename) and not _HARMLESS.search(part.filename):
            raise _unsafe("文档里带有宏或嵌入的程序，请另存为不带宏的 .docx 或 .xlsx 再上传。")
        body = _unpack(archive, part, MOST_UNPACKED - unpacked)
        unpacked += len(body)
        _check_part(part.filename, body)
        if part.filename == "[Content_Types].xml":
            types = body
    for main, kind in _MAIN.items():
        if main in types:
            return kind
    if b"macroEnabled" in types:
        raise _unsafe("文档里带有宏，请另存为不带宏的 .docx 或 .xlsx 再上传。")
    raise RuleBroken("file_type", "只支持 .docx 和 .xlsx，请另存为这两种格式再上传。", field="file", status=415)


def _unpack(archive: zipfile.ZipFile, part: zipfile.ZipInfo, left: int) -> bytes:
    # The declared size may lie; the bytes are counted as they come.
    with archive.open(part) as stream:
        body = stream.read(left + 1)
    if len(body) > left:
        raise _unsafe("文档解压后过大，不能上传。请删去多余的内容后重新保存。")
    return body


def _check_part(name: str, body: bytes) -> None:
    if not name.lower().endswith((".xml", ".rels", ".vml")):
        return
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body or body.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _unsafe("文档结构异常，请重新保存后再上传。")
    if name.endswith(".rels"):
        for link in _REMOTE.findall(body):
            if not _LINK_TYPES.search(link):
                raise _unsafe("文档会从网络加载内容（远程模板或对象），请另存后再上传。")
    if b"<ddeLink" in body or b":ddeLink" in body:
        raise _unsafe("文档会启动外部程序（DDE），请去掉后再上传。")


def _unsafe(sentence: str) -> RuleBroken:
    return RuleBroken("file_unsafe", sentence, field="file")
