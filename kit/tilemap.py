"""Where the members of a body lie to each other, as a grid of tiles: who is north of whom, not how far. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import atan2, tau


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
    """From the middle of the hub to the middle of a member, in grid units."""

    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True)
class TileMap:
    """The grid: ``width`` columns (at most five), ``height`` rows, tiles in reading order."""

    width: int
    height: int
    tiles: tuple[Tile, ...]
    lines: tuple[Line, ...]


# Clockwise from north, as (east, south) steps from the middle tile.
COMPASS = ((0, -1), (1, -1), (1, 0), (1, 1), (0, 1), (-1, 1), (-1, 0), (-1, -1))
MOST = 40

At = tuple[int, int]


def lay_out(spots: Iterable[Spot]) -> TileMap:
    """Place each spot on its own tile: around the hub by the points of the compass, larger bodies in bands from north
    to south. Without coordinates the members stand evenly around the hub.

    The order of ``spots`` never matters. More than 40 spots do not fit the picture: ValueError.
    """
    known = sorted(spots, key=lambda s: (s.label, s.href))
    if len(known) > MOST:
        raise ValueError(f"a tile map holds at most {MOST} members")
    placed = _around(known) if 0 < len(known) <= 1 + len(COMPASS) else _in_bands(known)
    columns = {column: n for n, column in enumerate(sorted({at[0] for _, at in placed}), start=1)}
    rows = {row: n for n, row in enumerate(sorted({at[1] for _, at in placed}), start=1)}
    tiles = [_tile(spot, columns[at[0]], rows[at[1]]) for spot, at in placed]
    tiles.sort(key=lambda t: (t.row, t.column))
    return TileMap(len(columns) or 1, len(rows) or 1, tuple(tiles), _lines(tiles))


def _located(spots: Sequence[Spot]) -> bool:
    return all(s.east is not None and s.north is not None for s in spots)


def _tile(spot: Spot, column: int, row: int) -> Tile:
    return Tile(spot.label, spot.href, spot.note, spot.hub, spot.light, spot.light_word, column, row)


def _around(spots: Sequence[Spot]) -> list[tuple[Spot, At]]:
    """The hub (or the most central member) in the middle, the others by their direction from it."""
    located = _located(spots)
    middle = next((s for s in spots if s.hub), None) or (_most_central(spots) if located else spots[0])
    others = [s for s in spots if s is not middle]
    if located:
        bearings = {s.label + s.href: _bearing(middle, s) for s in others}
        others.sort(key=lambda s: (bearings[s.label + s.href], s.label, s.href))
    else:
        # West first, then evenly around: two members stand left and right, four like a cross.
        bearings = {s.label + s.href: (6 + 8 * n / len(others)) % 8 for n, s in enumerate(others)}
        others.sort(key=lambda s: bearings[s.label + s.href])
    points = _points([bearings[s.label + s.href] for s in others])
    return [(middle, (0, 0)), *((s, COMPASS[point]) for s, point in zip(others, points, strict=True))]


def _most_central(spots: Sequence[Spot]) -> Spot:
    east, north = (sum(v) / len(spots) for v in ([s.east or 0 for s in spots], [s.north or 0 for s in spots]))
    return min(spots, key=lambda s: (((s.east or 0) - east) ** 2 + ((s.north or 0) - north) ** 2, s.label))


def _bearing(middle: Spot, spot: Spot) -> float:
    """Eighths of a turn clockwise from north, 0 to 8."""
    east, north = (spot.east or 0) - (middle.east or 0), (spot.north or 0) - (middle.north or 0)
    return atan2(east, north) / tau * 8 % 8


def _points(bearings: Sequence[float]) -> tuple[int, ...]:
    """One point of the compass each, in the same order around, as little off the true bearings as can be."""

    def strain(points: tuple[int, ...]) -> float:
        return sum(min(abs(p - b), 8 - abs(p - b)) ** 2 for p, b in zip(points, bearings, strict=True))

    count = len(bearings)
    ways = (
        chosen[turn:] + chosen[:turn]
        for chosen in combinations(range(len(COMPASS)), count)
        for turn in range(max(count, 1))
    )
    return min(ways, key=lambda points: (strain(points), points))


def _in_bands(spots: Sequence[Spot]) -> list[tuple[Spot, At]]:
    """Rows by rank from north to south, west to east within a row: neighbours stay neighbours, nothing overlaps."""
    width = 3 if len(spots) < 13 else 4 if len(spots) < 21 else 5
    if _located(spots):
        spots = sorted(spots, key=lambda s: (-(s.north or 0), s.east or 0, s.label))
    else:
        spots = sorted(spots, key=lambda s: not s.hub)
    placed: list[tuple[Spot, At]] = []
    for start in range(0, len(spots), width):
        band = sorted(spots[start : start + width], key=lambda s: (s.east or 0, s.label))
        placed += [(spot, (column, start // width)) for column, spot in enumerate(band)]
    return placed


def _lines(tiles: Sequence[Tile]) -> tuple[Line, ...]:
    """From the hub to each member; a body without a hub has no lines."""
    hub = next((t for t in tiles if t.hub), None)
    return tuple(_line(hub, t) for t in tiles if t is not hub) if hub else ()


def _line(a: Tile, b: Tile) -> Line:
    return Line(a.column - 0.5, a.row - 0.5, b.column - 0.5, b.row - 0.5)
