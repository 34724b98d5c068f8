"""One PostgreSQL database, two roles: the owner migrates, the web role works and owns nothing.

``set_up`` brings a database, empty or old, to what this version needs, and may be repeated at any time. ``problems``
says in one sentence each what is wrong with the database as it stands; it runs at start-up and behind ``/readyz``.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

import environ
import psycopg
from django.core import checks
from django.core.management import call_command
from django.db import connections, transaction
from psycopg import sql
from psycopg.conninfo import make_conninfo

from kit import guards
from kit.actors import System
from kit.services import stamp

EXTENSIONS = ("pg_trgm", "btree_gist")
# Any constant; two set-ups of one database wait for each other.
SETUP_LOCK = 0x6C69616E

_seeds: dict[str, Callable[..., None]] = {}


def seed(name: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register rows that every installation starts with. ``fn(now=…)`` runs as the web role and may be repeated.

    Its changes stand in the trail as ``system:setup``.
    """

    def register(fn: Callable[..., None]) -> Callable[..., None]:
        _seeds[name] = fn
        return fn

    return register


# --- addresses -------------------------------------------------------------------------------------------------------


def parse(url: str) -> dict[str, Any]:
    """A database URL as Django settings; ``postgres://user@host:5432/name`` or ``postgres://user@//socket/folder/name``."""
    return environ.Env.db_url_config(url)


def connect(config: Mapping[str, Any], *, dbname: str | None = None, autocommit: bool = True) -> psycopg.Connection:
    """A plain connection beside Django's, for what must happen outside its transactions."""
    options = {k: v for k, v in config.get("OPTIONS", {}).items() if k in ("host", "port", "sslmode", "sslrootcert")}
    wanted = {
        "host": config.get("HOST"),
        "port": config.get("PORT"),
        "user": config.get("USER"),
        "password": config.get("PASSWORD"),
        "dbname": dbname or config.get("NAME") or "postgres",
    }
    given = {key: str(value) for key, value in wanted.items() if value}
    return psycopg.connect(make_conninfo(**given, **options, connect_timeout=10), autocommit=autocommit)


def url_of(config: Mapping[str, Any], *, dbname: str | None = None) -> str:
    """The settings as a URL again, to hand to another process; the inverse of ``parse``."""
    user = quote(str(config.get("USER") or ""), safe="")
    password = ":" + quote(str(config["PASSWORD"]), safe="") if config.get("PASSWORD") else ""
    host = str(config.get("HOST") or "")
    port = f":{config['PORT']}" if config.get("PORT") else ""
    name = quote(dbname or str(config["NAME"]), safe="")
    where = f"{port}/{host}/{name}" if host.startswith("/") else f"{host}{port}/{name}"
    query = "&".join(f"{k}={quote(str(v), safe='')}" for k, v in config.get("OPTIONS", {}).items() if k == "host")
    return f"postgres://{user}{password}@{where}" + (f"?{query}" if query else "")


# --- setting up ------------------------------------------------------------------------------------------------------


class SetupRefused(Exception):
    """The database cannot be set up; the message says in Chinese what is missing."""


def set_up(*, now: datetime, superuser_url: str = "", say: Callable[[str], None] = lambda line: None) -> None:
    """Roles, database, extensions, migrations, functions, triggers, grants, seeds; then the start-up checks.

    Safe to repeat and safe to run twice at once. ``superuser_url`` is needed only where roles, the database or an
    extension are missing and the owner may not make them. Raises: SetupRefused.
    """
    web, owner = connections["default"].settings_dict, connections["owner"].settings_dict
    if web["USER"] == owner["USER"]:
        raise SetupRefused("DATABASE_URL 与 DATABASE_OWNER_URL 用了同一个角色：网页角色不能拥有数据表，请分开设置。")
    if superuser_url:
        _make_roles_and_database(parse(superuser_url), web, owner, say)
    with connect(owner, dbname=owner["NAME"]) as guard:
        guard.execute("SELECT pg_advisory_lock(%s)", [SETUP_LOCK])
        say("扩展")
        _make_extensions(guard)
        say("迁移")
        call_command("migrate", database="owner", interactive=False, verbosity=0)
        say("函数、触发器、权限")
        with guard.transaction():
            _install(guard, web["USER"], owner["NAME"])
        connections["owner"].close()
        say("初始数据")
        for fill in _seeds.values():
            with transaction.atomic():
                stamp(System("setup"))
                fill(now=now)
    if found := problems():
        raise SetupRefused("\n".join(found))


