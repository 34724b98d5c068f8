"""What the database refuses by itself: who may write which table, and the triggers that hold even for the owner.

Declared here by ``kit`` and by each app's ``declarations.py``; installed by ``manage.py setup_database``; compared at
start-up with what stands in the database.
"""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from django.apps import apps

ORDINARY = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE"})
APPEND_ONLY = frozenset({"SELECT", "INSERT"})
TRANSIENT = frozenset({"SELECT", "INSERT", "DELETE"})
ERASABLE = frozenset({"SELECT", "DELETE"})
READ_ONLY = frozenset({"SELECT"})

SQL = Path(__file__).resolve().parent / "sql"

# pg_trigger.tgtype bits.
_ROW, _BEFORE, _EVENTS = 1, 2, {"INSERT": 4, "DELETE": 8, "UPDATE": 16, "TRUNCATE": 32}


@dataclass(frozen=True)
class Trigger:
    """One trigger as it must stand. ``seen_as`` names the transition tables, e.g. ``{"OLD": "old_rows"}``."""

    table: str
    name: str
    events: tuple[str, ...]
    function: str
    before: bool = True
    each_row: bool = False
    args: tuple[str, ...] = ()
    old: str = ""
    new: str = ""

    def sql(self) -> str:
        """The statement that makes it, or makes it right again."""
        transition = " ".join(
            f"{word} TABLE AS {name}" for word, name in (("OLD", self.old), ("NEW", self.new)) if name
        )
        quoted = ", ".join("'" + arg.replace("'", "''") + "'" for arg in self.args)
        return (
            f'CREATE OR REPLACE TRIGGER "{self.name}" {"BEFORE" if self.before else "AFTER"} '
            f'{" OR ".join(self.events)} ON "{self.table}" {"REFERENCING " + transition if transition else ""} '
            f"FOR EACH {'ROW' if self.each_row else 'STATEMENT'} EXECUTE FUNCTION {self.function}({quoted})"
        )

    def shape(self) -> str:
        """Everything that matters about it, as one line; the database's own reading is written the same way."""
        bits = (_ROW if self.each_row else 0) | (_BEFORE if self.before else 0) | sum(_EVENTS[e] for e in self.events)
        return " ".join(
            ["trigger", self.table, self.name, "O", str(bits), self.function, ",".join(self.args), self.old, self.new]
        )


_access: dict[str, frozenset[str]] = {}
_makers: list[Callable[[], Iterable[Trigger]]] = []
_function_makers: list[Callable[[], Iterable[str]]] = []


def access(privileges: frozenset[str], *labels: str) -> None:
    """Say what the web role may do with these tables (``"app.Model"``); tables nobody names are ORDINARY."""
    for label in labels:
        if _access.setdefault(label, privileges) != privileges:
            raise ValueError(f"access to {label} is declared twice")


def append_only(*labels: str) -> None:
    """These tables only grow: the web role may read and insert, and nobody may update, delete or truncate."""
    access(APPEND_ONLY, *labels)


def triggers_from(maker: Callable[[], Iterable[Trigger]]) -> Callable[[], Iterable[Trigger]]:
    """Add a source of triggers, asked when the database is set up or checked."""
    _makers.append(maker)
    return maker


def functions_from(maker: Callable[[], Iterable[str]]) -> Callable[[], Iterable[str]]:
    """Add a source of functions (``CREATE OR REPLACE …``), asked when the database is set up."""
    _function_makers.append(maker)
    return maker


def kept() -> set[str]:
    """Labels of the models that the web role cannot rewrite, and that therefore are their own trail."""
    return {label for label, privileges in _access.items() if "UPDATE" not in privileges}


def table_of(label: str) -> str:
    return apps.get_model(label)._meta.db_table


def is_append_only(privileges: frozenset[str]) -> bool:
    """Tables the web role may not update and not delete from: no other role may either."""
    return not privileges & {"UPDATE", "DELETE"}


