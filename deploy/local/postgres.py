"""A private PostgreSQL for one checkout: made, started, shared and cleaned up by this launcher.

It listens on 127.0.0.1 only, asks everybody for a password (SCRAM) and opens no other socket. Passwords live in one
file of mode 0600. Under root the server runs as a user of its own. `durable` keeps data between runs; `throwaway`
lives in the temp folder, trades safety for speed and removes itself.
"""

import base64
import contextlib
import hashlib
import hmac
import json
import os
import pwd
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from deploy.local import binaries as installed
from deploy.local.binaries import Binaries
from deploy.local.state import ROOT, FileLock, flush, free_port, made, read_json, say, stop_with, write_private

DATABASE = "liancun"
SUPERUSER, OWNER, WEB = "postgres", "liancun_owner", "liancun_web"
SYSTEM_USER = "liancun"
START_SECONDS = 60.0
THROWAWAY_PREFIX = "liancun-pg-"

COMMON = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "password_encryption": "scram-sha-256",
    "max_connections": "100",
    "jit": "off",
    "lc_messages": "C",
    "log_line_prefix": "%m [%p] ",
}
FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_connections": "200",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "30min",
    "shared_buffers": "256MB",
}


# Keepers outlive the cluster objects that started them; held here so that they are reaped when they end.
_keepers: list[subprocess.Popen[bytes]] = []


