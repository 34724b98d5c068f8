"""Row identifiers: UUIDv7 (RFC 9562), so that newer rows sort last in every index."""

import uuid

import uuid_utils.compat


def new_id() -> uuid.UUID:
    """A fresh UUIDv7, ordered by creation time to the millisecond."""
    return uuid_utils.compat.uuid7()