def triggers() -> list[Trigger]:
    """Every trigger that must stand, sorted by table and name."""
    wanted = [
        Trigger(table_of(label), name, events, "liancun_refuse")
        for label, privileges in _access.items()
        if is_append_only(privileges)
        for name, events in (
            ("liancun_keep_rows", ("DELETE", "UPDATE")),
            ("liancun_keep_table", ("TRUNCATE",)),
        )
    ]
    wanted += [trigger for maker in _makers for trigger in maker()]
    return sorted(wanted, key=lambda trigger: (trigger.table, trigger.name))


def grants() -> dict[str, frozenset[str]]:
    """Table → privileges of the web role, for every table that belongs to a model."""
    wanted = {model._meta.db_table: ORDINARY for model in apps.get_models(include_auto_created=True)}
    wanted["django_migrations"] = READ_ONLY
    wanted |= {table_of(label): privileges for label, privileges in _access.items()}
    return wanted


def functions_sql() -> list[str]:
    """What makes our database functions, from files and declarations; each may be run again at any time."""
    files = [path.read_text(encoding="utf-8") for path in sorted(SQL.glob("*.sql"))]
    return files + [text for maker in _function_makers for text in maker()]


def expected_shapes() -> list[str]:
    """The guards as declared: triggers and grants, one line each, sorted."""
    lines = [trigger.shape() for trigger in triggers()]
    lines += [f"grant {table} {','.join(sorted(privileges))}" for table, privileges in grants().items()]
    return sorted(lines)


def actual_shapes(cursor, web: str) -> list[str]:
    """The guards as they stand, one line each, sorted: triggers, functions, grants to ``web`` and to all, rules."""
    cursor.execute(
        r"""
        SELECT concat_ws(' ', 'trigger', c.relname, t.tgname, t.tgenabled, t.tgtype, p.proname,
                         array_to_string((string_to_array(encode(t.tgargs, 'escape'), '\000'))[1:t.tgnargs], ','),
                         coalesce(t.tgoldtable, ''), coalesce(t.tgnewtable, ''))
        FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
        WHERE c.relnamespace = 'public'::regnamespace AND NOT t.tgisinternal
        UNION ALL
        SELECT concat_ws(' ', CASE WHEN a.grantee = 0 THEN 'public-grant' ELSE 'grant' END, c.relname,
                         string_agg(a.privilege_type, ',' ORDER BY a.privilege_type COLLATE "C"))
        FROM pg_class c, aclexplode(c.relacl) a
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')
          AND a.grantee IN (0, (SELECT oid FROM pg_roles WHERE rolname = %s))
        GROUP BY c.relname, a.grantee
        UNION ALL
        SELECT concat_ws(' ', 'function', p.proname, p.prosecdef, array_to_string(p.proconfig, ';'),
                         encode(sha256(convert_to(p.prosrc, 'UTF8')), 'hex'))
        FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace
          AND NOT EXISTS (SELECT 1 FROM pg_depend d
                          WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
        UNION ALL
        SELECT concat_ws(' ', 'column-grant', c.relname, a.attname, a.attacl::text)
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        WHERE c.relnamespace = 'public'::regnamespace AND a.attacl IS NOT NULL
        UNION ALL
        SELECT concat_ws(' ', 'rule', tablename, rulename, definition) FROM pg_rules WHERE schemaname = 'public'
        UNION ALL
        SELECT concat_ws(' ', 'policy', tablename, policyname, cmd, qual) FROM pg_policies WHERE schemaname = 'public'
        UNION ALL
        SELECT 'public-function ' || p.proname
        FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace
          AND has_function_privilege('public', p.oid, 'EXECUTE')
          AND NOT EXISTS (SELECT 1 FROM pg_depend d
                          WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
        """,
        [web],
    )
    return sorted(line for (line,) in cursor.fetchall())


def telling(lines: Iterable[str]) -> list[str]:
    """Without the ordinary grants: a release lists what is held back, not every table there is."""
    ordinary = ",".join(sorted(ORDINARY))
    return [line for line in lines if not (line.startswith("grant ") and line.endswith(f" {ordinary}"))]


def digest(lines: Iterable[str]) -> str:
    """One SHA-256 over sorted lines: what a release publishes and ``manage.py verify`` compares (L20)."""
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()
