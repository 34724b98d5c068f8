"""Where messages leave the system. A sink sends one message and returns, or says why not.

It gets the business key with every message and hands it on, so that the receiver can tell a repetition.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Protocol

from kit.sinks.failures import PermanentFailure, SinkDown, TemporaryFailure
from kit.sinks.mail import send_mail
from kit.sinks.webhook import send_webhook

__all__ = ["PermanentFailure", "Sink", "SinkDown", "TemporaryFailure", "register", "send"]


class Sink(Protocol):
    """``at`` is the database's present moment. Raises only the failures of this package."""

    def __call__(self, key: str, payload: Mapping[str, Any], *, at: datetime) -> None: ...


_sinks: dict[str, Sink] = {"mail": send_mail, "webhook": send_webhook}


def register(channel: str, sink: Sink) -> Callable[[], None]:
    """Add or replace a channel at start-up. Returns what puts the former one back (for tests)."""
    former = _sinks.get(channel)
    _sinks[channel] = sink

    def undo() -> None:
        if former is None:
            _sinks.pop(channel, None)
        else:
            _sinks[channel] = former

    return undo


def send(channel: str, key: str, payload: Mapping[str, Any], *, at: datetime) -> None:
    """Send through the sink of ``channel``. A channel nobody registered is a permanent failure, visible as such."""
    sink = _sinks.get(channel)
    if sink is None:
        raise PermanentFailure(f"没有“{channel}”这个发送渠道")
    sink(key, payload, at=at)
