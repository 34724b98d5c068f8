"""The process group of the demo: one signal ends all, a crash is reported, SIGKILL of the parent leaves nothing."""

import os
import signal
import sys
import time

import pytest

from deploy.local.processes import GRACE_SECONDS, Group
from tests.deploy.conftest import eventually, is_alive, python

pytestmark = pytest.mark.faults

SLEEPER = [sys.executable, "-c", "import time; time.sleep(120)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(120)",
]
PARENT = """
import sys
from pathlib import Path
from deploy.local.processes import Group, Interrupted, interruptible
group = Group(dict({environment}), Path("/"))
try:
    with interruptible():
        sleep = [sys.executable, "-c", "import time; time.sleep(120)"]
        children = [group.start(str(n), sleep, Path({log!r})) for n in range(2)]
        print(*[child.process.pid for child in children], flush=True)
        group.watch(lambda: None)
except Interrupted:
    group.stop()
    print("stopped", flush=True)
"""


@pytest.fixture
def group(tmp_path):
    made = Group(dict(os.environ), tmp_path)
    yield made
    made.stop()


def running_parent(tmp_path):
    """A supervisor in a process of its own, and the pids of its two children."""
    process = python(PARENT.format(environment=dict(os.environ), log=str(tmp_path / "log")))
    assert process.stdout
    return process, [int(pid) for pid in process.stdout.readline().split()]


def test_child_that_ends_by_itself_is_found_and_its_last_words_are_shown(group, tmp_path, capsys):
    group.start("后台任务", SLEEPER, tmp_path / "sleeper.log")
    group.start("网站", [sys.executable, "-c", "raise SystemExit('端口坏了')"], tmp_path / "web.log")
    ended = group.watch(lambda: None)
    group.report(ended)
    shown = capsys.readouterr().err
    assert ended.title == "网站"
    assert "退出码 1" in shown
    assert "端口坏了" in shown


def test_stop_ends_even_a_deaf_child_within_six_seconds(group, tmp_path):
    deaf = group.start("deaf", STUBBORN, tmp_path / "deaf.log")
    quick = group.start("quick", SLEEPER, tmp_path / "quick.log")
    assert group.wait_until(lambda: "deaf" in deaf.tail(), seconds=30)
    began = time.monotonic()
    group.stop()
    assert time.monotonic() - began < GRACE_SECONDS + 1
    assert deaf.process.returncode == 128 + signal.SIGKILL
    assert quick.process.returncode == 128 + signal.SIGTERM


def test_children_share_the_parents_process_group(group, tmp_path):
    child = group.start("child", SLEEPER, tmp_path / "log")
    assert os.getpgid(child.process.pid) == os.getpgid(0)


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_one_signal_to_the_parent_ends_all(tmp_path, sent):
    process, children = running_parent(tmp_path)
    process.send_signal(sent)
    shown, _ = process.communicate(timeout=20)
    assert "stopped" in shown
    assert process.returncode == 0
    assert not any(is_alive(pid) for pid in children)


@pytest.mark.skipif(sys.platform != "linux", reason="只有 Linux 能在父进程被强杀时通知子进程")
def test_sigkill_of_the_parent_leaves_no_child(tmp_path):
    process, children = running_parent(tmp_path)
    assert all(is_alive(pid) for pid in children)
    process.kill()
    process.communicate(timeout=20)
    assert eventually(lambda: not any(is_alive(pid) for pid in children), seconds=5)


FAMILY = """
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(120)"])
print("family", child.pid, flush=True)
time.sleep(120)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="只有 Linux 能在父进程被强杀时通知子进程")
def test_sigkill_of_the_parent_ends_even_a_deaf_child_and_what_it_started(tmp_path):
    """A worker in the middle of long work, with its ticker beside it."""
    log, script = tmp_path / "log", tmp_path / "family.py"
    script.write_text(FAMILY)
    code = PARENT.replace('"-c", "import time; time.sleep(120)"', repr(str(script)))
    process = python(code.format(environment=dict(os.environ), log=str(log)))
    guards = [int(pid) for pid in process.stdout.readline().split()]
    assert eventually(lambda: log.exists() and "family" in log.read_text(), seconds=30)
    grandchild = int(log.read_text().split()[1])
    process.kill()
    process.communicate(timeout=20)
    assert is_alive(grandchild)
    assert eventually(lambda: not any(is_alive(pid) for pid in [*guards, grandchild]), seconds=GRACE_SECONDS + 10)


def test_control_without_the_death_signal_children_survive(tmp_path):
    code = PARENT.replace("children = [", "import deploy.local.processes as p; p._libc = None; children = [")
    process = python(code.format(environment=dict(os.environ), log=str(tmp_path / "log")))
    assert process.stdout
    children = [int(pid) for pid in process.stdout.readline().split()]
    process.kill()
    process.communicate(timeout=20)
    try:
        assert all(is_alive(pid) for pid in children)
    finally:
        for pid in children:
            os.kill(pid, signal.SIGKILL)
