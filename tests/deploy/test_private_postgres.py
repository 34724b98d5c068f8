"""The private PostgreSQL: reachable from this machine only, kept between runs, gone when its users are."""

import contextlib
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from deploy.local import binaries, postgres
from deploy.local.state import FileLock, LaunchError
from tests.deploy.conftest import ROOT, eventually, is_alive, python, server_pid

pytestmark = [pytest.mark.database, pytest.mark.faults]

ACQUIRE = """
import sys
from pathlib import Path
from deploy.local import binaries, postgres
cluster = postgres.Cluster(Path({folder!r}), binaries.find())
cluster.acquire()
print("ready", flush=True)
sys.stdin.read()
"""


def user_of(cluster: postgres.Cluster) -> subprocess.Popen:
    """Another process that uses the cluster until its standard input is closed or it is killed."""
    process = python(ACQUIRE.format(folder=str(cluster.folder)), stdin=subprocess.PIPE)
    wait_ready(process)
    return process


def wait_ready(process: subprocess.Popen) -> None:
    shown = []
    for line in process.stdout or ():
        shown.append(line)
        if line == "ready\n":
            return
    pytest.fail(f"not started, exit code {process.wait()}: {''.join(shown)}")


def finish(process: subprocess.Popen, *, kill: bool = False) -> None:
    if kill:
        process.kill()
    process.communicate(timeout=20)


def listening(port: int) -> set[str]:
    """Local addresses (hex, as the kernel writes them) that listen on `port`."""
    found = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in Path(table).read_text().splitlines()[1:]:
            address, number = line.split()[1].split(":")
            if line.split()[3] == "0A" and int(number, 16) == port:
                found.add(address)
    return found


def test_it_listens_on_loopback_and_nowhere_else(cluster):
    cluster.acquire()
    assert listening(cluster.port()) == {"0100007F"}
    other_loopback = cluster.url("liancun_web").replace("127.0.0.1", "127.0.0.2")
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(other_loopback, connect_timeout=5)
    with psycopg.connect(cluster.url("postgres")) as link:
        assert link.execute("SHOW unix_socket_directories").fetchone() == ("",)


def test_no_role_gets_in_without_its_password(cluster):
    cluster.acquire()
    for role in ("postgres", "liancun_owner", "liancun_web"):
        right = cluster.url(role)
        wrong = right.replace(cluster.passwords[role], "x" * 43)
        without = right.replace(f":{cluster.passwords[role]}", "")
        with psycopg.connect(right) as link:
            assert link.execute("SELECT current_user").fetchone() == (role,)
        for url in (wrong, without):
            with pytest.raises(psycopg.OperationalError, match="password"):
                psycopg.connect(url, connect_timeout=5)
    assert stat.S_IMODE((cluster.folder / "passwords.json").stat().st_mode) == 0o600
    assert stat.S_IMODE(cluster.data.stat().st_mode) & 0o077 == 0


def test_roles_and_locale_are_those_of_production(cluster):
    cluster.acquire()
    with psycopg.connect(cluster.url("liancun_web")) as web:
        assert web.execute("SELECT rolsuper, rolcreatedb FROM pg_roles WHERE rolname = current_user").fetchone() == (
            False,
            False,
        )
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            web.execute("CREATE TEMP TABLE t (x int)")
        web.rollback()
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            web.execute("CREATE TABLE t (x int)")
    with psycopg.connect(cluster.url("liancun_owner")) as owner:
        owner.execute("CREATE EXTENSION pg_trgm")
        owner.execute("CREATE EXTENSION btree_gist")
        # Under the C locale pg_trgm finds no trigram in Chinese text.
        row = owner.execute(
            "SELECT cardinality(show_trgm('联村党组织')), current_setting('server_encoding')"
        ).fetchone()
        assert row == (6, "UTF8")
        owner.rollback()


