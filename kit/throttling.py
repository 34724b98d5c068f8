"""Counting requests, without Redis.

Reads are counted in the memory of each web process (nothing written, no query): the true limit lies between the rate
and the rate times the number of processes. Writes are counted exactly, across processes, by one upsert each.
A window is one minute; writes may be counted over several, at most an hour.
"""

import threading
import time
from collections import OrderedDict

from django.db import connection

from kit.models import ThrottleWindow

WINDOW = 60  # seconds
MOST_KEYS = 20_000
LONGEST = 60  # windows

_lock = threading.Lock()
_seen: OrderedDict[tuple[str, int], int] = OrderedDict()


def window_now() -> tuple[int, float]:
    """(number of the current window, seconds until the next one)."""
    now = time.time()
    number = int(now // WINDOW)
    return number, (number + 1) * WINDOW - now


def count_in_memory(key: str) -> tuple[int, float]:
    """(hits of the key in this process and window, seconds until the window ends)."""
    number, wait = window_now()
    with _lock:
        hits = _seen.pop((key, number), 0) + 1
        _seen[key, number] = hits
        while len(_seen) > MOST_KEYS:
            _seen.popitem(last=False)
    return hits, wait


def count_in_database(key: str, *, minutes: int = 1) -> tuple[int, float]:
    """(hits of the key in this window over all processes, seconds until the window ends). One statement.

    minutes: how long the window is, at most an hour; a key is always counted over the same length.
    """
    number, wait = window_now()
    wait += (minutes - 1 - number % minutes) * WINDOW
    number -= number % minutes
    with connection.cursor() as cursor:
        cursor.execute(
            'INSERT INTO kit_throttlewindow AS t (key, "window", hits) VALUES (%s, %s, 1)'
            ' ON CONFLICT (key, "window") DO UPDATE SET hits = t.hits + 1 RETURNING hits',
            [key, number],
        )
        (hits,) = cursor.fetchone()
    return hits, wait


def purge() -> int:
    """Forget windows that have passed. Returns how many."""
    return ThrottleWindow.objects.filter(window__lt=window_now()[0] - LONGEST).delete()[0]


def forget() -> None:
    """Empty this process's memory (tests)."""
    with _lock:
        _seen.clear()
