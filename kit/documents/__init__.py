"""公文 — Word files in the GB/T 9704-2012 profile, described as data and written by one module, byte for byte the same.

A page, a service or a test builds a ``Document`` of blocks; ``write`` gives the .docx. Nothing here knows an app.
"""

from kit.documents.shapes import (
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
    Roll,
    Signature,
    Table,
    Title,
    paragraphs,
)
from kit.documents.writing import write

__all__ = [
    "Annex",
    "Attachments",
    "Column",
    "Document",
    "Facts",
    "Heading",
    "Note",
    "Number",
    "Paragraph",
    "Recipients",
    "Roll",
    "Signature",
    "Table",
    "Title",
    "paragraphs",
    "write",
]