def test_the_next_run_finds_the_data_of_the_last(cluster):
    cluster.acquire()
    with psycopg.connect(cluster.url("liancun_owner")) as link:
        link.execute("CREATE TABLE kept AS SELECT 521 AS n")
    before = cluster.passwords
    cluster.release()
    assert cluster.wait_stopped()
    assert not cluster.is_running()
    cluster.acquire()
    assert cluster.passwords == before
    with psycopg.connect(cluster.url("liancun_owner")) as link:
        assert link.execute("SELECT n FROM kept").fetchone() == (521,)


def test_two_processes_share_the_server_and_the_last_one_ends_it(cluster):
    first, second = user_of(cluster), user_of(cluster)
    pid = server_pid(cluster)
    finish(first)
    assert cluster.is_running()
    with psycopg.connect(cluster.url("liancun_web")) as link:
        assert link.execute("SELECT 1").fetchone() == (1,)
    assert server_pid(cluster) == pid
    finish(second)
    assert eventually(lambda: not is_alive(pid))


def test_killed_user_leaves_no_server_behind(cluster):
    process = user_of(cluster)
    pid = server_pid(cluster)
    finish(process, kill=True)
    assert eventually(lambda: not is_alive(pid))
    assert "database system is shut down" in (cluster.folder / "server.log").read_text()


def test_killed_keeper_takes_the_server_along_and_the_next_start_works(cluster):
    process = user_of(cluster)
    pid = server_pid(cluster)
    keeper = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    os.kill(keeper, signal.SIGKILL)
    assert eventually(lambda: not is_alive(pid))
    finish(process)
    cluster.acquire()
    assert cluster.is_running()


def test_crashed_server_is_recovered_with_what_was_committed(cluster):
    cluster.acquire()
    with psycopg.connect(cluster.url("liancun_owner")) as link:
        link.execute("CREATE TABLE committed AS SELECT 1 AS n")
    os.kill(server_pid(cluster), signal.SIGKILL)
    assert eventually(lambda: not cluster.is_running())
    cluster.release()
    cluster.acquire()
    with psycopg.connect(cluster.url("liancun_owner")) as link:
        assert link.execute("SELECT n FROM committed").fetchone() == (1,)


@pytest.fixture
def bystander():
    """A living process of the database's user that is no server, whose number a leftover pid file names."""
    user = postgres.system_user()
    who = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
    process = subprocess.Popen(["sleep", "120"], cwd="/", **who)
    yield process.pid
    process.kill()
    process.wait()


def leave_stale_pid(cluster: postgres.Cluster, pid: int) -> None:
    cluster.acquire()
    lines = (cluster.data / "postmaster.pid").read_text().splitlines()
    cluster.release()
    assert cluster.wait_stopped()
    path = cluster.data / "postmaster.pid"
    path.write_text("\n".join([str(pid), *lines[1:]]) + "\n")
    os.chown(path, cluster.data.stat().st_uid, cluster.data.stat().st_gid)
    path.chmod(0o600)


def test_pid_file_that_names_another_process_is_cleared(cluster, bystander):
    leave_stale_pid(cluster, bystander)
    cluster.acquire()
    assert cluster.is_running()
    assert is_alive(bystander)


def test_control_without_clearing_the_pid_file_the_server_refuses(cluster, bystander, monkeypatch):
    leave_stale_pid(cluster, bystander)
    monkeypatch.setattr(postgres.Cluster, "_clear_stale_pid", lambda self: None)
    monkeypatch.setattr(postgres, "START_SECONDS", 5.0)
    # PostgreSQL believes the bystander to be its server; the launcher reports what the log says.
    monkeypatch.setattr(postgres.Cluster, "_status", lambda self: "")
    with pytest.raises(LaunchError, match=r"postmaster\.pid"):
        cluster.acquire()


def test_interrupted_initialisation_is_begun_anew(cluster, monkeypatch):
    shutil.rmtree(cluster.data)
    with monkeypatch.context() as patched:
        patched.setattr(postgres, "scram_verifier", lambda password: "' is no verifier")
        with pytest.raises(LaunchError):
            cluster.acquire()
    assert not (cluster.data / "PG_VERSION").exists()
    cluster.acquire()
    assert cluster.is_running()


