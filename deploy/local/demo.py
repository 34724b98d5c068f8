"""``./lian demo``: environment, database, demonstration data, web server, worker and ticker behind one Ctrl-C."""

import hashlib
import http.client
import json
import os
import signal
import subprocess
import sys
import time
from importlib.util import find_spec

from deploy.local import environment
from deploy.local.processes import Group, Interrupted, die_with_parent, interruptible
from deploy.local.state import (
    ROOT,
    FileLock,
    Instance,
    free_port,
    port_is_free,
    read_json,
    say,
    stop_with,
    write_private,
)

FIRST_PORT = 8000
START_SECONDS = 120
# What decides whether database and demonstration data are up to date, and whether the collected static files are.
PACKAGES = ("benefits", "deliberation", "kit", "lianCun", "orgs", "oversight", "resources", "training")
CODE = tuple(f"{package}/**/*" for package in PACKAGES)
STATIC = ("static/**/*", "*/static/**/*", "lianCun/settings.py", "deploy/local/prepare.py")


def run(instance: Instance, arguments: list[str]) -> int:
    """Start everything, print the address and the logins, and stay until Ctrl-C or until a part fails.

    Returns 0 after Ctrl-C, 1 when a part ended by itself. Raises LaunchError for what the person can mend.
    """
    if arguments:
        stop_with(f"demo 不接受参数：{' '.join(arguments)}（端口用 PORT=… 指定）")
    lock, address = FileLock(instance.folder / "demo.lock"), instance.folder / "demo.address"
    if not lock.take():
        stop_with(f"演示已经在运行：{address.read_text() if address.exists() else ''}")
    began = time.monotonic()
    address.unlink(missing_ok=True)  # of a run that was killed
    try:
        host, port = os.environ.get("HOST") or "127.0.0.1", choose_port()
        with interruptible(), environment.with_database(instance) as (variables, cluster):
            variables["LIANCUN_DEMO"] = "1"
            variables.setdefault("DEBUG", "0")
            logins = prepare(instance, variables)
            group = Group(variables, ROOT)
            try:
                start_servers(group, instance, host, port)
                if not group.wait_until(lambda: answer(port, "/healthz") is not None, seconds=START_SECONDS):
                    if failed := group.ended():
                        group.report(failed)
                        return 1
                    stop_with(f"网站 {START_SECONDS} 秒内没有应答，见 {instance.logs / 'web.log'}")
                if answer(port, "/readyz") == 503:  # prepared once, but the database has changed since
                    logins = prepare(instance, variables, afresh=True)
                url = f"http://localhost:{port}/"
                address.write_text(url)
                welcome(url, logins, instance, time.monotonic() - began)
                failed = group.watch(lambda: cluster.acquire() if cluster and not cluster.is_running() else None)
                group.report(failed)
                return 1
            finally:
                group.stop()
                address.unlink(missing_ok=True)
    except Interrupted:
        say("\n已停止。")
        return 0
    finally:
        lock.drop()


def choose_port() -> int:
    wanted = os.environ.get("PORT")
    if not wanted:
        return next((port for port in range(FIRST_PORT, FIRST_PORT + 100) if port_is_free(port)), 0) or free_port()
    if not wanted.isdigit() or not 0 < int(wanted) < 65536:
        stop_with(f"PORT={wanted} 不是端口号。")
    if not port_is_free(int(wanted)):
        stop_with(f"端口 {wanted} 已被占用，请换一个：PORT=8080 ./lian demo")
    return int(wanted)


def prepare(instance: Instance, variables: dict[str, str], *, afresh: bool = False) -> str:
    """Bring static files, database and demonstration data up to date; returns the table of logins.

    What was done for this code and this database is not done again, unless `afresh`.
    """
    stamp = instance.folder / "prepared.json"
    before = {} if afresh else read_json(stamp)
    code = fingerprint(CODE, variables["DATABASE_OWNER_URL"])
    static = fingerprint(STATIC)
    if before.get("code") == code and before.get("static") == static:
        return str(before["logins"])
    steps = ["database", "demo", "logins"]
    if before.get("static") != static:
        steps.insert(0, "static")
    done = subprocess.run(
        [sys.executable, "-P", "-m", "deploy.local.prepare", *steps],
        env=variables,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        preexec_fn=die_with_parent(signal.SIGTERM),
    )
    if done.returncode != 0:
        stop_with("准备数据库或示例数据失败，原因见上。")
    write_private(stamp, json.dumps({"code": code, "static": static, "logins": done.stdout}))
    return done.stdout


def fingerprint(patterns: tuple[str, ...], *more: str) -> str:
    """Changes when a file that matches is added, removed or written, an installed package changes, or `more` does."""
    digest = hashlib.sha256((ROOT / "requirements" / "demo.txt").read_bytes())
    for text in more:
        digest.update(text.encode())
    for pattern in patterns:
        for path in sorted(ROOT.glob(pattern)):
            if path.is_file() and "__pycache__" not in path.parts:
                status = path.stat()
                digest.update(f"{path.relative_to(ROOT)} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def start_servers(group: Group, instance: Instance, host: str, port: int) -> None:
    web = ["-m", "gunicorn", "lianCun.wsgi:application", "--worker-class", "gthread", "--workers", "2", "--preload"]
    web += [
        "--threads",
        "4",
        "--bind",
        f"{host}:{port}",
        "--graceful-timeout",
        "3",
        "--timeout",
        "60",
        "--max-requests",
        "0",
    ]
    web += ["--access-logfile", "-", "--no-control-socket"]
    group.start("网站", [sys.executable, "-P", *web], instance.logs / "web.log")
    if find_spec("celery") and (ROOT / "lianCun" / "celery.py").exists():
        # One worker with the ticker inside; threads, so that the whole stays small.
        worker = ["-m", "celery", "-A", "lianCun", "worker", "--beat", "--pool", "threads", "--concurrency", "2"]
        worker += ["--loglevel", "INFO", "--without-gossip", "--without-mingle"]
        worker += ["--schedule", str(instance.folder / "broker" / "schedule")]
        group.start("后台任务", [sys.executable, "-P", *worker], instance.logs / "worker.log")


def answer(port: int, path: str) -> int | None:
    """The status with which the web server answers, None while it does not."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path, headers={"Host": f"localhost:{port}", "X-Forwarded-Proto": "https"})
        return connection.getresponse().status
    except OSError:
        return None
    finally:
        connection.close()


def welcome(url: str, logins: str, instance: Instance, seconds: float) -> None:
    print(f"\n联村演示已启动（用时 {seconds:.0f} 秒）：{url}\n")
    if logins.strip():
        print(logins.rstrip() + "\n")
    print(f"按 Ctrl-C 全部停止。日志在 {instance.logs}，数据保留到下次。", flush=True)
