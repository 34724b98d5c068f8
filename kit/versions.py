"""The version of what somebody saw, so that nothing is overwritten unseen; the same for API and admin."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any


def version_of(shown: Mapping[str, Any]) -> str:
    """32 hex digits that differ when any shown value differs. Values are what JSON can hold."""
    packed = json.dumps(shown, sort_keys=True, ensure_ascii=True, separators=(",", ":")).encode()
    return hashlib.sha256(packed).hexdigest()[:32]