def system_user() -> pwd.struct_passwd | None:
    """Who runs the server: None for the present user; under root a user of its own, since PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return None
    with contextlib.suppress(KeyError):
        return pwd.getpwnam(SYSTEM_USER)
    adduser = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if adduser:
        options = ["--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
        options += ["--shell", "/usr/sbin/nologin"]
        done = subprocess.run([adduser, *options, SYSTEM_USER], capture_output=True, text=True)
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(SYSTEM_USER)
        say(f"未能建立用户 {SYSTEM_USER}（{done.stderr.strip()}），改用 nobody。")
    with contextlib.suppress(KeyError):
        return pwd.getpwnam("nobody")
    return stop_with("以 root 运行时需要一个普通用户来运行 PostgreSQL，但既不能建立用户，也没有 nobody。")


def scram_verifier(password: str) -> str:
    """What PostgreSQL stores for a password (RFC 5802), so that no password is ever part of an SQL statement.

    A random 256-bit password needs no stretching: one round keeps connecting cheap.
    """
    salt, rounds = secrets.token_bytes(16), 1
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, rounds)
    client = hmac.digest(salted, b"Client Key", "sha256")
    server = hmac.digest(salted, b"Server Key", "sha256")
    stored = hashlib.sha256(client).digest()

    def text(raw: bytes) -> str:
        return base64.b64encode(raw).decode()

    return f"SCRAM-SHA-256${rounds}:{text(salt)}${text(stored)}:{text(server)}"


@dataclass
class Cluster:
    """One data directory and its server. `folder` holds locks, log, passwords; `data` belongs to the server's user."""

    folder: Path
    programs: Binaries
    throwaway: bool = False
    settings: dict[str, str] = field(default_factory=dict)
    _users: FileLock | None = None

    @property
    def data(self) -> Path:
        return self.folder / "server" / "data"

    @property
    def passwords(self) -> dict[str, str]:
        return read_json(self.folder / "passwords.json")

    # --- using it ---

    def url(self, role: str, database: str = DATABASE) -> str:
        return f"postgres://{role}:{self.passwords[role]}@127.0.0.1:{self.port()}/{database}"

    def environment(self) -> dict[str, str]:
        """The three addresses every program of the product understands."""
        return {
            "DATABASE_URL": self.url(WEB),
            "DATABASE_OWNER_URL": self.url(OWNER),
            "DATABASE_SUPERUSER_URL": self.url(SUPERUSER, "postgres"),
        }

    def port(self) -> int:
        return int(read_json(self.folder / "spec.json").get("port", 0))

    def is_running(self) -> bool:
        return self._is_kept() and self._status() == "ready"

    def _is_kept(self) -> bool:
        return FileLock(self.folder / "keeper.lock").is_held_elsewhere()

    def acquire(self) -> None:
        """Use the cluster: make it if new, start it unless it runs; it stays up until the last user is gone.

        Raises LaunchError with the end of the server's log when it does not come up.
        """
        made(self.folder, mode=0o711)
        starting = FileLock(self.folder / "start.lock")
        if not starting.take(wait=START_SECONDS * 2):
            stop_with(f"另一个进程正在启动数据库，等待超时（{self.folder}）。")
        try:
            self.release()  # held still when the server died under its user
            self._users = FileLock(self.folder / "users.lock")
            # Refused only while a keeper is stopping the server; it is gone in a moment.
            if not self._users.take(shared=True, wait=START_SECONDS):
                stop_with(f"数据库正在停止，等待超时（{self.folder}）。")
            if self._is_kept() and self._wait_ready(None):
                return
            user = system_user()
            self.programs = installed.readable_by(self.programs, user, self.folder.parent / "programs")
            if not (self.data / "PG_VERSION").exists():
                self._initialise(user)
            self._clear_stale_pid()
            self._start(user)
        except BaseException:
            self.release()
            raise
        finally:
            starting.drop()

    def release(self) -> None:
        """Stop using it; the keeper stops the server when nobody else does."""
        if self._users:
            self._users.drop()
            self._users = None

    def wait_stopped(self, seconds: float = 10.0) -> bool:
        """After `release`: whether the server was gone within `seconds` (False too when others still use it)."""
        lock = FileLock(self.folder / "keeper.lock") if self.folder.exists() else None
        if lock is None or lock.take(wait=seconds):
            if lock:
                lock.drop()
            _keepers[:] = [keeper for keeper in _keepers if keeper.poll() is None]
            return True
        return False

    # --- making it ---

    def _initialise(self, user: pwd.struct_passwd | None) -> None:
        """initdb, roles and database in a side folder, moved into place when complete: never half-made."""
        say(f"正在建立数据库（{self.programs}）……")
        server = self.data.parent
        shutil.rmtree(server, ignore_errors=True)
        made(server, mode=0o700)
        server.chmod(0o700)
        if user:
            os.chown(server, user.pw_uid, user.pw_gid)
        fresh = server / "fresh"
        passwords = {role: secrets.token_urlsafe(32) for role in (SUPERUSER, OWNER, WEB)}
        locale = ["--locale=C.UTF-8", "--encoding=UTF8"]
        if self.programs.major >= 17:
            # The built-in provider sorts and folds the same on every machine; LC_CTYPE stays C.UTF-8 for pg_trgm.
            locale += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        else:
            locale += ["--locale-provider=libc"]
        options = ["--auth=scram-sha-256", f"--username={SUPERUSER}", "--no-instructions", *locale]
        password_file = server / "superuser"
        write_private(password_file, passwords[SUPERUSER] + "\n")
        if user:
            os.chown(password_file, user.pw_uid, user.pw_gid)
        # One flush of the file system at the end costs a fraction of a thousand small ones.
        options.append("--no-sync")
        self._run(["initdb", "-D", str(fresh), f"--pwfile={password_file}", *options], user)
        password_file.unlink()
        (fresh / "pg_hba.conf").write_text("host all all 127.0.0.1/32 scram-sha-256\n", encoding="ascii")
        owner_may = "LOGIN CREATEDB" if self.throwaway else "LOGIN"
        # PostgreSQL's single-user mode takes one statement a line and needs neither a port nor a client program.
        statements = [
            f"ALTER ROLE {SUPERUSER} PASSWORD '{scram_verifier(passwords[SUPERUSER])}'",
            f"CREATE ROLE {OWNER} {owner_may} PASSWORD '{scram_verifier(passwords[OWNER])}'",
            f"CREATE ROLE {WEB} LOGIN PASSWORD '{scram_verifier(passwords[WEB])}'",
            f"CREATE DATABASE {DATABASE} OWNER {OWNER} TEMPLATE template0",
            f"REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC",
            f"GRANT CONNECT ON DATABASE {DATABASE} TO {WEB}",
        ]
        shown = self._run(
            ["postgres", "--single", "-j", "-D", str(fresh), "-c", "exit_on_error=on", "postgres"],
            user,
            entered="".join(f"{statement};\n\n" for statement in statements),
        )
        if re.search(r"\b(ERROR|FATAL|PANIC):", shown):
            stop_with(f"建立数据库角色失败：\n{shown}")
        write_private(self.folder / "passwords.json", json.dumps(passwords))
        if not self.throwaway:
            flush(server)
        fresh.rename(self.data)

    def _run(self, command: list[str], user: pwd.struct_passwd | None, *, entered: str = "") -> str:
        who: dict[str, Any] = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
        done = subprocess.run(
            [self.programs.program(command[0]), *command[1:]],
            input=entered,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=clean_environment(),
            cwd="/",
            **who,
        )
        if done.returncode != 0:
            stop_with(f"{command[0]} 失败（退出码 {done.returncode}）：\n{done.stdout[-2000:]}")
        return str(done.stdout)

    # --- starting it ---

    def _start(self, user: pwd.struct_passwd | None) -> None:
        last = ""
        for _attempt in range(4):
            port = free_port(self.port() or None)
            settings = COMMON | (FAST if self.throwaway else {}) | self.settings | {"port": str(port)}
            command = [self.programs.program("postgres"), "-D", str(self.data)]
            for name, value in settings.items():
                command += ["-c", f"{name}={value}"]
            spec = {
                "command": command,
                "environment": clean_environment(),
                "uid": user.pw_uid if user else None,
                "gid": user.pw_gid if user else None,
                "folder": str(self.folder),
                "port": port,
                "throwaway": self.throwaway,
            }
            write_private(self.folder / "spec.json", json.dumps(spec))
            log = self.folder / "server.log"
            before = log.stat().st_size if log.exists() else 0
            keeper = subprocess.Popen(
                [sys.executable, "-P", "-m", "deploy.local.keeper", str(self.folder / "spec.json")],
                env={**clean_environment(), "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            _keepers.append(keeper)
            if self._wait_ready(keeper):
                return
            with contextlib.suppress(OSError), log.open(encoding="utf-8", errors="replace") as stream:
                stream.seek(before)
                last = stream.read()[-3000:]
            # Somebody took the port, or the last server's processes are still leaving: worth another try.
            if not re.search(r"could not bind|Address already in use|shared memory block", last):
                break
            write_private(self.folder / "spec.json", "{}")
            time.sleep(1)
        stop_with(f"数据库没有启动成功，日志 {self.folder / 'server.log'}：\n{last}")

    def _wait_ready(self, keeper: subprocess.Popen[bytes] | None) -> bool:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self._status() == "ready":
                return True
            ended = keeper.poll() is not None if keeper else not self._is_kept()
            if ended:
                return False
            time.sleep(0.05)
        return stop_with(f"数据库 {START_SECONDS:.0f} 秒内没有就绪，见 {self.folder / 'server.log'}。")

    def _status(self) -> str:
        """The last line of postmaster.pid: starting, ready, stopping …"""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return ""
        return lines[7].strip() if len(lines) > 7 else ""

    def _clear_stale_pid(self) -> None:
        """No keeper runs here, so a pid file is a leftover: of a dead server, or of one whose keeper was killed."""
        path = self.data / "postmaster.pid"
        try:
            pid = int(path.read_text().split()[0])
        except (OSError, ValueError, IndexError):
            return
        if self._is_ours(pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGINT)
            deadline = time.monotonic() + START_SECONDS
            while self._is_ours(pid):
                if time.monotonic() > deadline:
                    stop_with(f"上一次的数据库进程 {pid} 没有停下来，请手工检查。")
                time.sleep(0.05)
        # The number may by now belong to any other process, and PostgreSQL would believe that one to be a server.
        path.unlink(missing_ok=True)

    def _is_ours(self, pid: int) -> bool:
        """Whether `pid` is a server on this data directory (a server's working directory is its data directory)."""
        try:
            return Path(f"/proc/{pid}/cwd").resolve() == self.data.resolve() and not is_zombie(pid)
        except OSError:
            pass
        if Path("/proc/self").exists():
            return False
        shown = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True)
        return str(self.data) in shown.stdout


def is_zombie(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (OSError, IndexError):
        return False


def clean_environment() -> dict[str, str]:
    """No PG* variable of the caller may steer our server."""
    path = os.environ.get("PATH") or os.defpath
    return {"PATH": path, "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def durable(folder: Path) -> Cluster:
    """The cluster that keeps its data under `folder`, one per major version; existing data decides the version."""
    clusters = folder.glob("[0-9]*/server/data/PG_VERSION")
    kept = sorted((int(path.relative_to(folder).parts[0]) for path in clusters), reverse=True)
    programs = installed.find(kept=tuple(kept))
    if kept and programs.major not in kept:
        stop_with(
            f"已有数据由 PostgreSQL {kept[0]} 建立（{folder / str(kept[0])}），但现在只找到 {programs}。\n"
            f"  请装回 PostgreSQL {kept[0]}；确实不要旧数据时，删除该目录后重试。"
        )
    return Cluster(made(folder / str(programs.major), mode=0o711), programs)


@contextlib.contextmanager
def throwaway(choice: str | None = None) -> Iterator[Cluster]:
    """A fast cluster in the temp folder for the time of the block; leftovers of killed runs are swept first."""
    base = Path(tempfile.gettempdir())
    sweep(base)
    folder = Path(tempfile.mkdtemp(prefix=THROWAWAY_PREFIX, dir=base))
    folder.chmod(0o711)
    cluster = Cluster(folder / "cluster", installed.find(choice), throwaway=True)
    try:
        cluster.acquire()
        yield cluster
    finally:
        cluster.release()
        cluster.wait_stopped()
        shutil.rmtree(folder, ignore_errors=True)


def sweep(base: Path) -> None:
    """Remove our own throw-away clusters that nobody uses any more."""
    for folder in base.glob(THROWAWAY_PREFIX + "*"):
        with contextlib.suppress(OSError):
            if folder.stat().st_uid != os.geteuid() or time.time() - folder.stat().st_mtime < START_SECONDS:
                continue
            lock = FileLock(folder / "cluster" / "keeper.lock")
            users = FileLock(folder / "cluster" / "users.lock")
            if (folder / "cluster").is_dir() and not (lock.take() and users.take()):
                continue
            shutil.rmtree(folder, ignore_errors=True)
            lock.drop()
            users.drop()
