"""Why a message did not go out. The text is Chinese, short, and free of personal data: it is shown in the admin."""

from datetime import timedelta


class TemporaryFailure(Exception):
    """Worth another try; ``retry_after`` when the receiver asked for a pause."""

    def __init__(self, reason: str, *, retry_after: timedelta | None = None) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class SinkDown(TemporaryFailure):
    """Nobody answers there: the other messages of this channel need not be tried in the same pass."""


class PermanentFailure(Exception):
    """No try will ever succeed: wrong address, refused content, channel not set up."""