def test_two_checkouts_have_two_servers_and_no_common_password(cluster, folder):
    other = postgres.Cluster(folder / "two", binaries.find())
    cluster.acquire()
    other.acquire()
    try:
        assert cluster.port() != other.port()
        crossed = cluster.url("liancun_web").replace(str(cluster.port()), str(other.port()))
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(crossed, connect_timeout=5)
    finally:
        other.release()
        assert other.wait_stopped()


def test_callers_postgres_variables_do_not_steer_the_server(cluster, monkeypatch):
    for name, value in {"PGPORT": "1", "PGDATA": "/nonexistent", "PGHOST": "192.0.2.1", "PGOPTIONS": "-c x=y"}.items():
        monkeypatch.setenv(name, value)
    cluster.acquire()
    assert cluster.is_running()


def test_throwaway_cluster_leaves_no_file(monkeypatch):
    with postgres.throwaway() as cluster:
        folder = cluster.folder
        assert cluster.is_running()
    assert not folder.parent.exists()


def test_throwaway_cluster_of_a_killed_run_is_swept(monkeypatch, folder):
    dead, alive, young = (folder / f"{postgres.THROWAWAY_PREFIX}{name}" for name in ("dead", "alive", "young"))
    for path in (dead, alive, young):
        (path / "cluster").mkdir(parents=True)
    for path in (dead, alive):
        os.utime(path, (0, 0))
    lock = FileLock(alive / "cluster" / "users.lock")
    assert lock.take(shared=True)
    postgres.sweep(folder)
    lock.drop()
    assert [path.exists() for path in (dead, alive, young)] == [False, True, True]


def python_for(user: pwd.struct_passwd) -> str:
    """A Python that `user` may run; the one of this environment may lie in a closed home."""
    for candidate in (sys.executable, "/usr/bin/python3", "/usr/local/bin/python3"):
        command = [candidate, "-c", "import sys; assert sys.version_info >= (3, 11)"]
        with contextlib.suppress(OSError):
            if subprocess.run(command, user=user.pw_uid, group=user.pw_gid, extra_groups=[], cwd="/").returncode == 0:
                return candidate
    return pytest.fail(f"no Python that {user.pw_name} may run")


@pytest.mark.skipif(os.geteuid() != 0, reason="只有 root 能以另一个用户的身份启动第二个数据库")
def test_second_user_has_a_server_of_his_own(cluster, folder):
    """An ordinary user's server runs as himself, beside root's, at the same time."""
    nobody = pwd.getpwnam("nobody")
    home = folder / "nobody"
    shutil.copytree(ROOT / "deploy", home / "deploy", ignore=shutil.ignore_patterns("__pycache__"))
    os.chown(home, nobody.pw_uid, nobody.pw_gid)
    cluster.acquire()
    other = postgres.Cluster(home / "one", cluster.programs)
    code = ACQUIRE.format(folder=str(other.folder)).replace("binaries.find()", f"binaries.{cluster.programs!r}")
    process = subprocess.Popen(
        [python_for(nobody), "-c", code.replace("PosixPath", "Path")],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(home), "LC_ALL": "C.UTF-8"},
        user=nobody.pw_uid,
        group=nobody.pw_gid,
        extra_groups=[],
        cwd="/",
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    wait_ready(process)
    pid = server_pid(other)
    assert Path(f"/proc/{pid}").stat().st_uid == nobody.pw_uid
    assert other.port() != cluster.port()
    finish(process)
    assert eventually(lambda: not is_alive(pid))


def test_missing_programs_are_named_in_chinese():
    with pytest.raises(LaunchError, match="没有找到可用的 PostgreSQL"):
        binaries.find("/nonexistent/bin")


def test_data_of_another_version_is_never_touched(folder, monkeypatch):
    (folder / "14" / "server" / "data").mkdir(parents=True)
    (folder / "14" / "server" / "data" / "PG_VERSION").write_text("14")
    with pytest.raises(LaunchError, match="已有数据由 PostgreSQL 14"):
        postgres.durable(folder)
