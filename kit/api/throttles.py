"""How often one may ask: by address before anybody is known, then by person. The counting is ``kit.throttling``."""

from django.conf import settings
from rest_framework.throttling import BaseThrottle

from kit.sessions import client_address
from kit.throttling import count_in_database, count_in_memory


def _rate(name: str) -> int:
    return settings.API_RATES[name]


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
