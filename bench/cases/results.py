"""What a case hands over for the report."""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass
class Result:
    """One table of the report. ``notes`` stand beneath it."""

    key: str
    title: str
    columns: Sequence[str]
    rows: list[Sequence[str]]
    notes: list[str] = field(default_factory=list)

    @property
    def kept(self) -> bool:
        """Whether every budget in the table was kept."""
        return not any("超出" in cell for row in self.rows for cell in row)


def verdict(kept: bool) -> str:
    return "达到" if kept else "**超出**"
