"""The committed schema of the API, read once in a process by the parser in C: the one in Python takes a second."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

SCHEMA = Path(__file__).resolve().parents[1] / "docs" / "openapi.yaml"


@cache
def schema() -> dict[str, Any]:
    """For reading only."""
    return yaml.load(SCHEMA.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
