"""How often one may ask, without Redis.

Reads are counted in the memory of each web process (nothing written, no query): the true limit lies between the rate
and the rate times the number of processes. Writes are counted exactly, across processes, by one upsert each.
"""

import threading
import time
from collections import OrderedDict

from django.conf import settings
from django.db import connection
from rest_framework.throttling import BaseThrottle

from kit.models import ThrottleWindow
from kit.sessions import client_address

WINDOW = 60  # seconds
MOST_KEYS = 20_000

_lock = threading.Lock()
_seen: OrderedDict[tuple[str, int], int] = OrderedDict()


def _rate(name: str) -> int:
    return settings.API_RATES[name]


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


def count_in_database(key: str) -> tuple[int, float]:
    """(hits of the key in this window over all processes, seconds until the window ends). One statement."""
    number, wait = window_now()
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
    return ThrottleWindow.objects.filter(window__lt=window_now()[0] - 1).delete()[0]


def forget() -> None:
    """Empty this process's memory (tests)."""
    with _lock:
        _seen.clear()


class AddressThrottle(BaseThrottle):
    """Every request, known person or not, by address; runs before authentication, so guessing tokens is slow."""

    def allow_request(self, request, view) -> bool:
        hits, self._wait = count_in_memory(f"a:{client_address(request)}")
        return hits <= _rate("address")

    def wait(self) -> float:
        return self._wait


class PersonThrottle(BaseThrottle):
    """Reads by person in memory, writes by person in the database."""

    def allow_request(self, request, view) -> bool:
        person = getattr(request.user, "pk", None)
        if person is None:
            return True
        if request.method in ("GET", "HEAD", "OPTIONS"):
            hits, self._wait = count_in_memory(f"p:{person}")
            return hits <= _rate("read")
        hits, self._wait = count_in_database(f"p:{person}")
        return hits <= _rate("write")

    def wait(self) -> float:
        return self._wait
