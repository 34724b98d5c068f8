"""The one clock that deadlines, reminders and leases obey: the database's. A worker's own may be wrong by a day."""

from datetime import datetime

from django.db import connection


def database_now() -> datetime:
    """The database's present moment (not the start of the transaction), aware. One query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]
