"""What the product's programs are told by environment variables when the launcher starts them."""

import contextlib
import os
from collections.abc import Iterator

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
        "CELERY_FOLDER": str(made(instance.folder / "broker", mode=0o700)),
    }
    if not given.get("SECRET_KEY") and not given.get("SECRET_KEY_FILE"):
        ours["SECRET_KEY"] = instance.secret_key()
    return {**given, **{name: value for name, value in ours.items() if not given.get(name) or name == "PYTHONPATH"}}


def database_is_given() -> bool:
    if not os.environ.get("DATABASE_URL"):
        return False
    if not os.environ.get("DATABASE_OWNER_URL"):
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
        yield environment, None
        return
    cluster = postgres.durable(made(instance.folder / "postgres", mode=0o711))
    cluster.acquire()
    try:
        yield {**environment, **cluster.environment()}, cluster
    finally:
        cluster.release()
