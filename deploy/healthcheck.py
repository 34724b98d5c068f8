"""Exits 0 when the web process of this container is ready: database reachable, migrations applied, triggers on."""

import sys
import urllib.error
import urllib.request

# Asked as the proxy asks: otherwise the answer would be a redirect to https.
request = urllib.request.Request(
    "http://127.0.0.1:8000/readyz", headers={"X-Forwarded-Proto": "https", "Host": "127.0.0.1"}
)
try:
    with urllib.request.urlopen(request, timeout=4) as answer:  # nosec B310: the address is written above
        sys.exit(0 if answer.status == 200 else 1)
except (urllib.error.URLError, OSError):
    sys.exit(1)
