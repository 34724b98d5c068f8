"""附件 — private files: stored outside the web root, handed out only to those who may read what they belong to."""

from kit.files.content import ALLOWED, KINDS
from kit.files.serving import Opened, answer, open_for
from kit.files.storing import WARNING, discard, keep, limits

__all__ = ["ALLOWED", "KINDS", "WARNING", "Opened", "answer", "discard", "keep", "limits", "open_for"]
