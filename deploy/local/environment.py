"""What the product's programs are told by environment variables when the launcher starts them."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from deploy.local import postgres
from deploy.local.state import ROOT, Instance, made, stop_with


def base(instance: Instance) -> dict[str, str]:
    """Everything but the database. What the caller has set stays as it is."""
    given = dict(os.environ)
    ours = {
        "DJANGO_SETTINGS_MODULE": "lianCun.settings",
        "PYTHONPATH": str(ROOT),
        "STATIC_ROOT": str(instance.static),
        "MEDIA_ROOT": str(instance.files),
        # Celery's message folder when there is no Redis; the truth is in the database, so it may be lost.
        "ANCHOR_FILE": str(instance.folder / "anchors.txt"),
        "CELERY_FOLDER": str(made(instance.folder / "broker", mode=0o700)),
    }
    if not given.get("SECRET_KEY") and not given.get("SECRET_KEY_FILE"):
        ours["SECRET_KEY"] = instance.secret_key()
    return {**given, **{name: value for name, value in ours.items() if not given.get(name) or name == "PYTHONPATH"}}


ADDRESSES = ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_SUPERUSER_URL")


def given_addresses() -> dict[str, str]:
    """The database addresses of the caller; each may also lie in a file named by NAME_FILE, as the product reads it."""
    found = {}
    for name in ADDRESSES:
        if value := os.environ.get(name):
            found[name] = value
        elif path := os.environ.get(f"{name}_FILE"):
            try:
                found[name] = Path(path).read_text(encoding="utf-8").strip()
            except OSError as error:
                stop_with(f"读不到 {name}_FILE 指定的文件：{error}")
    return found


def database_is_given() -> bool:
    """Whether to use the caller's server. Raises LaunchError when only half of it is named."""
    given = given_addresses()
    if "DATABASE_URL" not in given:
        return False
    if "DATABASE_OWNER_URL" not in given:
        stop_with(
            "设置了 DATABASE_URL，还需要 DATABASE_OWNER_URL（拥有数据表、执行迁移的角色）。\n"
            "DATABASE_URL is set: DATABASE_OWNER_URL (migrations) is needed too."
        )
    return True


@contextlib.contextmanager
def with_database(instance: Instance) -> Iterator[tuple[dict[str, str], postgres.Cluster | None]]:
    """The environment with a database that runs for the time of the block: the given one, or this checkout's own."""
    environment = base(instance)
    if database_is_given():
        yield {**environment, **given_addresses()}, None
        return
    cluster = postgres.durable(made(instance.folder / "postgres", mode=0o711))
    cluster.acquire()
    try:
        yield {**environment, **cluster.environment()}, cluster
    finally:
        cluster.release()
