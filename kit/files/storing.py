"""Keeping uploads: judged, hashed, written under their SHA-256 outside the web root, and a row that says whose."""

import errno
import hashlib
import logging
import os
import secrets
import time
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.db import connection, models, transaction
from django.db.transaction import TransactionManagementError

from kit import parameters
from kit.actors import actor_label
from kit.calendar import day_of
from kit.errors import DomainError
from kit.facts import subject_label
from kit.files.content import MB, Limits, check, too_large
from kit.models import StoredFile
from kit.parameters import Kind

log = logging.getLogger(__name__)

# Shown beside every upload.
WARNING = "严禁上传涉密及工作秘密。"
# A blob without a row is left of a transaction that failed; nobody can still be about to write that row by then.
ORPHAN_AGE = timedelta(days=2)

IMAGE = parameters.declare(
    "files.image_mb", Kind.INTEGER, 15, "单张图片上限", "附件", unit=" MB", least=1, most=50, by_township=False
)
PHOTO = parameters.declare(
    "files.photo_kb", Kind.INTEGER, 500, "图片压缩后上限", "附件", unit=" KB", least=100, most=5000, by_township=False
)
DOCUMENT = parameters.declare(
    "files.document_mb", Kind.INTEGER, 20, "单个文档上限", "附件", unit=" MB", least=1, most=50, by_township=False
)
TEXT = parameters.declare(
    "files.text_mb", Kind.INTEGER, 1, "单个文本上限", "附件", unit=" MB", least=1, most=10, by_township=False
)


class Upload(Protocol):
    """What Django hands over for a file field."""

    name: str | None

    @property
    def size(self) -> int | None: ...

    def read(self, num_bytes: int | None = None, /) -> bytes: ...


def limits(on: date, path: str = "") -> Limits:
    """The sizes in force on a day at an organization, in bytes."""
    return Limits(
        image=IMAGE.on(on, path) * MB,
        photo=PHOTO.on(on, path) * 1024,
        document=DOCUMENT.on(on, path) * MB,
        text=TEXT.on(on, path) * MB,
    )


def keep(upload: Upload, *, subject: models.Model | str, actor, at: datetime, path: str = "") -> StoredFile:
    """Store an upload for ``subject`` inside the caller's transaction, after the caller's own policy check.

    path: the organization whose limits apply. Raises: RuleBroken as ``content.check``; DomainError ``storage_full``
    (503). After any refusal nothing is stored.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("a file is kept in the transaction of what it belongs to")
    allowed = limits(day_of(at), path)
    if (upload.size or 0) > allowed.largest:
        raise too_large(allowed.largest)
    checked = check(upload.read(allowed.largest + 1), upload.name or "", allowed)
    sha256 = hashlib.sha256(checked.data).hexdigest()
    # Until this transaction ends, no sweep may take the blob for an orphan.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(hashtextextended(%s, 0))", [f"file:{sha256}"])
    _write(sha256, checked.data)
    return StoredFile.objects.create(
        subject=subject_label(subject),
        name=checked.name,
        kind=checked.kind.name,
        size=len(checked.data),
        sha256=sha256,
        uploaded_by=actor_label(actor),
        uploaded_at=at,
    )


def discard(file: StoredFile) -> None:
    """Forget a file, inside the caller's transaction and after its policy check; the sweep removes the blob."""
    file.delete()


def location(sha256: str) -> Path:
    """Where a blob lies: ``MEDIA_ROOT/ab/cd/abcd…``, without a name or an extension that a server could act on."""
    return Path(settings.MEDIA_ROOT) / sha256[:2] / sha256[2:4] / sha256


def _write(sha256: str, data: bytes) -> None:
    """Whole or not at all, on the disk before the row: a crash leaves no half file under its name."""
    target = location(sha256)
    incoming = Path(settings.MEDIA_ROOT) / "incoming" / secrets.token_hex(16)
    try:
        if target.exists() and target.stat().st_size == len(data):
            return
        for folder in (incoming.parent, target.parent):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            with open(os.open(incoming, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            incoming.replace(target)
        finally:
            incoming.unlink(missing_ok=True)
    except OSError as fault:
        if fault.errno in (errno.ENOSPC, errno.EDQUOT, errno.EROFS):
            log.error("files: no space left under MEDIA_ROOT")
            raise DomainError(
                "storage_full", "服务器的存储空间已满，文件没有保存。请稍后再试，并告诉系统管理员。", status=503
            ) from fault
        raise


# --- looking after them ----------------------------------------------------------------------------------------------


def sweep_orphans(*, now: float | None = None) -> int:
    """Remove blobs that no row names and torn uploads, older than two days by the file system. Returns how many."""
    root = Path(settings.MEDIA_ROOT)
    oldest = (time.time() if now is None else now) - ORPHAN_AGE.total_seconds()
    removed = 0
    for path in (*root.glob("incoming/*"), *root.glob("??/??/*")):
        if path.stat().st_mtime >= oldest:
            continue
        if path.parent.name == "incoming":
            path.unlink(missing_ok=True)
            removed += 1
        else:
            removed += _remove_if_orphan(path)
    return removed


def _remove_if_orphan(path: Path) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        # Waits for a transaction that is keeping this very content, and then sees its row.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"file:{path.name}"])
        if StoredFile.objects.filter(sha256=path.name).exists():
            return 0
        path.unlink(missing_ok=True)
        return 1


def lost() -> Iterable[str]:
    """Chinese sentences for rows whose blob is missing or has another size; part of the nightly check."""
    for sha256, size in StoredFile.objects.order_by("sha256").values_list("sha256", "size").distinct().iterator():
        path = location(sha256)
        if not path.exists():
            yield f"附件 {sha256[:12]}… 的文件不见了。"
        elif path.stat().st_size != size:
            yield f"附件 {sha256[:12]}… 的文件大小不对。"
