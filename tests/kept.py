"""Rows that many tests start from, made once in a process and put back for each test by one statement a table."""

from collections.abc import Sequence
from copy import deepcopy
from typing import Generic, TypeVar

from django.db import connection, models, transaction

from kit.services import stamp
from tests.factories import MAKER

T = TypeVar("T")


class Kept(Generic[T]):
    """What a maker returned, and the rows it left in the tables of `models`, a model after those it points to."""

    def __init__(self, made: T, tables: Sequence[type[models.Model]]) -> None:
        self._made = deepcopy(made)
        self._rows = []
        with connection.cursor() as cursor:
            for name in (model._meta.db_table for model in tables):
                cursor.execute(f"SELECT json_agg(k)::text FROM (SELECT * FROM {name} ORDER BY ctid) k")
                self._rows.append((name, cursor.fetchone()[0]))

    def put_back(self) -> T:
        """The rows as they were, written by the web role with every trigger awake; returns what was made, anew."""
        with transaction.atomic(), connection.cursor() as cursor:
            stamp(MAKER)
            for name, rows in self._rows:
                cursor.execute(
                    f"INSERT INTO {name} SELECT * FROM json_populate_recordset(NULL::{name}, %s::json)", [rows]
                )
        return deepcopy(self._made)
