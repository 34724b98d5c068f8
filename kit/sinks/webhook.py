"""Webhooks: a signed POST of JSON to an endpoint named in ``WEBHOOKS``.

Headers: ``Idempotency-Key`` (the business key), ``LianCun-Timestamp`` (Unix seconds) and ``LianCun-Signature``
(``v1=`` + HMAC-SHA256 over ``timestamp.key.body``). The receiver answers 2xx once it has stored the message; a web page
or a redirect is no answer.
"""

import hashlib
import hmac
import http.client
import json
import socket
import ssl
import threading
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from kit.sinks.failures import PermanentFailure, SinkDown, TemporaryFailure

# Seconds for one step of the connection, and for the whole exchange: well below the outbox's lease.
STEP = 5.0
DEADLINE = 15.0
LONGEST_ANSWER = 64 * 1024
_NEVER = frozenset({400, 405, 410, 413, 414, 415, 422})


def signature(secret: str, timestamp: int, key: str, body: bytes) -> str:
    """The value of ``LianCun-Signature``; a receiver computes the same and compares in constant time."""
    signed = f"{timestamp}.{key}.".encode() + body
    return "v1=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def send_webhook(key: str, payload: Mapping[str, Any], *, at: datetime) -> None:
    """Payload: ``endpoint`` (a name in ``settings.WEBHOOKS``) and ``body`` (JSON)."""
    endpoint = settings.WEBHOOKS.get(payload.get("endpoint"))
    if not endpoint:
        raise PermanentFailure("没有设置这个推送地址（WEBHOOKS）")
    body = json.dumps(payload.get("body"), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    timestamp = int(at.timestamp())
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "lianCun",
        "Idempotency-Key": key if key.isascii() else hashlib.sha256(key.encode()).hexdigest(),
        "LianCun-Timestamp": str(timestamp),
    }
    headers["LianCun-Signature"] = signature(endpoint["secret"], timestamp, headers["Idempotency-Key"], body)
    status, kind, retry_after, answer = _post(endpoint["url"], body, headers)
    _judge(status, kind, retry_after, answer)


def _post(url: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, str, str, bytes]:
    """Status, content type, Retry-After and the beginning of the answer. Never longer than DEADLINE, no redirects."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise PermanentFailure("推送地址写法不对")
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    link = kind(parts.hostname, parts.port, timeout=STEP)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    watchdog = _Watchdog()
    try:
        link.connect()
        watchdog.watch(link.sock)
        link.request("POST", path, body, dict(headers))
        response = link.getresponse()
        answer = response.read(LONGEST_ANSWER)
    except ssl.SSLCertVerificationError as fault:
        raise SinkDown("对方的证书不可信") from fault
    except OSError as fault:
        raise SinkDown("对方没有应答") from fault
    except (http.client.HTTPException, ValueError) as fault:
        raise TemporaryFailure("对方的应答不完整") from fault
    finally:
        watchdog.stop()
        link.close()
    # What was cut off in the middle may look like a complete answer.
    if watchdog.bit.is_set():
        raise SinkDown("对方应答太慢")
    return response.status, response.headers.get_content_type(), response.headers.get("Retry-After", ""), answer


class _Watchdog:
    """Cuts the line at DEADLINE: a receiver that drips one byte at a time never trips a timeout of the socket."""

    def __init__(self) -> None:
        self.bit = threading.Event()
        self._timer: threading.Timer | None = None

    def watch(self, line: socket.socket) -> None:
        self._timer = threading.Timer(DEADLINE, self._bite, [line])
        self._timer.daemon = True
        self._timer.start()

    def _bite(self, line: socket.socket) -> None:
        self.bit.set()
        with suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()


def _judge(status: int, kind: str, retry_after: str, answer: bytes) -> None:
    if 200 <= status < 300:
        if kind == "text/html":
            raise TemporaryFailure("应答的是网页，不是接收方")
        # Group robots (企业微信, 钉钉) answer 200 and say in the body that they refused.
        try:
            said = json.loads(answer)
        except ValueError:
            return
        if isinstance(said, dict) and said.get("errcode", 0) != 0:
            raise TemporaryFailure(f"对方拒绝（errcode {str(said['errcode'])[:10]}）")
        return
    if status in _NEVER:
        raise PermanentFailure(f"对方拒绝（{status}）")
    pause = timedelta(seconds=min(int(retry_after), 3600)) if retry_after.isdecimal() else None
    if status >= 500:
        raise SinkDown(f"对方故障（{status}）", retry_after=pause)
    raise TemporaryFailure(f"对方没有接收（{status}）", retry_after=pause)