def _make_roles_and_database(superuser: Mapping[str, Any], web, owner, say) -> None:
    with connect(superuser) as link:
        for config in (owner, web):
            role = config["USER"]
            if link.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
                continue
            say(f"角色 {role}")
            password = sql.SQL(" PASSWORD {}").format(sql.Literal(config["PASSWORD"])) if config["PASSWORD"] else None
            link.execute(
                sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEROLE NOCREATEDB{}").format(
                    sql.Identifier(role), password or sql.SQL("")
                )
            )
        name = owner["NAME"]
        known = link.execute(
            "SELECT pg_get_userbyid(datdba) = %s FROM pg_database WHERE datname = %s", [owner["USER"], name]
        ).fetchone()
        if known is None:
            say(f"数据库 {name}")
            statement = "CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'"
        else:
            # Only the owner of a database can withhold its privileges from everybody.
            statement = "" if known[0] else "ALTER DATABASE {} OWNER TO {}"
        if statement:
            link.execute(sql.SQL(statement).format(sql.Identifier(name), sql.Identifier(owner["USER"])))
    with connect(superuser, dbname=owner["NAME"]) as link:
        for extension in EXTENSIONS:
            link.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(extension)))


def _make_extensions(link: psycopg.Connection) -> None:
    present = {name for (name,) in link.execute("SELECT extname FROM pg_extension")}
    for extension in EXTENSIONS:
        if extension in present:
            continue
        try:
            link.execute(sql.SQL("CREATE EXTENSION {}").format(sql.Identifier(extension)))
        except psycopg.Error as error:
            raise SetupRefused(f"缺少扩展 {extension}，请设置 DATABASE_SUPERUSER_URL 后再试：{error}") from error


def _install(link: psycopg.Connection, web: str, dbname: str) -> None:
    """Functions, triggers and grants in one transaction, so that no moment is unguarded."""
    for text in guards.functions_sql():
        link.execute(text.encode())
    wanted = guards.triggers()
    standing = link.execute(
        "SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
        " WHERE NOT t.tgisinternal AND c.relnamespace = 'public'::regnamespace AND t.tgname LIKE 'liancun\\_%'"
    ).fetchall()
    for table, name in set(standing) - {(trigger.table, trigger.name) for trigger in wanted}:
        link.execute(sql.SQL("DROP TRIGGER {} ON {}").format(sql.Identifier(name), sql.Identifier(table)))
    for trigger in wanted:
        link.execute(trigger.sql().encode())
        link.execute(
            sql.SQL("ALTER TABLE {} ENABLE TRIGGER {}").format(
                sql.Identifier(trigger.table), sql.Identifier(trigger.name)
            )
        )
    role = sql.Identifier(web)
    for statement in (
        sql.SQL("REVOKE TEMPORARY, CREATE ON DATABASE {} FROM PUBLIC, {}").format(sql.Identifier(dbname), role),
        sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(sql.Identifier(dbname), role),
        sql.SQL("REVOKE CREATE ON SCHEMA public FROM PUBLIC, {}").format(role),
        sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(role),
        sql.SQL("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, {}").format(role),
        sql.SQL("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}").format(role),
        sql.SQL("ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC"),
    ):
        link.execute(statement)
    for table, privileges in guards.grants().items():
        words = sql.SQL(", ").join(map(sql.SQL, sorted(privileges)))
        link.execute(sql.SQL("GRANT {} ON {} TO {}").format(words, sql.Identifier(table), role))
    ours = link.execute(
        "SELECT p.oid::regprocedure::text FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace"
        " AND p.proowner = (SELECT oid FROM pg_roles WHERE rolname = current_user) AND NOT EXISTS"
        " (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')"
    ).fetchall()
    for (function,) in ours:
        link.execute(f"REVOKE ALL ON FUNCTION {function} FROM PUBLIC".encode())


