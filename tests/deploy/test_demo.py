"""``./lian demo`` as a person starts and ends it: whole, killed, and started again."""

import http.client
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from deploy.local.state import free_port
from tests.deploy.conftest import ROOT, eventually

pytestmark = [pytest.mark.faults, pytest.mark.slow]


def processes_of(folder: Path) -> dict[int, str]:
    """Every process that was started for the state folder: named in its command, environment or working directory."""
    found = {}
    for path in Path("/proc").glob("[0-9]*"):
        try:
            command = (path / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            environment = (path / "environ").read_bytes().decode(errors="replace")
            here = f"{command} {environment} {(path / 'cwd').resolve()}"
        except OSError:
            continue
        if command and str(folder) in here and int(path.name) != os.getpid():
            found[int(path.name)] = command[:120]
    return found


def get(port: int, path: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    except OSError:
        return 0, ""
    finally:
        connection.close()


@pytest.fixture
def demo(folder):
    """Starts the demo with a state folder of its own; returns the process once the web server is ready."""
    dropped = (
        "DATABASE_URL",
        "DATABASE_OWNER_URL",
        "DATABASE_SUPERUSER_URL",
        "MEDIA_ROOT",
        "STATIC_ROOT",
        "SECRET_KEY",
    )
    variables = {name: value for name, value in os.environ.items() if name not in (*dropped, "DJANGO_SETTINGS_MODULE")}
    for name in ("CELERY_FOLDER", "ANCHOR_FILE"):
        variables.pop(name, None)
    port = free_port()
    variables |= {"LIANCUN_INSTANCE": str(folder), "PYTHONPATH": str(ROOT), "PORT": str(port), "PYTHONUTF8": "1"}
    variables["LIANCUN_DEMO_REQUESTS"] = "0"
    started = []

    def start() -> tuple[subprocess.Popen, int]:
        (folder / "demo.address").unlink(missing_ok=True)  # left by the run that was killed
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "deploy.local", "demo"],
            env=variables,
            cwd="/",
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        started.append(process)
        announced = folder / "demo.address"
        ready = eventually(lambda: process.poll() is not None or announced.exists(), seconds=300)
        if not ready or process.poll() is not None:
            process.kill()
            pytest.fail(f"not ready: {process.communicate()[0]}")
        return process, port

    yield start
    for process in started:
        process.kill()
        process.communicate()
    assert eventually(lambda: not processes_of(folder), seconds=60), processes_of(folder)


def second_demo_says(folder: Path) -> str:
    environment = {**os.environ, "LIANCUN_INSTANCE": str(folder), "PYTHONPATH": str(ROOT)}
    second = subprocess.run(
        [sys.executable, "-P", "-m", "deploy.local", "demo"], env=environment, cwd="/", capture_output=True, text=True
    )
    assert second.returncode == 1
    return second.stderr


def test_killed_demo_leaves_nothing_and_the_next_one_starts_and_stops_whole(demo, folder):
    process, port = demo()
    commands = " ".join(processes_of(folder).values())
    for part in ("gunicorn", "celery", "postgres"):
        assert part in commands
    process.kill()
    process.wait()
    assert eventually(lambda: not processes_of(folder), seconds=60), processes_of(folder)

    process, port = demo()
    assert get(port, "/readyz")[0] == 200
    status, page = get(port, "/")
    assert status in (200, 302), page
    assert second_demo_says(folder) == f"演示已经在运行：http://localhost:{port}/\n"
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    shown, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert f"http://localhost:{port}/" in shown
    assert "已停止" in shown
    # Six seconds on a quiet machine; here the rest of the suite runs beside it.
    assert time.monotonic() - began < 30
    assert eventually(lambda: not processes_of(folder), seconds=60), processes_of(folder)
