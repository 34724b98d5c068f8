"""Handing out files: only to those who may read what the file belongs to, and never as something a browser runs."""

import logging
from dataclasses import dataclass
from typing import BinaryIO

from django.http import FileResponse

from kit import providers
from kit.errors import DomainError, Hidden
from kit.files.content import KINDS
from kit.files.storing import location
from kit.models import StoredFile

log = logging.getLogger(__name__)

# Kinds that a page may show in place: re-encoded by us, so an image and nothing else.
SHOWN = frozenset({"jpg"})


@dataclass(frozen=True)
class Opened:
    """A file that this person may read; the caller closes ``content``."""

    file: StoredFile
    content: BinaryIO
    content_type: str


def question(subject: str) -> str:
    """The provider an app registers so that its files can be read: ``providers.register("files.may_read.orgs", …)``.

    It is asked with ``person`` and ``subject`` (``orgs.activityposition:ID``) and answers True or False.
    """
    return f"files.may_read.{subject.partition('.')[0]}"


def open_for(person, file_id) -> Opened:
    """Open a file for a person. Raises: Hidden (404) when absent, out of reach, or nobody can tell (S4)."""
    file = StoredFile.objects.filter(pk=file_id).first()
    if file is None or not any(providers.ask(question(file.subject), person=person, subject=file.subject)):
        raise Hidden
    try:
        content = location(file.sha256).open("rb")
    except FileNotFoundError as fault:
        log.error("files: the blob of %s is missing", file.pk)
        raise DomainError("file_lost", "文件暂时取不到，请告诉系统管理员。", status=503) from fault
    return Opened(file, content, KINDS[file.kind].content_type)


def answer(person, file_id, *, inline: bool = False) -> FileResponse:
    """The download, as an attachment that no browser interprets. ``inline`` shows photos in a page, nothing else."""
    opened = open_for(person, file_id)
    shown = inline and opened.file.kind in SHOWN
    response = FileResponse(
        opened.content,
        as_attachment=not shown,
        filename=opened.file.name,
        content_type=opened.content_type,
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    return response
