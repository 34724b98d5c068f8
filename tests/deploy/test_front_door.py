"""``./lian`` with nothing but a POSIX shell around it: what it says and does before and without the environment."""

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.deploy.conftest import ROOT

# What the script may count on; a machine without these has no shell to speak of.
COMMON_PROGRAMS = (
    "cat",
    "chmod",
    "cksum",
    "cut",
    "dirname",
    "id",
    "mkdir",
    "printf",
    "rm",
    "sleep",
    "tail",
    "tr",
    "sh",
)

RECORDING_PYTHON = """#!/bin/sh
# Stands in for Python: notes its arguments, makes the virtual environment when asked.
printf '%s\\n' "$*" >>"{log}"
case "$*" in
  *"-m venv "*) for last; do :; done; mkdir -p "$last/bin"; cp "$0" "$last/bin/python";;
  *"-m deploy.local"*) env | grep -E '^(PYTHON|LIANCUN_INSTANCE=)' >>"{log}";;
  *"pip config"*) exit 1;;
  *"-m pip install"*|*"-m uv"*) exit {install};;
esac
exit 0
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """What the script needs of a checkout, under a name with a space and Chinese."""
    folder = tmp_path / "联村 副本"
    (folder / "requirements").mkdir(parents=True)
    shutil.copy(ROOT / "lian", folder / "lian")
    for name in ("demo.txt", "dev.txt", "uv.txt"):
        (folder / "requirements" / name).write_text(f"{name}\n")
    return folder


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A PATH with the common programs and no Python."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in COMMON_PROGRAMS:
        if found := shutil.which(name):
            (folder / name).symlink_to(found)
    return folder


@pytest.fixture
def lian(tmp_path: Path, checkout: Path, bare: Path):
    def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess:
        variables = {
            "PATH": str(bare),
            "HOME": str(tmp_path),
            "LIANCUN_STATE": str(tmp_path / "state"),
            "LC_ALL": "C.UTF-8",
        }
        variables.update(environment)
        return subprocess.run(
            [shutil.which("sh"), str(checkout / "lian"), *arguments],
            env=variables,
            cwd="/",
            capture_output=True,
            text=True,
        )

    return run


@pytest.fixture
def recording(tmp_path: Path):
    """Makes a stand-in for Python; returns its path and the file of what it was asked."""

    def make(install: int = 0) -> tuple[str, Path]:
        log, program = tmp_path / "asked", tmp_path / "stand-in"
        program.write_text(RECORDING_PYTHON.format(log=log, install=install))
        program.chmod(0o755)
        return str(program), log

    return make


def with_programs(bare: Path, *names: str) -> str:
    for name in names:
        (bare / name).symlink_to(shutil.which(name))
    return str(bare)


def test_help_needs_no_python_and_names_every_command(lian):
    shown = lian("help")
    assert shown.returncode == 0
    for command in ("demo", "test", "lint", "faults", "bench", "manage", "backup", "restore"):
        assert f"\n  {command} " in shown.stdout


def test_unknown_command_is_refused(lian):
    shown = lian("demoo")
    assert shown.returncode == 2
    assert "没有这个命令：demoo" in shown.stderr


def test_missing_python_is_said_in_chinese(lian):
    shown = lian("demo")
    assert shown.returncode == 1
    assert "没有找到 Python 3.11" in shown.stderr
    assert "apt install python3" in shown.stderr


def test_old_python_is_named(lian, bare):
    (bare / "python3").write_text('#!/bin/sh\ncase "$2" in *exit*) exit 1;; *) echo 3.9;; esac\n')
    (bare / "python3").chmod(0o755)
    assert "太旧：python3 3.9" in lian("demo").stderr


def test_python_without_venv_is_said_in_chinese(lian, bare):
    (bare / "python3").write_text('#!/bin/sh\ncase "$2" in *ensurepip*) exit 1;; esac\n')
    (bare / "python3").chmod(0o755)
    shown = lian("demo")
    assert shown.returncode == 1
    assert "缺少 venv" in shown.stderr


def test_next_python_is_taken_when_the_first_lacks_venv(lian, bare, recording):
    python, log = recording()
    path = with_programs(bare, "cp", "grep", "env")
    (bare / "python3.11").write_text('#!/bin/sh\ncase "$2" in *ensurepip*) exit 1;; esac\n')
    (bare / "python3.11").chmod(0o755)
    (bare / "python3.13").symlink_to(python)
    assert lian("demo", PATH=path).returncode == 0
    assert "-m deploy.local demo" in log.read_text()


def test_environment_is_made_once_and_again_only_when_the_list_changes(lian, bare, checkout, recording):
    python, log = recording()
    path = with_programs(bare, "cp", "grep", "env")
    assert lian("demo", LIANCUN_PYTHON=python, PATH=path).returncode == 0
    assert "-m venv" in log.read_text()
    assert "requirements/demo.txt" in log.read_text()
    log.unlink()
    lian("demo", LIANCUN_PYTHON=python, PATH=path)
    assert "install" not in log.read_text()
    (checkout / "requirements" / "demo.txt").write_text("changed\n")
    log.unlink()
    lian("demo", LIANCUN_PYTHON=python, PATH=path)
    assert "install" in log.read_text()


def test_the_developers_environment_serves_the_demo_too(lian, bare, recording):
    python, log = recording()
    path = with_programs(bare, "cp", "grep", "env")
    lian("lint", LIANCUN_PYTHON=python, PATH=path)
    assert "requirements/dev.txt" in log.read_text()
    log.unlink()
    lian("demo", LIANCUN_PYTHON=python, PATH=path)
    assert "install" not in log.read_text()


def test_failed_installation_is_reported_and_tried_again_next_time(lian, bare, recording):
    python, log = recording(install=1)
    path = with_programs(bare, "cp", "grep", "env")
    shown = lian("demo", LIANCUN_PYTHON=python, PATH=path)
    assert shown.returncode == 1
    assert "安装依赖失败" in shown.stderr
    python, log = recording()
    venv_python = next(log.parent.glob("state/*/venv/bin/python"))
    shutil.copy(python, venv_python)
    log.unlink()
    assert lian("demo", LIANCUN_PYTHON=python, PATH=path).returncode == 0
    assert "-m deploy.local demo" in log.read_text()


def test_lock_of_an_installer_that_died_is_taken_over(lian, bare, tmp_path, recording):
    python, _log = recording()
    path = with_programs(bare, "cp", "grep", "env")
    instance = Path(lian("where").stdout.splitlines()[1].removeprefix("数据目录").strip())
    (instance / "install.lock").mkdir(parents=True)
    dead = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, text=True)
    (instance / "install.lock" / "pid").write_text(dead.stdout)
    assert lian("demo", LIANCUN_PYTHON=python, PATH=path).returncode == 0
    assert not (instance / "install.lock").exists()


def test_arguments_with_spaces_arrive_whole(lian, bare, recording):
    python, log = recording()
    path = with_programs(bare, "cp", "grep", "env")
    lian("manage", "shell", "-c", "print('a  b')", LIANCUN_PYTHON=python, PATH=path)
    assert "-P -m deploy.local manage shell -c print('a  b')" in log.read_text()


def test_what_was_compiled_once_is_kept(lian, bare, recording):
    python, log = recording()
    path = with_programs(bare, "cp", "grep", "env")
    lian("manage", "check", LIANCUN_PYTHON=python, PATH=path, PYTHONDONTWRITEBYTECODE="1")
    assert "LIANCUN_INSTANCE=" in log.read_text()
    assert "PYTHONDONTWRITEBYTECODE" not in log.read_text()


def test_two_checkouts_have_two_folders(lian, checkout, tmp_path):
    other = tmp_path / "elsewhere" / checkout.name
    shutil.copytree(checkout, other)
    variables = {**os.environ, "LIANCUN_STATE": str(tmp_path / "state")}
    second = subprocess.run(["sh", other / "lian", "where"], env=variables, capture_output=True, text=True).stdout
    assert lian("where").stdout.splitlines()[1] != second.splitlines()[1]
    assert not any(path.name == ".state" for path in checkout.iterdir())


def test_unwritable_state_folder_falls_back_to_the_temp_folder(lian, tmp_path):
    (tmp_path / "file").write_text("")
    shown = lian("where", LIANCUN_STATE=str(tmp_path / "file"), TMPDIR=str(tmp_path))
    assert shown.returncode == 0
    assert f"liancun-{os.geteuid()}" in shown.stdout
    assert "不可写" in shown.stderr


def test_the_script_is_executable_and_plain_posix():
    script = ROOT / "lian"
    assert script.stat().st_mode & stat.S_IXUSR
    assert script.read_text().startswith("#!/bin/sh\n")
    for word in ("[[", "function ", "\n    local ", "<<<", "pipefail"):
        assert word not in script.read_text(), word


def test_pinned_lists_agree():
    """What is tested is what is run: every pin of base is the same in demo and dev, and no list names an index."""

    def pins(name: str) -> dict[str, str]:
        text = (ROOT / "requirements" / f"{name}.txt").read_text()
        assert "://" not in text
        lines = (line.split(" ")[0] for line in text.splitlines() if "==" in line and not line.startswith("#"))
        return dict(line.split("==") for line in lines)

    base, demo, dev = pins("base"), pins("demo"), pins("dev")
    assert base.items() <= demo.items()
    assert demo.items() <= dev.items()
