"""Where the members of a body lie to each other, as a grid of tiles: who is north of whom, not how far. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True)
class Spot:
    """One member. ``east`` and ``north`` are coordinates in any one unit (degrees), both or none."""

    label: str
    href: str
    note: str = ""
    hub: bool = False
    light: str = ""
    light_word: str = ""
    east: float | None = None
    north: float | None = None


@dataclass(frozen=True)
class Tile:
    """A member at its place on the grid, counted from 1 at the top left."""

    label: str
    href: str
    note: str
    hub: bool
    light: str
    light_word: str
    column: int
    row: int


@dataclass(frozen=True)
class Line:
    """A connection between the middles of two tiles, in grid units."""

    x1: float
    y1: float
    x2: float
    y2: float
    to_hub: bool


@dataclass(frozen=True)
class TileMap:
    """The grid: ``width`` columns (at most five), ``height`` rows, tiles in reading order."""

    width: int
    height: int
    tiles: tuple[Tile, ...]
    lines: tuple[Line, ...]


def lay_out(spots: Iterable[Spot]) -> TileMap:
    """Place each spot on its own tile: by its coordinates where all have them, else the hub in the middle.

    The order of ``spots`` never matters. More than 40 spots do not fit the picture: ValueError.
    """
    known = sorted(spots, key=lambda s: (s.label, s.href))
    if len(known) > 40:
        raise ValueError("a tile map holds at most 40 members")
    placed = _by_coordinates(known) if _all_located(known) else _around_the_hub(known)
    tiles = tuple(sorted((_tile(spot, *at) for spot, at in placed), key=lambda t: (t.row, t.column)))
    width = max((t.column for t in tiles), default=1)
    height = max((t.row for t in tiles), default=1)
    return TileMap(width, height, tiles, _lines(tiles))


def _all_located(spots: Sequence[Spot]) -> bool:
    return len(spots) > 1 and all(s.east is not None and s.north is not None for s in spots)


def _tile(spot: Spot, column: int, row: int) -> Tile:
    return Tile(spot.label, spot.href, spot.note, spot.hub, spot.light, spot.light_word, column, row)


def _width(count: int) -> int:
    """Columns of a picture that still reads on a phone: one for one, two to four, three from five, five from 21."""
    return 1 if count < 2 else 2 if count < 5 else 3 if count < 13 else 4 if count < 21 else 5


def _by_coordinates(spots: Sequence[Spot]) -> list[tuple[Spot, tuple[int, int]]]:
    # Rows by rank from north to south, then west to east within the row: neighbours stay neighbours, nothing overlaps.
    width = _width(len(spots))
    southward = sorted(spots, key=lambda s: (-(s.north or 0), s.east or 0, s.label))
    placed = []
    for start in range(0, len(southward), width):
        band = sorted(southward[start : start + width], key=lambda s: (s.east or 0, s.label))
        placed += [(spot, (column, start // width + 1)) for column, spot in enumerate(band, start=1)]
    return placed


def _around_the_hub(spots: Sequence[Spot]) -> list[tuple[Spot, tuple[int, int]]]:
    width = _width(len(spots))
    rows = -(-len(spots) // width) or 1
    cells = [(column, row) for row in range(1, rows + 1) for column in range(1, width + 1)]
    middle = ((width + 1) / 2, (rows + 1) / 2)
    nearest = sorted(cells, key=lambda c: (abs(c[0] - middle[0]) + abs(c[1] - middle[1]), c[1], c[0]))
    hubs_first = sorted(spots, key=lambda s: not s.hub)
    return list(zip(hubs_first, nearest, strict=False))


def _lines(tiles: Sequence[Tile]) -> tuple[Line, ...]:
    """From the hub to each member; without a hub, along the reading order."""
    hub = next((t for t in tiles if t.hub), None)
    if hub is not None:
        return tuple(_line(hub, t, to_hub=True) for t in tiles if t is not hub)
    return tuple(_line(a, b, to_hub=False) for a, b in pairwise(tiles))


def _line(a: Tile, b: Tile, *, to_hub: bool) -> Line:
    return Line(a.column - 0.5, a.row - 0.5, b.column - 0.5, b.row - 0.5, to_hub)