# --- checking --------------------------------------------------------------------------------------------------------


def problems(alias: str = "default") -> list[str]:
    """What is wrong with the database as the web role sees it, one Chinese sentence each; empty when it stands.

    Five catalogue queries. Raises what the driver raises while the database is away.
    """
    found: list[str] = []
    with connections[alias].cursor() as cursor:
        cursor.execute(
            "SELECT d.datname, d.datcollate, d.datctype, pg_encoding_to_char(d.encoding), 'B' < 'a', current_user,"
            " r.rolsuper, has_database_privilege(d.oid, 'TEMP'), has_schema_privilege('public', 'CREATE'),"
            " ARRAY(SELECT extname::text FROM pg_extension)"
            " FROM pg_database d, pg_roles r WHERE d.datname = current_database() AND r.rolname = current_user"
        )
        name, collate, ctype, encoding, by_code, role, superuser, temporary, create, extensions = cursor.fetchone()
        found += [f"数据库 {name} 缺少扩展 {each}。" for each in EXTENSIONS if each not in extensions]
        reads_chinese = True
        if "pg_trgm" in extensions:
            cursor.execute("SELECT cardinality(show_trgm('联村')) > 0")
            (reads_chinese,) = cursor.fetchone()
        if encoding != "UTF8" or not by_code or not reads_chinese:
            found.append(
                f"数据库 {name} 的区域设置不对（编码 {encoding}，排序 {collate}，字符 {ctype}），应为 UTF8 和 C.UTF-8。"
            )
        if superuser:
            found.append(f"网页角色 {role} 是超级用户，请换用普通角色。")
        if temporary:
            found.append(f"网页角色 {role} 可以建临时表，请运行 setup_database 收回权限。")
        if create:
            found.append(f"网页角色 {role} 可以在 public 模式里建表，请运行 setup_database 收回权限。")
        cursor.execute(
            "SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace"
            " AND relkind IN ('r', 'p', 'v', 'm', 'S') AND pg_has_role(current_user, relowner, 'USAGE') ORDER BY 1"
        )
        if owned := [each for (each,) in cursor.fetchall()]:
            found.append(f"网页角色 {role} 拥有数据表 {'、'.join(owned[:5])}，表应归属主角色所有。")
        found += _trigger_problems(cursor)
    return found


def _trigger_problems(cursor) -> list[str]:
    cursor.execute(
        "SELECT c.relname::text, t.tgname::text, t.tgenabled::text FROM pg_trigger t"
        " JOIN pg_class c ON c.oid = t.tgrelid"
        " WHERE NOT t.tgisinternal AND c.relnamespace = 'public'::regnamespace"
    )
    standing = {(table, name): enabled for table, name, enabled in cursor.fetchall()}
    found = [
        f"数据表 {trigger.table} 缺少触发器 {trigger.name}，请运行 setup_database。"
        for trigger in guards.triggers()
        if (trigger.table, trigger.name) not in standing
    ]
    found += [
        f"数据表 {table} 的触发器 {name} 被停用了，请运行 setup_database。"
        for (table, name), enabled in sorted(standing.items())
        if enabled not in ("O", "A")
    ]
    return found


@checks.register(checks.Tags.database)
def database_stands(app_configs, databases=None, **kwargs) -> list[checks.CheckMessage]:
    """``manage.py check --database default`` and every command that checks databases."""
    if "default" not in (databases or []):
        return []
    return [checks.Error(sentence, id="kit.E001") for sentence in problems()]
